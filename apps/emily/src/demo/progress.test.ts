import { expect, test } from 'vitest';
import { showProgress, type Progress } from './progress.ts';
import { LeapingClock } from './testing/leaping-clock.ts';

/** Reports a number of rows done each second and collects what is written. */
function watch(output: { isTTY?: boolean; columns?: number }): { clock: LeapingClock; written: string[]; progress: Progress } {
  const clock = new LeapingClock();
  const written: string[] = [];
  return { clock, written, progress: showProgress({ ...output, write: (text) => written.push(text) }, clock) };
}

test('on a terminal a bar is redrawn in place: rows, requests per second, time left', () => {
  const { clock, written, progress } = watch({ isTTY: true, columns: 100 });
  progress.report({ done: 0, total: 19_366 });
  clock.leap(2_000);
  progress.report({ done: 9_683, total: 19_366 });
  progress.end();
  expect(written[1]).toBe(`\r${'█'.repeat(15)}${'░'.repeat(15)}  50 %  9,683 of 19,366 rows  4,842 requests/s  2 s left\x1b[K`);
  expect(written.at(-1)).toBe('\n');
});

test('a narrow terminal has a shorter bar, or none, and no line is ever broken', () => {
  const bars = [80, 60, 20].map((columns) => {
    const { written, progress } = watch({ isTTY: true, columns });
    progress.report({ done: 1, total: 2 });
    expect(written[0]!.length - '\r\x1b[K'.length).toBeLessThan(columns);
    return /[█░]*/.exec(written[0]!.slice(1))![0].length;
  });
  expect(bars).toEqual([30, 16, 0]);
});

test('a bar is redrawn ten times a second at most, however often rows are reported', () => {
  const { clock, written, progress } = watch({ isTTY: true });
  for (let done = 0; done < 1_000; done++) {
    progress.report({ done, total: 1_000 });
    clock.leap(1);
  }
  expect(written).toHaveLength(10);
});

test('without a terminal a plain line is printed every five seconds, and one at the end', () => {
  const { clock, written, progress } = watch({});
  for (let done = 0; done <= 120; done += 10) {
    progress.report({ done, total: 10_000 });
    clock.leap(1_000);
  }
  progress.report({ done: 10_000, total: 10_000 });
  progress.end();
  expect(written).toEqual([
    '0 %  0 of 10,000 rows  0 requests/s  starting\n',
    '0 %  50 of 10,000 rows  10 requests/s  16 min 35 s left\n',
    '1 %  100 of 10,000 rows  10 requests/s  16 min 30 s left\n',
    '100 %  10,000 of 10,000 rows  769 requests/s  done\n',
  ]);
});

test('after a resume the rate counts from the first report, not the rows of an earlier run', () => {
  const { clock, written, progress } = watch({});
  progress.report({ done: 900_000, total: 1_000_000 });
  clock.leap(10_000);
  progress.report({ done: 900_100, total: 1_000_000 });
  expect(written[1]).toBe('90 %  900,100 of 1,000,000 rows  10 requests/s  2 h 46 min left\n');
});

test('an empty trace is done, and where nothing was reported nothing is written', () => {
  const empty = watch({});
  empty.progress.report({ done: 0, total: 0 });
  expect(empty.written).toEqual(['100 %  0 of 0 rows  0 requests/s  done\n']);
  const silent = watch({ isTTY: true });
  silent.progress.end();
  expect(silent.written).toEqual([]);
});
