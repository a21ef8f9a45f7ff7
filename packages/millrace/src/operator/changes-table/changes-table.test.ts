import { expect, test } from 'vitest';
import type { Table } from '../../stream/table.ts';
import { marbles } from '../../testing/marbles.ts';
import { tumbling } from '../../time/windowing.ts';
import { revise } from '../late-policy.ts';
import type { Change } from '../row.ts';

test('changes make the table again: revisions, times, finality and evidence too', () => {
  const line = 'a-b-a-c-a3---a1------b|';
  const windows = (again: boolean) =>
    marbles(({ line: events }): Table<string, number> => {
      const table = events.keyBy((e) => e.letter).window(tumbling(5)).count({ name: 'counts', late: revise({ retain: 10 }) });
      return again ? table.changes().toTable({ name: 'again' }) : table;
    }, { line }, { store: '--c---x---c-x' });
  expect(windows(true).changes()).toEqual(windows(false).changes());
  expect(windows(true).rows()).toEqual(windows(false).rows());
  expect(windows(true).rows().length).toBeGreaterThan(2);
});

test('a branch of a changelog is a table of its own, and its windows are forgotten when they have settled', () => {
  const run = marbles(({ line }) => {
    const counts = line.keyBy((e) => e.letter).window(tumbling(5)).count();
    return counts.changes().filter((change) => change.key !== 'b').toTable({ name: 'again' });
  }, { line: 'abc------a---|' });
  expect(run.rows().map(({ key, window }) => `${key} ${window?.end}`)).toEqual(['a 5', 'c 5', 'a 10']);
  expect(run.status().states['again']?.entries).toBe(0);
});

test('a table made of changes that a program wrote itself keeps each key once, by what it says', () => {
  const run = marbles(
    ({ line }) =>
      line
        .map(({ letter, time }): Change<{ user: string; big: bigint }, number> => ({
          key: { user: letter.toLowerCase(), big: 5n },
          window: undefined,
          before: undefined,
          after: letter === 'X' ? undefined : time,
          time,
          revision: 0,
          cause: { kind: 'frontier', time },
          finality: 'provisional',
          evidence: [],
        }))
        .toTable({ name: 'told' }),
    { line: 'x-x-X-X-y|' },
  );
  expect(run.changes().map(({ key, before, after }) => [key.user, before, after])).toEqual([
    ['x', undefined, 0],
    ['x', 0, 2],
    ['x', 2, undefined],
    ['y', undefined, 8],
  ]);
});

test('changes of windows whose table the plan cannot see are set aside: nobody could tell when to forget them', () => {
  const run = marbles(({ line }) => {
    const counts = line.keyBy((e) => e.letter).window(tumbling(5)).count();
    return counts.changes().map((change) => ({ ...change })).toTable({ name: 'told' });
  }, { line: 'a----b|' });
  expect(run.changes()).toEqual([]);
  expect(run.bad()[0]?.message).toContain('a change of a window');
});

test('rows leave in the order of their changes, one that went and came back too', () => {
  const changes = (again: boolean) =>
    marbles(({ line }): Table<string, number> => {
      const odd = line.keyBy((e) => e.letter).window(tumbling(5)).count({ late: revise({ retain: 20 }) }).filter((row) => row.value !== 2);
      return again ? odd.changes().toTable() : odd;
    }, { line: 'ab---c-a1a1|' }).changes();
  expect(changes(true)).toEqual(changes(false));
  expect(changes(true).filter(({ finality, window }) => finality === 'final' && window?.end === 5).map(({ key }) => key)).toEqual(['a', 'b']);
});
