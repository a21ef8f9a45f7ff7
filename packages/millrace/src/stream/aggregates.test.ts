import { expect, test } from 'vitest';
import { collect } from '../aggregation/collect.ts';
import { count } from '../aggregation/count.ts';
import type { Decimal } from '../aggregation/decimal.ts';
import { sum } from '../aggregation/sum.ts';
import { type Marble, marbles } from '../testing/marbles.ts';
import { tumbling } from '../time/windowing.ts';
import type { Aggregates } from './aggregates.ts';
import type { Stream } from './stream.ts';
import type { Table } from './table.ts';

/** Makes a table, of whatever values. */
type Make = (aggregates: Aggregates<Marble, string>) => object;

type Totals = Table<string, unknown, Marble>;

/** One window over 'bcab' (at 0, 1, 2 and 3), and an event that comes last and was first but one. */
const LINE = 'bcab-a1|';

const windowed = (make: Make): unknown => marbles(({ line }: { line: Stream<Marble> }) => make(line.keyBy((): string => 'all').window(tumbling(10))) as Totals, { line: LINE }).rows()[0]?.value;
const total = (make: Make): unknown => marbles(({ line }: { line: Stream<Marble> }) => make(line.keyBy((): string => 'all')) as Totals, { line: LINE }).changes().at(-1)?.after;

test.each<readonly [string, Make, unknown]>([
  ['count', (events) => events.count(), 5],
  ['sum', (events) => events.sum((e) => e.time), 7],
  ['sum of decimals', (events) => events.sum((e) => `${e.time}.5` as Decimal), '9.5'],
  ['min', (events) => events.min((e) => e.letter), 'a'],
  ['max', (events) => events.max((e) => e.letter), 'c'],
  ['first', (events) => events.first(), { letter: 'b', time: 0 }],
  ['first, of something selected', (events) => events.first((e) => e.letter, { name: 'first' }), 'b'],
  ['last', (events) => events.last({ name: 'last' }), { letter: 'b', time: 3 }],
  ['last, of something selected', (events) => events.last((e) => e.time), 3],
  ['distinct', (events) => events.distinct((e) => e.letter), 3],
  ['top', (events) => events.top(2, (e) => e.letter), [{ letter: 'c', time: 1 }, { letter: 'b', time: 0 }]],
  ['quantile', (events) => events.quantile((e) => e.time, 0.5), 1],
  ['quantiles', (events) => events.quantile((e) => e.time, [0, 1], { error: 0.1 }), [0, 3]],
  ['collect', (events) => events.collect({ max: 5 }), ['b0', 'c1', 'a1', 'a2', 'b3'].map((e) => ({ letter: e[0], time: Number(e[1]) }))],
  ['collect, of something selected', (events) => events.collect((e) => e.letter), ['b', 'c', 'a', 'a', 'b']],
  ['reduce', (events) => events.reduce((one, { letter, time }) => ({ letter: one.letter + letter, time })), { letter: 'bcaba', time: 1 }],
  ['several', (events) => events.aggregate({ n: count(), times: sum((e) => e.time) }, { name: 'both' }), { n: 5, times: 7 }],
  ['several, in the former spelling', (events) => events.aggregate({ name: 'both', of: { n: count() } }), { n: 5 }],
  ['several, whose names are those of options', (events) => events.aggregate({ of: count(), create: count() }), { of: 5, create: 5 }],
  ['one of your own', (events) => events.aggregate({ create: () => 0, add: (n) => n - 1, result: (n) => n }, { name: 'own' }), -5],
])('%s, in a window and without', (_, make, expected) => {
  expect(windowed(make)).toEqual(expected);
  expect(total(make)).toEqual(expected);
});

test('an event more than collect may keep is set aside', () => {
  const run = marbles(({ line }) => line.window(tumbling(10)).aggregate({ n: count(), all: collect((e: Marble) => e.letter, { max: 2 }) }), { line: 'abc|' });
  expect(run.rows()).toMatchObject([{ value: { n: 2, all: ['a', 'b'] } }]);
  expect(run.bad()).toMatchObject([{ offset: 2, message: expect.stringContaining('more than 2 values') }]);
});

test('options that come after are those of the table', () => {
  const run = marbles(({ line }) => line.window(tumbling(10)).aggregate({ n: count() }, { name: 'counted' }), { line: 'a|' });
  expect(Object.keys(run.status().states)).toEqual(['counted']);
});
