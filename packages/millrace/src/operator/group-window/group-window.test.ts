import { expect, test } from 'vitest';
import type { LateOf } from '../../stream/late-settings.ts';
import type { Stream } from '../../stream/stream.ts';
import { everyCrash } from '../../testing/fixture-crashes.ts';
import { pipeline } from '../../stream/pipeline.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { type GroupWindowing, group } from '../../time/group-windowing.ts';
import { tumbling } from '../../time/windowing.ts';
import { drop, revise } from '../late-policy.ts';

interface Timed {
  readonly key: string;
  readonly time: number;
  readonly n: number;
}

/** One key; an o opens, a c closes. */
const open = (e: Marble): boolean => e.letter === 'o';
const close = (e: Marble): boolean => e.letter === 'c';
const windows = ({ line }: { line: Stream<Marble> }) => line.window(group({ open, close, timeout: 10 }));
const collected = (streams: { line: Stream<Marble> }) => windows(streams).collect({ name: 'groups' });
const counts =
  (late: LateOf<GroupWindowing<Marble>> = drop()) =>
  (streams: { line: Stream<Marble> }) =>
    windows(streams).count({ name: 'counts', late });
const o = (time: number): Marble => ({ letter: 'o', time });
const c = (time: number): Marble => ({ letter: 'c', time });
const x = (time: number): Marble => ({ letter: 'x', time });

test('a group has everything from its opening event to its closing one, and leaves when the frontier has passed that', () => {
  const run = marbles(collected, { line: '-o-xcx' });
  expect(run.rows()).toEqual([
    {
      key: undefined,
      window: { start: 1, end: 5 },
      value: { open: o(1), close: c(4), events: [o(1), x(3), c(4)], timedOut: false },
      time: 4,
      revision: 0,
      finality: 'final',
      evidence: ['assumed'],
    },
  ]);
  expect(marbles(collected, { line: '-o-xc' }).rows()).toEqual([]);
});

test('what has no end within the time-out says so; an event at its very end is in it', () => {
  const run = marbles(collected, { line: 'o---------xc' });
  expect(run.rows()).toMatchObject([{ window: { start: 0, end: 11 }, time: 10, value: { open: o(0), close: undefined, events: [o(0), x(10)], timedOut: true } }]);
});

test('a closing event waits for its opening one', () => {
  const run = marbles(collected, { line: '-----co2---|' }, { bound: 4 });
  expect(run.rows()).toMatchObject([{ window: { start: 2, end: 6 }, value: { open: o(2), close: c(5), timedOut: false } }]);
  expect(run.late()).toEqual([]);
});

test('it waits even past the frontier, as long as its group could be open: then the group leaves with its opening event', () => {
  const run = marbles(collected, { line: '-----c--x-o2' });
  expect(run.changes()).toMatchObject([{ after: { open: o(2), close: c(5) }, cause: { kind: 'event', offset: 2 }, finality: 'final' }]);
});

test('what has waited until the frontier is the time-out past it is late', () => {
  const run = marbles(collected, { line: '-c---------o' });
  expect(run.late()).toEqual([]);
  const later = marbles(collected, { line: '-c----------o' });
  expect(later.late()).toEqual([c(1)]);
});

test('what was waited for in vain is itself the cause of what comes of it, and not the event that moved the frontier', () => {
  const run = marbles((streams) => collected(streams).late.keyBy((e) => e.letter).count({ name: 'in vain' }), { line: '-c----------o' });
  expect(run.changes()).toMatchObject([{ key: 'c', before: undefined, after: 1, time: 1, cause: { kind: 'event', source: 'line', partition: 0, offset: 0 } }]);
});

test('a row that was waited for in vain is still there because of the time at which its window closed', () => {
  const rows = ({ line }: { line: Stream<Marble> }) => line.window(tumbling(5)).count({ name: 'rows' }).final();
  const never = (streams: { line: Stream<Marble> }) => rows(streams).window(group({ open: () => false, close: () => false, timeout: 3 })).count({ name: 'never' });
  const run = marbles((streams) => never(streams).late.keyBy(({ value }) => value).count({ name: 'in vain' }), { line: 'x--------x' });
  expect(run.changes()).toMatchObject([{ key: 1, after: 1, time: 4, cause: { kind: 'frontier', time: 5 } }]);
});

test('a group that is closed is never opened again: what would change it is late', () => {
  const run = marbles(collected, { line: 'o---c-xx3xo2' });
  // The x at 3 and the o at 2 are in the closed group; those at 6 and 9 wait.
  expect(run.rows()).toMatchObject([{ value: { events: [o(0), c(4)] } }]);
  expect(run.late()).toEqual([x(3), o(2)]);
});

test('a closing event within a closed group is late too: it would make the group another one of as many events', () => {
  const run = marbles(collected, { line: 'o---c-xc2|' });
  expect(run.rows()).toMatchObject([{ value: { events: [o(0), c(4)] } }]);
  // The x at 6 waits for an opening event until the input ends.
  expect(run.late()).toEqual([c(2), x(6)]);
});

