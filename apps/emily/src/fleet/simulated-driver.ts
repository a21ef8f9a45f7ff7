import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ModelId } from '../domain/names.ts';
import type { Driver, Started } from './driver.ts';
import type { Latency } from './simulated-engine.ts';

/** A process that has not said its port by then is taken for broken. */
const startMsMax = 30_000;
/** How long a replica may take to end when asked to, before it is killed. */
const stopMsMax = 2_000;

const program = fileURLToPath(new URL('./simulated-replica.ts', import.meta.url));

/** The time a simulated replica takes where nothing else is asked for: about that of a small model on one GPU. */
export const demoLatency: Latency = { firstTokenMs: 120, tokenMs: 12 };
/** For replays and measurements: answers come at once. */
export const noLatency: Latency = { firstTokenMs: 0, tokenMs: 0 };

/**
 * Runs simulated replicas as child processes.
 *
 * A child gets none of this process's environment (it may hold secrets), and ends with this
 * process however that ends: the pipe to its standard input closes.
 */
export function simulatedDriver(options: { readonly seed: number; readonly latency: Latency }): Driver {
  return {
    start: async (model, slot) => {
      const child = spawn(process.execPath, [program, ...replicaArguments(model, options.seed + slot, options.latency)], {
        env: {},
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const gone = whenGone(child);
      const stop = (): void => endChild(child);
      try {
        return { origin: `http://127.0.0.1:${await portOf(child, gone)}`, gone, stop } satisfies Started;
      } catch (error) {
        child.kill('SIGKILL');
        throw error;
      }
    },
  };
}

const replicaArguments = (model: ModelId, seed: number, latency: Latency): string[] => [
  '--model', model,
  '--seed', String(seed),
  '--first-token-ms', String(latency.firstTokenMs),
  '--token-ms', String(latency.tokenMs),
];

async function whenGone(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  } catch (error) {
    return `could not be started: ${(error as Error).message}`;
  }
}

/** The port from the one line that a replica prints. */
async function portOf(child: ChildProcess, gone: Promise<string>): Promise<number> {
  const lines = createInterface({ input: child.stdout! });
  const giveUp = AbortSignal.timeout(startMsMax);
  try {
    const [line] = (await Promise.race([
      once(lines, 'line', { signal: giveUp }),
      gone.then((how) => Promise.reject(new Error(`the replica ${how} before it was ready`))),
    ])) as [string];
    return (JSON.parse(line) as { port: number }).port;
  } catch (error) {
    throw giveUp.aborted ? new Error(`the replica said nothing for ${startMsMax} ms`, { cause: error }) : error;
  } finally {
    lines.close();
  }
}

function endChild(child: ChildProcess): void {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  child.once('exit', () => clearTimeout(timer));
}
