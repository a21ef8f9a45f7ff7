import fc from 'fast-check';
import type { Aggregate } from '../aggregation/aggregation.ts';
import { collect } from '../aggregation/collect.ts';
import { count } from '../aggregation/count.ts';
import { custom } from '../aggregation/custom.ts';
import type { Decimal } from '../aggregation/decimal.ts';
import { type Comparable, distinct, distinctValues } from '../aggregation/distinct.ts';
import { max, min } from '../aggregation/extreme.ts';
import { first, last } from '../aggregation/first-last.ts';
import { quantile } from '../aggregation/quantile.ts';
import { reduce } from '../aggregation/reduce.ts';
import { sum } from '../aggregation/sum.ts';
import { top } from '../aggregation/top.ts';
import { type Stood, countOf, decimalSumOf, distinctOf, inOrder, maxOf, minOf, quantileOf, sumOf, topOf } from './reference/results.ts';

/** An event of which everything can be aggregated; one that is bad makes every selector throw. */
export interface Sample {
  readonly bad: boolean;
  readonly id: number;
  readonly n: number;
  readonly big: bigint;
  readonly amount: Decimal;
  readonly ms: number;
  readonly value: Comparable;
}

/** A selector that throws on a bad sample. */
function good<V>(select: (sample: Sample) => V): (sample: Sample) => V {
  return (sample) => {
    if (sample.bad) throw new Error('a bad sample');
    return select(sample);
  };
}

/** An aggregation, and the same of all events at once, in the order in which they were added. */
export interface Case {
  readonly aggregation: Aggregate<Sample, unknown>;
  readonly naive: (events: readonly Stood<Sample>[]) => unknown;
}

const valuesOf = (events: readonly Stood<Sample>[]): readonly Sample[] => events.map(({ value }) => value);
const textOf = (value: Comparable): string => `${typeof value} ${value}`;
const descending = (one: string, other: string): number => Number(one < other) - Number(one > other);
const ids = good((e) => `${e.id} `);

/** All of them. Quantiles are of whole numbers, where they are exact. */
export const CASES: Readonly<Record<string, Case>> = {
  count: { aggregation: count(), naive: countOf },
  'sum of numbers': { aggregation: sum(good((e) => e.n)), naive: (events) => sumOf(valuesOf(events), (e) => e.n) },
  'sum of bigints': { aggregation: sum(good((e) => e.big)), naive: (events) => events.reduce((total, { value }) => total + value.big, 0n) },
  'sum of decimals': { aggregation: sum(good((e) => e.amount)), naive: (events) => decimalSumOf(valuesOf(events), (e) => e.amount) },
  min: { aggregation: min(good((e) => e.ms)), naive: (events) => minOf(valuesOf(events), (e) => e.ms) },
  max: { aggregation: max(good((e) => e.big)), naive: (events) => maxOf(valuesOf(events), (e) => e.big) },
  first: { aggregation: first(good((e) => e.id)), naive: (events) => inOrder(events)[0]?.id },
  last: { aggregation: last(good((e) => e)), naive: (events) => inOrder(events).at(-1) },
  collect: { aggregation: collect(good((e) => e.value)), naive: (events) => inOrder(events).map((e) => e.value) },
  distinct: { aggregation: distinct(good((e) => e.value)), naive: (events) => distinctOf(valuesOf(events), (e) => e.value) },
  'distinct values': {
    aggregation: distinctValues(good((e) => e.id % 7)),
    naive: (events) => [0, 1, 2, 3, 4, 5, 6].filter((rest) => events.some(({ value }) => value.id % 7 === rest)),
  },
  top: { aggregation: top(3, good((e) => e.n % 5)), naive: (events) => topOf(events, 3, (e) => e.n % 5) },
  'top by text': {
    aggregation: top(2, good((e) => textOf(e.value)), (e) => e.id),
    naive: (events) => inOrder(events).toSorted((one, other) => descending(textOf(one.value), textOf(other.value))).slice(0, 2).map((e) => e.id),
  },
  quantile: { aggregation: quantile(good((e) => e.n % 64), 0.9), naive: (events) => quantileOf(valuesOf(events), (e) => e.n % 64, 90) + 0 },
  quantiles: {
    aggregation: quantile(good((e) => e.id), [0, 0.07, 0.5, 1]),
    naive: (events) => [0, 7, 50, 100].map((hundredths) => quantileOf(valuesOf(events), (e) => e.id, hundredths)),
  },
  'reduce, in order of arrival': {
    aggregation: mapped(ids, reduce((one: string, other: string) => one + other, { merge: (one, other) => one + other })),
    naive: (events) => valuesOf(events).map(ids).join(''),
  },
  'reduce that subtracts': {
    aggregation: mapped(good((e) => e.n), reduce((one: number, other: number) => one + other, { subtract: (one, other) => one - other })),
    naive: (events) => sumOf(valuesOf(events), (e) => e.n),
  },
  custom: {
    aggregation: custom<Sample, { ids: number[] }, number>({
      create: () => ({ ids: [] }),
      add: (kept, e) => ({ ids: [...kept.ids, good((one) => one.id)(e)] }),
      subtract: (kept, e) => ({ ids: kept.ids.toSpliced(kept.ids.indexOf(good((one) => one.id)(e)), 1) }),
      merge: (into, from) => ({ ids: [...into.ids, ...from.ids] }),
      result: (kept) => kept.ids.reduce((total, id) => total + id * id, 0),
    }),
    naive: (events) => events.reduce((total, { value }) => total + value.id ** 2, 0),
  },
};

/** The same aggregation of something made of each event. */
function mapped<V, R>(select: (sample: Sample) => V, aggregation: Aggregate<V, R>): Aggregate<Sample, R> {
  return { ...aggregation, take: (sample, at) => aggregation.take(select(sample), at) };
}

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat(20))
  .map(([units, scale]): Decimal => {
    const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
    const sign = units < 0n ? '-' : '';
    return `${sign}${digits.slice(0, digits.length - scale)}${scale === 0 ? '' : `.${digits.slice(-scale)}`}` as Decimal;
  });

const samples = fc.record({
  bad: fc.constant(false),
  id: fc.nat(100),
  n: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  big: fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  amount: decimals,
  ms: fc.double({ noNaN: true }).map((ms) => ms + 0),
  value: fc.constantFrom<Comparable>(5, 5n, '5', true, false, null, '', 0, 1, 'a', 'ä', '\ud800', 2 ** 40, 0.5),
});

/** Events in order of arrival, no two of which stood in one place. */
export const events: fc.Arbitrary<readonly Stood<Sample>[]> = fc
  .array(fc.record({ value: samples, time: fc.nat(6), source: fc.constantFrom('a', 'b'), partition: fc.nat(1) }), { minLength: 1, maxLength: 25 })
  .map((list) => list.map(({ value, ...at }, offset) => ({ value, at: { ...at, offset } })));
