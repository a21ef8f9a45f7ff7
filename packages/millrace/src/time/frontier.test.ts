import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertionError } from '../assert.ts';
import { RUNS } from '../testing/fixture-scenario.ts';
import { ASSUMED, DECLARED, ENDED, type Evidence, PROVED } from './evidence.ts';
import { Doubts } from './producers/doubts.ts';
import { BEGINNING, END, Frontier, type Timed } from './frontier.ts';
import { HeldFrontier } from './held-frontier.ts';
import { MergedFrontier } from './merged-frontier.ts';
import { WaitingFrontier } from './waiting-frontier.ts';

/** Notes when it is due, and where the frontier stood then. */
function timer(frontier: Frontier, rank: number, fired: (readonly [time: number, rank: number, value: number])[], then?: (time: number) => void): Timed {
  return {
    rank,
    due: (time) => {
      fired.push([time, rank, frontier.value]);
      then?.(time);
    },
  };
}

test('it begins before everything, and only moves forward', () => {
  const frontier = new Frontier();
  expect(frontier.value).toBe(BEGINNING);
  frontier.advance(5, ASSUMED);
  frontier.advance(5, ENDED);
  expect(frontier.evidence).toBe(ENDED);
  expect(() => frontier.advance(4, ASSUMED)).toThrow(AssertionError);
});

/** As feeds do it: a step where that is enough. */
function move(frontier: Frontier, to: number, evidence: Evidence): void {
  if (frontier.isStep(to, evidence)) frontier.value = to;
  else frontier.advance(to, evidence);
}

test('the short way says no less: it refuses to go back, and fires what is due', () => {
  const frontier = new Frontier();
  const fired: [number, number, number][] = [];
  frontier.at(10, timer(frontier, 1, fired as never));
  move(frontier, 9, ASSUMED);
  move(frontier, 9, ASSUMED);
  expect(fired).toEqual([]);
  move(frontier, 10, ASSUMED);
  expect(fired).toEqual([[10, 1, 9]]);
  expect(() => move(frontier, 9, ASSUMED)).toThrow(AssertionError);
});

test('timers fire in the order of time, then of rank, before the frontier moves on', () => {
  const frontier = new Frontier();
  const fired: (readonly [number, number, number])[] = [];
  frontier.advance(1, ASSUMED);
  frontier.at(20, timer(frontier, 2, fired));
  frontier.at(10, timer(frontier, 3, fired));
  frontier.at(20, timer(frontier, 1, fired));
  frontier.at(30, timer(frontier, 1, fired));
  expect(frontier.next).toBe(10);
  frontier.advance(20, ASSUMED);
  expect(fired).toEqual([
    [10, 3, 9],
    [20, 1, 19],
    [20, 2, 19],
  ]);
  expect(frontier.value).toBe(20);
  expect(frontier.next).toBe(30);
  frontier.advance(END, ENDED);
  expect(fired.at(-1)).toEqual([30, 1, 29]);
  expect(frontier.next).toBe(END);
});

test('asking twice for one time is asking once', () => {
  const frontier = new Frontier();
  const fired: (readonly [number, number, number])[] = [];
  const one = timer(frontier, 1, fired);
  frontier.at(10, one);
  frontier.at(10, one);
  frontier.advance(10, ASSUMED);
  expect(fired).toHaveLength(1);
});

test('a timer may set others while it fires: for the same time at a higher rank, and for later ones of the same step', () => {
  const frontier = new Frontier();
  const fired: (readonly [number, number, number])[] = [];
  const hour = timer(frontier, 2, fired);
  const minute: Timed = timer(frontier, 1, fired, (time) => frontier.at(Math.ceil(time / 60) * 60, hour));
  for (const time of [10, 20, 60, 70]) frontier.at(time, minute);
  frontier.advance(END, ENDED);
  expect(fired.map(([time, rank]) => [time, rank])).toEqual([
    [10, 1],
    [20, 1],
    [60, 1],
    [60, 2],
    [70, 1],
    [120, 2],
  ]);
});

test('a timer for what is past is a bug, not a request', () => {
  const frontier = new Frontier();
  frontier.advance(10, ASSUMED);
  expect(() => frontier.at(10, timer(frontier, 1, []))).toThrow(AssertionError);
});

test('restoring fires nothing', () => {
  const frontier = new Frontier();
  const merged = new MergedFrontier([frontier]);
  frontier.restore(10, ENDED);
  expect([frontier.value, merged.value, merged.evidence]).toEqual([10, 10, ENDED]);
});

