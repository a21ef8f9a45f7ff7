import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { everyCrash } from '../../testing/fixture-crashes.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { TIME_END, TIME_MAX } from '../../time/time-max.ts';
import { calendar, global, tumbling } from '../../time/windowing.ts';
import { revise } from '../late-policy.ts';

const counts = ({ line }: { line: Stream<Marble> }) => line.keyBy((e) => e.letter).window(tumbling(5)).count({ name: 'counts' });

test('a window closes when the frontier reaches its end, and its rows leave in the order in which their keys came', () => {
  const run = marbles(counts, { line: 'ba-b-c' });
  // The c at 5 belongs to the next window, and closes this one.
  expect(run.rows()).toEqual([
    { key: 'b', window: { start: 0, end: 5 }, value: 2, time: 4, revision: 0, finality: 'final', evidence: ['assumed'] },
    { key: 'a', window: { start: 0, end: 5 }, value: 1, time: 4, revision: 0, finality: 'final', evidence: ['assumed'] },
  ]);
});

test('with a bound on disorder the window stays open for as much longer', () => {
  expect(marbles(counts, { line: 'a-------b' }, { bound: 4 }).rows()).toEqual([]);
  expect(marbles(counts, { line: 'a--------b' }, { bound: 4 }).rows()).toMatchObject([{ key: 'a', value: 1 }]);
});

test('the end of the input closes what is open, with that as the evidence', () => {
  const run = marbles(counts, { line: 'a-----b-|' }, { bound: 1 });
  expect(run.rows()).toMatchObject([
    { key: 'a', window: { start: 0, end: 5 }, evidence: ['assumed'] },
    { key: 'b', window: { start: 5, end: 10 }, evidence: ['ended'] },
  ]);
});

test('an event below the frontier whose window is open is counted; one whose window is closed is late', () => {
  const run = marbles(counts, { line: 'a---ba2---ca3b8' });
  expect(run.rows()).toMatchObject([
    { key: 'a', window: { start: 0, end: 5 }, value: 2 },
    { key: 'b', window: { start: 0, end: 5 }, value: 1 },
  ]);
  expect(run.late()).toEqual([
    { letter: 'a', time: 3 },
    { letter: 'b', time: 8 },
  ]);
  expect(run.status().states).toEqual({ counts: { entries: 1, late: 2, duplicates: 0, conflicts: 0 } });
});

test('windows in which nothing happens say nothing', () => {
  const run = marbles(counts, { line: 'a-----------------b|' });
  expect(run.rows()).toMatchObject([
    { key: 'a', window: { start: 0, end: 5 } },
    { key: 'b', window: { start: 15, end: 20 } },
  ]);
});

test('several windows that close at once leave in the order of their ends', () => {
  const run = marbles(counts, { line: 'c12b7a1--|' }, { bound: 20 });
  expect(run.rows()).toMatchObject([
    { key: 'a', window: { end: 5 } },
    { key: 'b', window: { end: 10 } },
    { key: 'c', window: { end: 15 } },
  ]);
});

test('hours made of closed minutes close in the same step of the frontier', () => {
  const run = marbles(
    ({ line }) => line.keyBy((e) => e.letter).window(tumbling(2)).count().final().keyBy((row) => row.key).window(tumbling(6)).sum((row) => row.value),
    { line: 'aaab--b-a|' },
  );
  expect(run.rows()).toMatchObject([
    { key: 'a', window: { start: 0, end: 6 }, value: 3, time: 5 },
    { key: 'b', window: { start: 0, end: 6 }, value: 1, time: 5 },
    { key: 'b', window: { start: 6, end: 12 }, value: 1, time: 11 },
    { key: 'a', window: { start: 6, end: 12 }, value: 1, time: 11 },
  ]);
});

test('the Dataflow fixture: on close, with a perfect frontier, and with a guessed one that makes the 9 late', () => {
  const at = (clock: string): number => Date.parse(`2015-01-01T${clock}Z`);
  const events = [[5, '12:00:26'], [7, '12:02:24'], [3, '12:03:39'], [4, '12:04:19'], [8, '12:03:06'], [3, '12:06:39'], [9, '12:01:25'], [8, '12:07:26'], [1, '12:07:46']] as const;
  const sums = (steps: readonly (readonly [after: number, to: string])[]) => {
    const driver = testDriver(
      pipeline('dataflow', (app) => {
        const source = app.source('scores', fedByHand<{ n: number; time: number }>(), { time: (e) => e.time, complete: outOfOrder(86_400_000) });
        const sum = source.window(tumbling(120_000)).sum((e) => e.n);
        sum.final().map((row) => row.value).to(app.sink('sums', readByHand()));
        sum.late.map((e) => e.n).to(app.sink('late', readByHand()));
      }),
    );
    events.forEach(([n, clock], i) => {
      for (const [after, to] of steps) if (after === i) driver.advanceFrontier('scores', at(to));
      driver.source('scores').send({ n, time: at(clock) });
    });
    driver.source('scores').end();
    return { sums: driver.sink('sums').rows(), late: driver.sink('late').rows() };
  };
  expect(sums([])).toEqual({ sums: [14, 18, 4, 12], late: [] });
  expect(sums([[8, '12:02:00']])).toEqual({ sums: [14, 18, 4, 12], late: [] });
  // 12:06:00 → 12:02, 12:07:30 → 12:04, 12:07:40 → 12:06; the 9 comes at 12:08:19.
  expect(sums([[2, '12:02:00'], [6, '12:04:00'], [6, '12:06:00']])).toEqual({ sums: [5, 18, 4, 12], late: [9] });
});

