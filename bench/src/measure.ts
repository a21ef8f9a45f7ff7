import type { Answer } from './answer.ts';
import { type Elapsed, stopwatch } from './stopwatch.ts';

/** One run: what it answered, and what that took from the first event to the last row. */
export type Measured = Answer & Elapsed & {
  /** The most memory the process had resident, in MB of 2^20 bytes. */
  readonly rssMb: number;
};

const kilobytesPerMb = 1_024;

/**
 * Runs `answer` over a stream.
 *
 * The time starts when the first event is asked for, so opening a store is not in it, nor is collecting what
 * loading left behind, where the collector can be called (`--expose-gc`); it ends when
 * the answer is complete, so the last commit is.
 */
export async function measure<E>(
  stream: Iterable<readonly E[]>,
  answer: (source: Iterable<readonly E[]>) => Answer | Promise<Answer>,
): Promise<Measured> {
  let elapsed: (() => Elapsed) | undefined;
  function* source(): Generator<readonly E[], void, undefined> {
    globalThis.gc?.();
    elapsed = stopwatch();
    yield* stream;
  }
  const { rows, checksum } = await answer(source());
  if (elapsed === undefined) throw new Error('expected the source to be read, nothing was asked of it');
  const { seconds, cpuSeconds } = elapsed();
  return { rows, checksum, seconds, cpuSeconds, rssMb: Math.round(process.resourceUsage().maxRSS / kilobytesPerMb) };
}
