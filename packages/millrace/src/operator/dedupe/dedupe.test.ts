import { expect, test } from 'vitest';
import type { Stream } from '../../stream/stream.ts';
import { everyCrash } from '../../testing/fixture-crashes.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import type { EventId } from './id-bytes.ts';

const once = (forMs: number) => ({ line }: { line: Stream<Marble> }) => line.dedupe({ name: 'once', id: (e) => e.letter, for: forMs });

test('the first event of each id passes, repetitions are dropped and counted', () => {
  const run = marbles(once(100), { line: 'ab-aabc|' });
  expect(run.rows()).toEqual([
    { letter: 'a', time: 0 },
    { letter: 'b', time: 1 },
    { letter: 'c', time: 6 },
  ]);
  expect(run.status().states).toEqual({ once: { entries: 3, late: 0, duplicates: 3, conflicts: 0 } });
});

test('an id may come again once the retention is over: times are compared, to the millisecond', () => {
  const run = marbles(once(4), { line: 'a--aa-------a-|' });
  // 3 is less than 4 away from 0; 4 is not. 12 is far from 4.
  expect(run.rows()).toMatchObject([{ time: 0 }, { time: 4 }, { time: 12 }]);
});

test('a repetition that happened before the event that came first is one too', () => {
  const run = marbles(once(4), { line: '-----a-a3-a1|' }, { bound: 10 });
  expect(run.rows()).toMatchObject([{ time: 5 }, { time: 1 }]);
});

test('an event older than the frontier less the retention cannot be judged: it is late, whatever its id', () => {
  const run = marbles(once(4), { line: 'a---------bc6a5x5' });
  expect(run.rows()).toMatchObject([{ letter: 'a' }, { letter: 'b' }, { letter: 'c', time: 6 }]);
  expect(run.late()).toEqual([
    { letter: 'a', time: 5 },
    { letter: 'x', time: 5 },
  ]);
  expect(run.status().states).toMatchObject({ once: { late: 2, duplicates: 0 } });
});

test.each<[string, readonly EventId[]]>([
  ['numbers, text and bigints that look alike', [5, '5', 5n]],
  ['lists whose parts meet elsewhere', [['ab', 'c'], ['a', 'bc'], ['abc'], ['', 'abc']]],
  ['text within and beyond ASCII', ['e', 'é', 'e\u0301', '\ud800', '\udc00']],
  ['numbers that differ in the last bit', [0.1 + 0.2, 0.3, 2 ** 53, 2 ** 53 - 1]],
])('different ids are different: %s', (_, ids) => {
  const run = marbles(({ line }) => line.flatMap(() => ids.map((id) => ({ id }))).dedupe({ id: (e) => e.id, for: 10 }), { line: 'aa|' });
  expect(run.rows()).toEqual(ids.map((id) => ({ id })));
});

test('0 and −0 are one id', () => {
  const run = marbles(({ line }) => line.flatMap(() => [0, -0]).dedupe({ id: (n) => n, for: 10 }), { line: 'a|' });
  expect(run.rows()).toEqual([0]);
});

test.each<[string, () => unknown, string]>([
  ['null', () => null, 'BAD_ID'],
  ['undefined', () => undefined, 'BAD_ID'],
  ['NaN', () => Number.NaN, 'BAD_ID'],
  ['a part that is no value', () => ['a', {}], 'BAD_ID'],
  ['a longer id than is taken', () => 'x'.repeat(1022), 'ID_TOO_LONG'],
])('%s is no id: the event is set aside, and is not remembered', (_, id) => {
  const run = marbles(({ line }) => line.dedupe({ name: 'once', id: (e) => (e.letter === 'x' ? (id() as EventId) : e.letter), for: 100 }), { line: 'xax|' });
  expect(run.rows()).toEqual([{ letter: 'a', time: 1 }]);
  expect(run.bad()).toMatchObject([{ offset: 0, reason: 'threw' }, { offset: 2, reason: 'threw' }]);
  expect(run.status().states).toEqual({ once: { entries: 1, late: 0, duplicates: 0, conflicts: 0 } });
});

