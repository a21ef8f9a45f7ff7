import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Measured } from './measure.ts';
import type { SideName, Task } from './sides.ts';
import { type Launch, startNode } from './start-node.ts';
import type { QueryName, StreamName } from './workload.ts';

/** What one fresh process is to do. */
export type Run =
  | { readonly side: 'generator'; readonly stream: StreamName; readonly events: number }
  | Task & { readonly side: SideName; readonly query: QueryName };

const runMinutesMax = 30;
/**
 * Every side starts with the same memory: a young generation of V8's full size, and no garbage. Else the
 * modules that were loaded before would decide how often the collector runs, and how much it finds.
 */
const flags = ['--min-semi-space-size=16', '--max-semi-space-size=16', '--expose-gc'];
const program = new URL('./run-one.ts', import.meta.url);

/** Runs once, in a process of its own. */
export async function runInProcess(run: Run, { core, signal }: Launch): Promise<Measured> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(runMinutesMax * 60_000)]);
  const child = startNode(program, JSON.stringify(run), { core, signal: limited, flags }, ['ignore', 'pipe', 'inherit']);
  const [line, [code, killedBy]] = await Promise.all([text(child.stdout!), once(child, 'close')]);
  if (code === 0) return JSON.parse(line) as Measured;
  throw new Error(`expected one line of figures from ${nameOf(run)}, came ${killedBy ?? `exit code ${code}`}; what it said stands above`);
}

function nameOf(run: Run): string {
  return run.side === 'generator' ? `the ${run.stream} generator` : `${run.side} on ${run.query}`;
}
