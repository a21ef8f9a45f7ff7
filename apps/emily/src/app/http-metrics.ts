import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Seconds: from an answer out of a table to a stream of minutes. */
const SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300];
const labels = ['method', 'route', 'status'] as const;

/** Counts what a server answers; to be called before any route is added. */
export function httpMetrics(app: FastifyInstance, registry: Registry): void {
  const registers = [registry];
  const requests = new Counter({ name: 'emily_http_requests_total', help: 'Requests that were answered, or whose clients left, by route.', labelNames: labels, registers });
  const seconds = new Histogram({ name: 'emily_http_request_seconds', help: 'From the first byte of a request to the last one of its answer; of a stream to its end.', labelNames: ['method', 'route'], buckets: SECONDS, registers });
  const open = new Gauge({ name: 'emily_http_requests_open', help: 'Requests that are being answered.', registers });
  app.addHook('onRequest', async () => open.inc());
  app.addHook('onResponse', async (request, reply) => {
    // Addresses that nobody has would be as many labels as strangers think of.
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    open.dec();
    requests.inc({ method, route, status: String(reply.statusCode) });
    seconds.observe({ method, route }, reply.elapsedTime / 1_000);
  });
}