test('bids: sums of ten minutes', () => {
  const bids = [['08:05', 400], ['08:07', 200], ['08:09', 500], ['08:11', 300], ['08:13', 100], ['08:17', 600]] as const;
  const driver = testDriver(
    pipeline('bids', (app) => {
      const source = app.source('bids', fedByHand<{ cents: number; time: number }>(), { time: (e) => e.time, complete: outOfOrder(0) });
      source.window(tumbling(600_000)).sum((e) => e.cents).final().map((row) => row.value).to(app.sink('sums', readByHand()));
    }),
  );
  for (const [clock, cents] of bids) driver.source('bids').send({ cents, time: Date.parse(`2020-04-15T${clock}:00Z`) });
  driver.source('bids').end();
  expect(driver.sink('sums').rows()).toEqual([1100, 1000]);
});

test('months follow the clock of their zone', () => {
  const driver = testDriver(
    pipeline('months', (app) => {
      const source = app.source('events', fedByHand<number>(), { time: (e) => e, complete: outOfOrder(0) });
      source.window(calendar.month('Europe/Berlin')).count().final().to(app.sink('months', readByHand()));
    }),
  );
  driver.source('events').send(Date.parse('2024-02-29T22:59:59Z'), Date.parse('2024-02-29T23:00:00Z'));
  driver.source('events').end();
  expect(driver.sink('months').rows()).toMatchObject([
    { value: 1, window: { start: Date.parse('2024-01-31T23:00:00Z'), end: Date.parse('2024-02-29T23:00:00Z') } },
    { value: 1, window: { start: Date.parse('2024-02-29T23:00:00Z'), end: Date.parse('2024-03-31T22:00:00Z') } },
  ]);
});

test('a crash in any column changes nothing', () => {
  const line = 'ab-a3-c-b4-a-a2-|';
  const expected = marbles(counts, { line }, { bound: 2 });
  for (const store of everyCrash(line.length)) {
    const run = marbles(counts, { line }, { bound: 2, store });
    expect(run.rows()).toEqual(expected.rows());
    expect(run.late()).toEqual(expected.late());
    expect(run.status().states).toEqual(expected.status().states);
  }
});

test('drawn: a late event changes its window, and the change says from what to what', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).count({ late: revise({ retain: 6 }) }), { line: 'ab----ca3--d' });
  expect(run.changes()).toMatchObject([
    { key: 'a', before: undefined, after: 1, revision: 0, finality: 'provisional', cause: { kind: 'frontier', time: 5 } },
    { key: 'b', before: undefined, after: 1, revision: 0, finality: 'provisional' },
    { key: 'a', before: 1, after: 2, revision: 1, finality: 'provisional', cause: { kind: 'event', offset: 3 } },
    { key: 'c', before: undefined, after: 1, finality: 'provisional', cause: { kind: 'frontier', time: 10 } },
    { key: 'a', before: 2, after: 2, revision: 1, finality: 'final', cause: { kind: 'frontier', time: 11 } },
    { key: 'b', before: 1, after: 1, revision: 0, finality: 'final' },
  ]);
});

test('drawn: early rows leave with each event, and the last one at the close', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).count({ early: 'each' }), { line: 'a-a--a' });
  expect(run.changes().map(({ before, after, finality }) => [before, after, finality])).toEqual([
    [undefined, 1, 'provisional'],
    [1, 2, 'provisional'],
    [2, 2, 'final'],
    [undefined, 1, 'provisional'],
  ]);
});

test('one window for everything leaves when the input ends; nothing is late for it', () => {
  const line = 'ab-a1-c-|';
  const everything = ({ line: stream }: { line: Stream<Marble> }) => stream.keyBy((e) => e.letter).window(global()).count({ name: 'all' });
  const run = marbles(everything, { line });
  const row = { window: { start: 0, end: TIME_END }, time: TIME_MAX, evidence: ['ended'] };
  expect(run.rows()).toMatchObject([{ key: 'a', value: 2, ...row }, { key: 'b', value: 1, ...row }, { key: 'c', value: 1, ...row }]);
  expect(run.late()).toEqual([]);
  expect(marbles(everything, { line: line.slice(0, -1) }).rows()).toEqual([]);
  expect(marbles(everything, { line, store: '---cx--x-' }).rows()).toEqual(run.rows());
});
