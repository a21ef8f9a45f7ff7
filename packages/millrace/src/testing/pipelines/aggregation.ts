import { collect } from '../../aggregation/collect.ts';
import { count } from '../../aggregation/count.ts';
import { distinct } from '../../aggregation/distinct.ts';
import { max, min } from '../../aggregation/extreme.ts';
import { first, last } from '../../aggregation/first-last.ts';
import { quantile } from '../../aggregation/quantile.ts';
import { top } from '../../aggregation/top.ts';
import type { AggregateOptions, Aggregates } from '../../stream/aggregates.ts';
import { type Stood, countOf, distinctOf, inOrder, maxOf, minOf, quantileOf, sumOf, topOf } from '../reference/results.ts';
import type { BuiltTable } from './operator.ts';
import type { Toy } from './toy.ts';

/** One way to aggregate in a random pipeline. */
interface PipelineAggregation {
  add(to: Pick<Aggregates<Toy, unknown>, 'aggregate' | 'count' | 'reduce' | 'sum'>, options: AggregateOptions): BuiltTable;
  of(toys: readonly Stood<Toy>[]): unknown;
  /** Whose result is the same in whatever order the same events are added: always, never, or if each stands where it stood. */
  readonly orderFree: boolean | 'positioned';
}

const valuesOf = (toys: readonly Stood<Toy>[]): readonly Toy[] => toys.map(({ value }) => value);
const numberOf = (toy: Toy): number => toy.n;
const rank = (toy: Toy): number => Math.abs(toy.n) % 5;
/** Within which quantiles are exact. */
const small = (toy: Toy): number => Math.abs(toy.n) % 64;
const step = (reduced: number, n: number): number => (reduced * 31 + n) % 1009;
const combined = ({ id, key, time, n, provisional }: Toy, other: Toy): Toy => ({ id, key, time, n: step(n, other.n), provisional });

/** By name. Several functions stand together where what they have in common is what can go wrong. */
export const AGGREGATIONS: Readonly<Record<string, PipelineAggregation>> = {
  count: { orderFree: true, add: (to, options) => to.count(options), of: countOf },
  sum: { orderFree: true, add: (to, options) => to.sum(numberOf, options), of: (toys) => sumOf(valuesOf(toys), numberOf) },
  several: {
    orderFree: true,
    add: (to, options) => to.aggregate({ n: count(), least: min(numberOf), greatest: max(numberOf), keys: distinct((toy: Toy) => toy.key), middle: quantile(small, 0.5) }, options),
    of: (toys) => {
      const values = valuesOf(toys);
      return { n: countOf(values), least: minOf(values, numberOf), greatest: maxOf(values, numberOf), keys: distinctOf(values, (toy) => toy.key), middle: quantileOf(values, small, 50) };
    },
  },
  ordered: {
    orderFree: 'positioned',
    add: (to, options) => to.aggregate({ first: first(numberOf), last: last(numberOf), top: top(2, rank, numberOf), all: collect(numberOf) }, options),
    of: (toys) => {
      const all = inOrder(toys).map(numberOf);
      return { first: all[0], last: all.at(-1), top: topOf(toys, 2, rank).map(numberOf), all };
    },
  },
  reduce: {
    orderFree: false,
    add: (to, options) => to.reduce(combined, options),
    of: (toys) => valuesOf(toys).reduce(combined),
  },
  custom: {
    orderFree: false,
    add: (to, options) => to.aggregate({ create: (): { n: number } => ({ n: 1 }), add: (kept, toy) => ({ n: step(kept.n, toy.n) }), result: ({ n }) => n }, options),
    of: (toys) => valuesOf(toys).map(numberOf).reduce(step, 1),
  },
};

export const AGGREGATION_NAMES: readonly string[] = Object.keys(AGGREGATIONS);

export function aggregationOf(name: unknown): PipelineAggregation {
  return AGGREGATIONS[name as string] as PipelineAggregation;
}
