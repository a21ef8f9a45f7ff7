import { describe, expect, test } from 'vitest';
import type { Stream } from '../../stream/stream.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';

/** Capitals are what is put, of the key of their small letter; x and y take the keys a and b away. */
const keyOf = ({ letter }: Marble): string => ({ x: 'a', y: 'b' })[letter] ?? letter.toLowerCase();
const goes = ({ letter }: Marble): boolean => letter === 'x' || letter === 'y';
const newest =
  (keep: number | 'forever' = 0) =>
  ({ line }: { line: Stream<Marble> }) =>
    line.keyBy(keyOf).toTable({ name: 'newest', value: (e) => `${e.letter}${e.time}`, delete: goes, keep });

test('the newest event of a key is its row; each change says from what to what, when, and because of what', () => {
  const run = marbles(newest(), { line: 'a-a-x-a|' });
  const common = { key: 'a', window: undefined, finality: 'provisional', evidence: [] };
  const cause = { kind: 'event', source: 'line', partition: 0 } as const;
  expect(run.changes()).toEqual([
    { ...common, before: undefined, after: 'a0', time: 0, revision: 0, cause: { ...cause, offset: 0 } },
    { ...common, before: 'a0', after: 'a2', time: 2, revision: 1, cause: { ...cause, offset: 1 } },
    { ...common, before: 'a2', after: undefined, time: 4, revision: 2, cause: { ...cause, offset: 2 } },
    { ...common, before: undefined, after: 'a6', time: 6, revision: 0, cause: { ...cause, offset: 3 } },
  ]);
  expect(run.rows()).toEqual([]);
});

test('an older event than the newest of its key changes nothing, and is late; an equally old one that comes later counts', () => {
  const run = marbles(newest(), { line: '-----a-A5-b-a4|' }, { bound: 5 });
  expect(run.changes().map(({ after }) => after)).toEqual(['a5', 'A5', 'b10']);
  expect(run.late()).toEqual([{ letter: 'a', time: 4 }]);
  expect(run.status().states['newest']?.late).toBe(1);
});

describe('keys that have gone', () => {
  test('an older event does not bring one back while it may still come in time', () => {
    const run = marbles(newest(), { line: 'a---x-a3--a|' }, { bound: 5 });
    expect(run.changes().map(({ after }) => after)).toEqual(['a0', undefined, 'a10']);
    expect(run.late()).toEqual([{ letter: 'a', time: 3 }]);
  });

  test('a going counts even where nothing was there: an event that is older than it stays out', () => {
    expect(marbles(newest(), { line: '----x-a3|' }, { bound: 5 }).changes()).toEqual([]);
  });

  test('it is forgotten when the frontier has passed it; after that what is older cannot be judged, and is late', () => {
    const run = marbles(newest(), { line: 'a---x----b--a3c3c4|' });
    expect(run.status().states['newest']?.entries).toBe(2);
    expect(run.late()).toEqual([{ letter: 'a', time: 3 }, { letter: 'c', time: 3 }]);
    expect(run.changes().map(({ after }) => after)).toEqual(['a0', undefined, 'b9', 'c4']);
  });

  test('kept for longer, or for ever, they are judged for longer', () => {
    const line = 'a---x----b--a3c3|';
    expect(marbles(newest(5), { line }).late()).toEqual([{ letter: 'a', time: 3 }, { letter: 'c', time: 3 }]);
    expect(marbles(newest(9), { line }).late()).toEqual([{ letter: 'a', time: 3 }]);
    expect(marbles(newest('forever'), { line }).late()).toEqual([{ letter: 'a', time: 3 }]);
  });

  test('they are remembered, and forgotten, through commits and crashes', () => {
    for (const store of ['----c-x', '-c---c---cx', '----x--c---x-c', 'cccccccccccccc', 'xxxxxxxxxxxxxxx']) {
      const run = marbles(newest(2), { line: 'a---x--b--a3-c3|' }, { bound: 4, store });
      expect(run.changes().map(({ after }) => after)).toEqual(['a0', undefined, 'b7', 'c3']);
      expect(run.late()).toEqual([{ letter: 'a', time: 3 }]);
    }
  });
});

test('null and undefined take a row away, and the type knows it', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).toTable({ value: (e) => (e.time === 2 ? null : e.time === 4 ? undefined : e.time) }), { line: 'a-ababb|' });
  const values: readonly (number | undefined)[] = run.changes().map(({ after }) => after);
  expect(values).toEqual([0, undefined, 3, 5, 6]);
});

test('a function that throws sets its event aside before anything has changed', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).toTable({ value: (e) => (e.letter === 'x' ? raise() : e.time) }), { line: 'axb|' });
  expect(run.changes().map(({ key }) => key)).toEqual(['a', 'b']);
  expect(run.bad()).toMatchObject([{ offset: 1, reason: 'threw' }]);
});

function raise(): never {
  throw new Error('no');
}
