import { performance } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

/** What the process takes of its machine, under the names that dashboards know. */
export function processMetrics(registry: Registry): void {
  const gauge = (name: string, help: string, of: () => number): void => {
    const one: Gauge = new Gauge({ name, help, registers: [registry], collect: () => one.set(of()) });
  };
  gauge('process_resident_memory_bytes', 'Memory of the process, the mapped pages of the store included.', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_used_bytes', 'Of the JavaScript heap.', () => process.memoryUsage().heapUsed);
  gauge('process_cpu_seconds_total', 'CPU time of all threads.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000_000;
  });
  gauge('process_start_time_seconds', 'Since the Unix epoch.', () => Math.round(Date.now() / 1_000 - process.uptime()));
  let before = performance.eventLoopUtilization();
  gauge('nodejs_eventloop_utilization', 'The share of the time since the last question in which the event loop was busy, 0 to 1.', () => {
    const { utilization } = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    return utilization;
  });
}