test('any timers fire in order, each once, whatever the steps', () => {
  const property = fc.property(
    fc.array(fc.record({ time: fc.nat(200), rank: fc.nat(3) }), { maxLength: 80, size: 'max' }),
    fc.array(fc.nat(40), { maxLength: 20, size: 'max' }),
    (asked, steps) => {
      const frontier = new Frontier();
      const fired: (readonly [number, number, number])[] = [];
      const ranks = [0, 1, 2, 3].map((rank) => timer(frontier, rank, fired));
      for (const { time, rank } of asked) frontier.at(time, ranks[rank] as Timed);
      let to = 0;
      for (const step of steps) {
        const before = frontier.value;
        to += step;
        const from = fired.length;
        frontier.advance(to, ASSUMED);
        for (const [time, , value] of fired.slice(from)) {
          expect(time).toBeLessThanOrEqual(to);
          expect(time).toBeGreaterThan(before);
          expect(value).toBe(time - 1);
        }
      }
      frontier.advance(END, ENDED);
      const expected = [...new Set(asked.map(({ time, rank }) => time * 10 + rank))].toSorted((a, b) => a - b);
      expect(fired.map(([time, rank]) => time * 10 + rank)).toEqual(expected);
    },
  );
  fc.assert(property, { numRuns: RUNS });
});

