/** The CPU time is the whole process's: user and system, of all its threads. */
export type Elapsed = { readonly seconds: number; readonly cpuSeconds: number };

const microsecondsPerSecond = 1_000_000;

/** Starts now; each reading is the time since then. */
export function stopwatch(): () => Elapsed {
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  return () => {
    const cpu = process.cpuUsage(startedCpu);
    return {
      seconds: (performance.now() - startedMs) / 1_000,
      cpuSeconds: (cpu.user + cpu.system) / microsecondsPerSecond,
    };
  };
}
