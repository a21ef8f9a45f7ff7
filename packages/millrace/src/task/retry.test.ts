import { expect, test } from 'vitest';
import { HandClock } from '../testing/fixture-clock.ts';
import { TryAgain } from '../try-again.ts';
import { Retry } from './retry.ts';

const HOUR_MS = 3_600_000;

/** How long it waits after each attempt, in ms, and what comes of it; each attempt fails with the next of these, and then it succeeds. */
async function pauses(failures: readonly Error[], forMs?: number): Promise<{ readonly pausesMs: readonly number[]; readonly end: string }> {
  const clock = new HandClock();
  const retry = new Retry('out', clock, forMs);
  const pausesMs: number[] = [];
  let attempts = 0;
  const what = async (): Promise<void> => {
    const failure = failures[attempts];
    attempts += 1;
    if (failure !== undefined) throw failure;
  };
  let end: string | undefined;
  retry.run(what, () => {}).then(() => (end = 'taken'), (error: Error) => (end = error.message));
  for (;;) {
    await clock.yield();
    if (end !== undefined) return { pausesMs, end };
    const ms = (retry.failing?.nextAt ?? Number.NaN) - clock.now();
    pausesMs.push(ms);
    // Not a moment before.
    clock.move(ms - 1);
    await clock.yield();
    expect(attempts).toBe(pausesMs.length);
    clock.move(1);
  }
}

const again = (times: number, afterMs?: number): readonly Error[] => Array.from({ length: times }, () => new TryAgain('busy', afterMs === undefined ? {} : { afterMs }));

test('each pause is twice as long as the one before, up to a minute', async () => {
  expect(await pauses(again(10))).toEqual({ pausesMs: [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000], end: 'taken' });
});

test('who asks for more time has it, up to an hour; who asks for less waits as long as without', async () => {
  expect(await pauses(again(2, 7_000))).toEqual({ pausesMs: [7_000, 7_000], end: 'taken' });
  expect(await pauses(again(2, 24 * HOUR_MS))).toEqual({ pausesMs: [HOUR_MS, HOUR_MS], end: 'taken' });
  expect(await pauses(again(3, 600))).toEqual({ pausesMs: [600, 1_000, 2_000], end: 'taken' });
});

test('what is not to be tried again is tried once, and where a time is given for that time', async () => {
  const wrong = [new Error('wrong'), new Error('wrong'), new Error('still wrong'), new Error('never said')];
  expect(await pauses(wrong)).toEqual({ pausesMs: [], end: 'wrong' });
  // The third pause would end behind it.
  expect(await pauses(wrong, 3_000)).toEqual({ pausesMs: [500, 1_000], end: 'still wrong' });
  expect(await pauses(again(4), 3_500)).toEqual({ pausesMs: [500, 1_000, 2_000], end: 'busy' });
});