test('taking the short way is taking the long one: the same fires, and the same stands, whatever is asked for and told', () => {
  const deed = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('step' as const), which: fc.nat(2), by: fc.oneof(fc.nat(12), fc.constant(Number.POSITIVE_INFINITY)), evidence: fc.constantFrom(ASSUMED, ENDED) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('ask' as const), which: fc.nat(4), ahead: fc.integer({ min: 1, max: 40 }), rank: fc.nat(3), again: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('back' as const), which: fc.nat(2), by: fc.integer({ min: 1, max: 5 }) }) },
  );
  const property = fc.property(fc.array(deed, { maxLength: 60, size: 'max' }), (deeds) => {
    const outcome = (way: typeof move): unknown => {
      const inputs = [new Frontier(), new Frontier(), new Frontier()] as const;
      const merged = new MergedFrontier([inputs[0], inputs[1]]);
      const all = [...inputs, merged, new MergedFrontier([merged, inputs[1]])];
      const seen: unknown[] = [];
      for (const one of deeds) {
        const frontier = all[one.which] as Frontier;
        if (frontier.value === END) continue;
        if (one.kind === 'step') way(frontier, frontier.value + one.by, one.evidence);
        else if (one.kind === 'back') expect(() => way(frontier, frontier.value - one.by, ASSUMED)).toThrow(AssertionError);
        else {
          const fired: (readonly [number, number, number])[] = [];
          // One that sets another while it fires, as windows behind windows do.
          const then = (time: number): void => (one.again ? frontier.at(time + 3, timer(frontier, one.rank, fired)) : undefined);
          seen.push(fired);
          frontier.at(frontier.value + one.ahead, timer(frontier, one.rank, fired, then));
        }
        seen.push(all.map(({ value, evidence, next }) => [value, evidence, next]));
      }
      return seen;
    };
    expect(outcome(move)).toEqual(outcome((frontier, to, evidence) => frontier.advance(to, evidence)));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('a merged frontier is the least of its inputs, with the evidence of all', () => {
  const [one, two] = [new Frontier(), new Frontier()];
  const merged = new MergedFrontier([one, two]);
  one.advance(10, ASSUMED);
  expect(merged.value).toBe(BEGINNING);
  two.advance(5, ENDED);
  expect([merged.value, merged.evidence]).toEqual([5, ASSUMED | ENDED]);
  two.advance(END, ENDED);
  expect(merged.value).toBe(10);
  one.advance(END, ENDED);
  expect([merged.value, merged.evidence]).toEqual([END, ENDED]);
});

test('timers of an input fire before those of what it feeds, and none is missed by taking the short way', () => {
  const [one, two] = [new Frontier(), new Frontier()];
  const merged = new MergedFrontier([one, two]);
  const above = new MergedFrontier([merged, two]);
  const fired: (readonly [number, number, number])[] = [];
  two.advance(END, ENDED);
  one.at(10, timer(one, 1, fired));
  merged.at(10, timer(merged, 2, fired));
  above.at(5, timer(above, 3, fired));
  move(one, 4, ASSUMED);
  move(one, 12, ASSUMED);
  expect(fired.map(([time, rank]) => [time, rank])).toEqual([
    [10, 1],
    [10, 2],
    [5, 3],
  ]);
  expect(above.value).toBe(12);
});

test('what a stretch rests on is asked of every input; proved is said only where every part is', () => {
  const numbered = new Frontier();
  numbered.doubts = new Doubts([{ from: 10, to: 20, evidence: DECLARED, producer: 'g' }]);
  const other = new Frontier();
  const merged = new MergedFrontier([numbered, other]);
  numbered.advance(40, PROVED);
  other.doubts = new Doubts();
  other.advance(30, PROVED);
  expect([merged.evidenceOf(0, 10), merged.evidenceOf(15, 25), merged.evidenceOf(20, 30)]).toEqual([PROVED, DECLARED, PROVED]);
  numbered.advance(END, ENDED);
  expect([merged.evidenceOf(0, 10), merged.evidenceOf(15, 25)]).toEqual([PROVED | ENDED, DECLARED | ENDED]);
  const assumed = new Frontier();
  const both = new MergedFrontier([other, assumed]);
  assumed.advance(30, ASSUMED);
  expect([both.evidence, both.evidenceOf(0, 10)]).toEqual([ASSUMED, ASSUMED]);
});

test('an alarm goes at the time that was said last, and at no other', () => {
  const frontier = new Frontier();
  const fired: (readonly [number, number, number])[] = [];
  const alarm = frontier.alarm(timer(frontier, 1, fired));
  frontier.wake(alarm, 30);
  frontier.wake(alarm, 20);
  expect(frontier.next).toBe(20);
  frontier.wake(alarm, 25);
  frontier.advance(24, ASSUMED);
  expect(fired).toEqual([]);
  frontier.advance(40, ASSUMED);
  expect(fired).toEqual([[25, 1, 24]]);
  expect(frontier.next).toBe(END);
  expect(() => frontier.wake(alarm, 40)).toThrow(AssertionError);
});

test('alarms go among what was asked for with `at`, by time and rank, also what is asked for meanwhile', () => {
  const asked = fc.array(fc.record({ time: fc.integer({ min: 1, max: 12 }), rank: fc.integer({ min: 0, max: 3 }) }), { maxLength: 20 });
  const moves = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
  const property = fc.property(asked, moves, (list, steps) => {
    // Each of these has all its times at hand; the one asks for all of them, the other for the next.
    const run = (byAlarm: (rank: number) => boolean): readonly (readonly [number, number, number])[] => {
      const frontier = new Frontier();
      const fired: (readonly [number, number, number])[] = [];
      for (const rank of [2, 0, 3, 1]) {
        const times = [...new Set(list.filter((entry) => entry.rank === rank).map(({ time }) => time))].sort((a, b) => a - b);
        // While it fires, each asks for what a later one of the same time would be asked for too.
        const timed = timer(frontier, rank, fired, () => ask());
        const alarm = byAlarm(rank) ? frontier.alarm(timed) : undefined;
        const ask = (): void => {
          if (alarm === undefined) return;
          const next = times.shift();
          if (next !== undefined) frontier.wake(alarm, next);
        };
        if (alarm === undefined) for (const time of times) frontier.at(time, timed);
        else ask();
      }
      let to = 0;
      for (const step of steps) move(frontier, (to += step), ASSUMED);
      return fired;
    };
    const expected = run(() => false);
    expect(run(() => true)).toEqual(expected);
    expect(run((rank) => rank % 2 === 0)).toEqual(expected);
    expect(run((rank) => rank % 2 === 1)).toEqual(expected);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('frontiers that are made of others say what they rest on, though they stand: after a restart they would', () => {
  const [open, over] = [new Frontier(), new Frontier()];
  const merged = new MergedFrontier([open, over]);
  const behind = [new HeldFrontier(merged), new WaitingFrontier(merged)];
  open.advance(5, ASSUMED);
  over.advance(7, ASSUMED);
  over.advance(END, ENDED);
  const stands = [merged, ...behind].map(({ value, evidence }) => ({ value, evidence }));
  expect(stands).toEqual(stands.map(() => ({ value: 5, evidence: ASSUMED | ENDED })));
  open.restore(5, ASSUMED);
  expect([merged, ...behind].map(({ value, evidence }) => ({ value, evidence }))).toEqual(stands);
});
