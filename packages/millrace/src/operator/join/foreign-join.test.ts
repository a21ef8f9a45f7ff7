import { expect, test } from 'vitest';
import type { Stream } from '../../stream/stream.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';

type Lines = { orders: Stream<Marble>; users: Stream<Marble> };

/** One order, which refers to the user named by the newest letter, or to none; x takes it away. */
const orders = ({ orders: line }: Lines) => line.keyBy(() => 'order').toTable({ name: 'orders', value: (e) => (e.letter === 'x' ? undefined : e.letter) });
/** Users by their small letter; a capital takes one away. */
const users = ({ users: line }: Lines) => line.keyBy((e) => e.letter.toLowerCase()).toTable({ name: 'users', value: (e) => (e.letter < 'a' ? undefined : e.time) });
const told = (lines: Lines) =>
  orders(lines).leftJoinForeign(users(lines), (row) => (row.value === 'n' ? undefined : row.value), (order, since) => `${order} ${since ?? '–'}`, { name: 'told' });

test('a row that refers to another one makes one change; a change of what it refers to makes one too', () => {
  const run = marbles(told, { orders: 'a---b-n', users: '-ab--a-' });
  expect(run.changes()).toMatchObject([
    { before: undefined, after: 'a –', time: 0 },
    { before: 'a –', after: 'a 1', time: 1 },
    { before: 'a 1', after: 'b 2', time: 4, revision: 2 },
    { before: 'b 2', after: 'n –', time: 6, revision: 3 },
  ]);
});

test('nothing is kept of a row that has gone, nor of what only it referred to', () => {
  const run = marbles(told, { orders: 'a----x-|', users: '-a-A-----|' });
  expect(run.changes().map(({ after, time }) => [after, time])).toEqual([['a –', 0], ['a 1', 1], ['a –', 3], [undefined, 5]]);
  expect(run.status().states['told']?.entries).toBe(0);
});

test('what a row no longer refers to is forgotten where it has gone', () => {
  expect(marbles(told, { orders: 'a---b-|', users: '-a-A----|' }).status().states['told']?.entries).toBe(1);
});

test('inner: only rows that refer to something that is there', () => {
  const run = marbles((lines: Lines) => orders(lines).joinForeign(users(lines), (row) => row.value, (order, since) => `${order} ${since}`, { name: 'told' }), { orders: 'a---b-n', users: '-ab--a-' });
  expect(run.changes()).toMatchObject([
    { before: undefined, after: 'a 1', revision: 0 },
    { before: 'a 1', after: 'b 2', revision: 1 },
    { before: 'b 2', after: undefined, revision: 2 },
  ]);
});

test('a change on the right changes every row that refers to it, in the order in which those came', () => {
  const run = marbles(({ line }) => {
    const rows = line.filter((e) => e.letter !== 'u').keyBy((e) => e.letter).count({ name: 'rows' });
    const user = line.filter((e) => e.letter === 'u').keyBy((): string => 'user').count({ name: 'user' });
    return rows.joinForeign(user, () => 'user', (n, uses, key) => `${key} ${n} ${uses}`, { name: 'told' });
  }, { line: 'cabu-a-u' });
  expect(run.changes().map(({ after }) => after)).toEqual(['c 1 1', 'a 1 1', 'b 1 1', 'a 2 1', 'c 1 2', 'a 2 2', 'b 1 2']);
});
