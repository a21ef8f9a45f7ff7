import { describe, expect, test } from 'vitest';
import type { Aggregates } from '../../stream/aggregates.ts';
import { pipeline } from '../../stream/pipeline.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { days, minutes } from '../../time/duration.ts';
import { session } from '../../time/own-windowing.ts';
import { type PlainWindowing, global, tumbling } from '../../time/windowing.ts';
import { drop, revise } from '../late-policy.ts';
import type { Change } from '../row.ts';

/** The fixture of the Dataflow model: one key, sums, windows of two minutes; events by the time at which they arrive. */

const at = (clock: string): number => Date.parse(`2015-01-01T${clock}Z`);
const told = (time: number): string => new Date(time).toISOString().slice(11, 19);

type Score = { readonly n: number; readonly time: number };
type Action = { readonly arrival: string } & ({ readonly score: Score } | { readonly frontier: number });

const scores: readonly Action[] = [
  ['12:04:59', 5, '12:00:26'],
  ['12:05:39', 7, '12:02:24'],
  ['12:06:13', 3, '12:03:39'],
  ['12:06:39', 4, '12:04:19'],
  ['12:07:06', 8, '12:03:06'],
  ['12:07:19', 3, '12:06:39'],
  ['12:08:19', 9, '12:01:25'],
  ['12:08:39', 8, '12:07:26'],
  ['12:09:00', 1, '12:07:46'],
].map(([arrival, n, time]) => ({ arrival: arrival as string, score: { n: n as number, time: at(time as string) } }));

const frontiers = (steps: readonly (readonly [string, string])[]): readonly Action[] => steps.map(([arrival, to]) => ({ arrival, frontier: at(to) }));
const perfect = frontiers([['12:08:39', '12:02:00'], ['12:09:00', '12:04:00'], ['12:09:10', '12:06:00'], ['12:09:20', '12:08:00']]);
const heuristic = frontiers([['12:06:00', '12:02:00'], ['12:07:30', '12:04:00'], ['12:07:40', '12:06:00'], ['12:09:30', '12:08:30']]);

function run(windowing: PlainWindowing, steps: readonly Action[], options: Parameters<Aggregates<Score, undefined>['count']>[0]) {
  const driver = testDriver(
    pipeline('dataflow', (app) => {
      const source = app.source('scores', fedByHand<Score>(), { time: (e) => e.time, complete: outOfOrder(days(1)) });
      const sums = source.window(windowing).sum((e) => e.n, options);
      sums.to(app.sink('changes', readByHand()));
      sums.late.map((e) => e.n).to(app.sink('late', readByHand()));
    }),
  );
  // What arrives at the time of a step of the frontier comes before it: the perfect one knows it.
  const actions = [...scores, ...steps].toSorted((a, b) => (a.arrival < b.arrival ? -1 : a.arrival > b.arrival ? 1 : 'score' in a ? -1 : 1));
  for (const action of actions) {
    if ('score' in action) driver.source('scores').send(action.score);
    else driver.advanceFrontier('scores', action.frontier);
  }
  driver.source('scores').end();
  const changes = driver.sink('changes').rows() as readonly Change<undefined, number>[];
  return { changes, late: driver.sink('late').rows(), net: netOf(changes), said: saidOf(changes) };
}

/** The value of each window when all is said, by its start. */
function netOf(changes: readonly Change<undefined, number>[]): readonly (number | undefined)[] {
  const net = new Map<string, number>();
  for (const { window, after } of changes.toSorted((a, b) => (a.window?.start ?? 0) - (b.window?.start ?? 0))) {
    const place = `${window?.start} ${window?.end}`;
    if (after === undefined) net.delete(place);
    else net.set(place, after);
  }
  return [...net.values()];
}

/** All values that a window has had, one after the other. */
function saidOf(changes: readonly Change<undefined, number>[]): Readonly<Record<string, readonly number[]>> {
  const said: Record<string, number[]> = {};
  for (const { window, before, after } of changes) if (after !== undefined && after !== before) (said[told(window?.start ?? 0)] ??= []).push(after);
  return said;
}

const fixed = tumbling(minutes(2));
const batch = [14, 18, 4, 12];

test('batch: one global window, and by window', () => {
  expect(run(global(), [], {}).net).toEqual([48]);
  expect(run(fixed, [], {}).net).toEqual(batch);
});

test('every change', () => {
  const { said, net } = run(fixed, [], { early: 'each' });
  expect(said).toEqual({ '12:00:00': [5, 14], '12:02:00': [7, 10, 18], '12:04:00': [4], '12:06:00': [3, 11, 12] });
  expect(net).toEqual(batch);
});

describe('on close', () => {
  test('with a perfect frontier', () => {
    for (const late of [drop(), revise({ retain: days(1) })]) {
      const { said, late: missed } = run(fixed, perfect, { late });
      expect(said).toEqual({ '12:00:00': [14], '12:02:00': [18], '12:04:00': [4], '12:06:00': [12] });
      expect(missed).toEqual([]);
    }
  });

  test('with a heuristic frontier under drop: the 9 is late', () => {
    const { net, late } = run(fixed, heuristic, { late: drop() });
    expect(net).toEqual([5, 18, 4, 12]);
    expect(late).toEqual([9]);
  });

  test('with a heuristic frontier under revise: from 5 to 14', () => {
    const { said, net } = run(fixed, heuristic, { late: revise({ retain: days(1) }) });
    expect(said['12:00:00']).toEqual([5, 14]);
    expect(net).toEqual(batch);
  });
});

test('sessions with a gap of one minute: the late 9 bridges two; 5 and 22 are taken back, 36 comes', () => {
  const { changes, net } = run(session(minutes(1)), heuristic, { late: revise({ retain: days(1) }) });
  const ofTheNine = changes.filter(({ cause }) => cause.kind === 'event' && cause.offset === 6);
  expect(ofTheNine.map(({ window, before, after }) => [told(window?.start ?? 0), told(window?.end ?? 0), before, after])).toEqual([
    ['12:00:26', '12:01:26', 5, undefined],
    ['12:02:24', '12:05:19', 22, undefined],
    ['12:00:26', '12:05:19', undefined, 36],
  ]);
  expect(net).toEqual(run(session(minutes(1)), [], {}).net);
});

test('sessions with a gap of one minute under drop: the 9 touches what is closed', () => {
  const { net, late } = run(session(minutes(1)), heuristic, { late: drop() });
  expect(net).toEqual([5, 22, 12]);
  expect(late).toEqual([9]);
});