test('the longest id is taken', () => {
  const run = marbles(({ line }) => line.dedupe({ id: () => 'x'.repeat(1021), for: 100 }), { line: 'aa|' });
  expect(run.rows()).toEqual([{ letter: 'a', time: 0 }]);
});

test.each([0, -1, 0.5, 2 ** 33, Number.NaN])('a retention of %d ms is refused', (forMs) => {
  expect(() => marbles(once(forMs), { line: '|' })).toThrow('expected 1 to 8589934590 ms');
});

test('a crash in any column changes nothing', () => {
  const line = 'ab-a3-c-b4-a-a2-c9|';
  const expected = marbles(once(6), { line }, { bound: 2 });
  for (const store of everyCrash(line.length)) {
    const run = marbles(once(6), { line }, { bound: 2, store });
    expect(run.rows()).toEqual(expected.rows());
    expect(run.late()).toEqual(expected.late());
    const { late, duplicates } = run.status().states['once'] ?? {};
    expect({ late, duplicates }).toEqual({ late: expected.status().states['once']?.late, duplicates: expected.status().states['once']?.duplicates });
  }
});

test('an event that fails behind, before anything else has changed, is set aside and leaves its id free', () => {
  let calls = 0;
  const refuseFirst = (e: Marble): Marble => {
    calls += 1;
    if (calls === 1) throw new Error('not this one');
    return e;
  };
  const run = marbles(({ line }) => line.dedupe({ name: 'once', id: (e) => e.letter, for: 100 }).map(refuseFirst), { line: 'aab|' });
  expect(run.rows()).toMatchObject([{ letter: 'a', time: 1 }, { letter: 'b' }]);
  expect(run.bad()).toMatchObject([{ reason: 'threw', offset: 0 }]);
  expect(run.status().states).toEqual({ once: { entries: 2, late: 0, duplicates: 0, conflicts: 0 } });
});

const compared = ({ line }: { line: Stream<Marble> }) =>
  line.dedupe({ name: 'once', id: (e) => e.letter.toLowerCase(), for: 100, conflicts: true, content: (e) => e.letter });

test('with contents compared, what repeats an id and says something else is a conflict, counted, each time', () => {
  const conflicts = marbles((lines) => compared(lines).conflicts, { line: 'abAaBAc' });
  expect(conflicts.rows()).toEqual([
    { letter: 'A', time: 2 },
    { letter: 'B', time: 4 },
    { letter: 'A', time: 5 },
  ]);
  const run = marbles(compared, { line: 'abAaBAc' });
  expect(run.rows()).toEqual([
    { letter: 'a', time: 0 },
    { letter: 'b', time: 1 },
    { letter: 'c', time: 6 },
  ]);
  expect(run.status().states).toEqual({ once: { entries: 3, late: 0, duplicates: 1, conflicts: 3 } });
});

test('what is compared is the whole event, unless something is selected', () => {
  const whole = marbles(({ line }) => line.dedupe({ name: 'once', id: (e) => e.letter, for: 100, conflicts: true }).conflicts, { line: 'a-aa0a2' });
  // The same letter at another time is another content.
  expect(whole.rows()).toEqual([{ letter: 'a', time: 2 }, { letter: 'a', time: 2 }]);
});

test('a content that is no plain data is set aside, and its id is not remembered', () => {
  const write = ({ line }: { line: Stream<Marble> }) =>
    line.dedupe({ name: 'once', id: () => 1, for: 100, conflicts: true, content: (e) => (e.letter === 'x' ? () => 1 : 1) });
  const run = marbles(write, { line: 'xa' });
  expect(run.rows()).toEqual([{ letter: 'a', time: 1 }]);
  expect(run.bad()).toMatchObject([{ offset: 0, reason: 'threw', message: 'MillraceError: a value is a function, which cannot be stored' }]);
});