test('under revise a late event changes what left: a closing event makes a group shorter', () => {
  const run = marbles(counts(revise({ retain: 50 })), { line: 'o--x-------xc5|' });
  const cause = { kind: 'event', offset: 3 };
  expect(run.changes()).toMatchObject([
    { window: { start: 0, end: 11 }, before: undefined, after: 2, cause: { kind: 'frontier', time: 11 } },
    { window: { start: 0, end: 11 }, before: 2, after: undefined, cause },
    { window: { start: 0, end: 6 }, before: undefined, after: 3, cause },
    { window: { start: 0, end: 6 }, before: 3, after: 3, finality: 'final', evidence: ['ended'] },
  ]);
});

test('early rows show what is in a group so far', () => {
  const run = marbles((streams) => windows(streams).collect({ early: 'each' }), { line: 'ox----------x' });
  expect(run.changes().map(({ before, after, finality }) => [before?.events.length, after?.events.length, after?.timedOut, finality])).toEqual([
    [undefined, 1, false, 'provisional'],
    [1, 2, false, 'provisional'],
    [2, 2, true, 'final'],
  ]);
});

test('a test that throws has changed nothing', () => {
  const picky = (e: Marble): boolean => {
    if (e.letter === 'z') throw new Error('no z');
    return e.letter === 'o';
  };
  const run = marbles(({ line }) => line.window(group({ open: picky, close, timeout: 10 })).count(), { line: 'ozc|' });
  expect(run.rows()).toMatchObject([{ value: 2 }]);
  expect(run.bad()).toMatchObject([{ offset: 1, message: 'Error: no z' }]);
});

test('a crash in any column changes nothing', () => {
  const line = '-o-c-xo-c2-o5-c---|';
  for (const late of [drop(), revise({ retain: 8 })]) {
    const expected = marbles(counts(late), { line }, { bound: 2 });
    for (const store of everyCrash(line.length)) {
      const run = marbles(counts(late), { line }, { bound: 2, store });
      expect(run.changes()).toEqual(expected.changes());
      expect(run.late()).toEqual(expected.late());
    }
  }
});

test.each([0, -1, 0.5])('a time-out of %d is refused', (timeout) => {
  expect(() => group({ open, close, timeout })).toThrow('expected a positive whole number of ms');
});

test('a closing event that comes late ends its group before the frontier: windows over final groups have waited for it', () => {
  const behind = (streams: { line: Stream<Marble> }) => counts()(streams).final().window(tumbling(5)).count({ name: 'behind' });
  const run = marbles(behind, { line: '-o-------x-c4----|' });
  expect(run.rows()).toMatchObject([{ window: { start: 0, end: 5 }, value: 1 }]);
  expect(run.late()).toEqual([]);
});

test('of groups that begin at one place, with an event that came more than once, the first stays the first over a crash', () => {
  const event = (key: string, time: number, n: number): Timed => ({ key, time, n });
  const copies = pipeline('copies', (app) => {
    const events = app.source('events', fedByHand<Timed>(), { time: ({ time }) => time, complete: outOfOrder(0) });
    const copied = events.merge(events, events).keyBy(({ key }) => key).window(group<Timed>({ open: ({ n }) => n === 0, close: ({ n }) => n === 0, timeout: 12 }));
    const counted = copied.count({ name: 'counts' });
    counted.final().map(({ key, window, value }) => [key, window?.start, window?.end, value]).to(app.sink('out', readByHand()));
    counted.late.to(app.sink('late', readByHand()));
  });
  const runs = [false, true].map((crashes) => {
    const driver = testDriver(copies, { durable: true });
    // What waits in vain leaves rows behind, which are then used in the opposite order.
    driver.source('events').send(event('a', 0, 1), event('b', 13, 0));
    driver.commit();
    if (crashes) driver.crash();
    driver.source('events').send(event('b', 14, 0));
    driver.advanceFrontier('events', 100);
    driver.commit();
    return [driver.sink('out').rows(), driver.sink('late').rows()];
  });
  expect(runs[0]?.[0]).toEqual([['b', 13, 14, 2], ['b', 13, 15, 2], ['b', 14, 15, 2]]);
  expect(runs[1]).toEqual(runs[0]);
});

test('what one event was spread into keeps its order, also when a part of it waits and another opens a group', () => {
  const spread = (streams: { line: Stream<Marble> }) =>
    collected({ line: streams.line.flatMap((e) => (e.letter === 'b' ? [x(e.time), o(e.time)] : [e])) });
  const run = marbles(spread, { line: '-----cb0o0---------|' }, { bound: 9 });
  expect(run.rows()).toMatchObject([{ window: { start: 0, end: 6 }, value: { events: [o(0), o(0), c(5)] } }]);
  expect(run.late()).toEqual([x(0)]);
});

test('what falls out of a group that becomes shorter is late at its own place, and not at that of the event that ends the group', () => {
  const late = (streams: { line: Stream<Marble> }) => {
    const groups = windows(streams).count({ name: 'groups', late: revise({ retain: 100 }) });
    return groups.late.keyBy((e) => e.letter).count({ name: 'late' });
  };
  const run = marbles(late, { line: 'o-------x--------------------z-c5|' });
  expect(run.changes()).toMatchObject([
    { key: 'x', time: 8, cause: { kind: 'event', offset: 1 } },
    { key: 'z', time: 29, cause: { kind: 'event', offset: 2 } },
  ]);
});
