import { expectTypeOf, test } from 'vitest';
import { collect } from '../aggregation/collect.ts';
import { count } from '../aggregation/count.ts';
import { custom } from '../aggregation/custom.ts';
import type { Decimal } from '../aggregation/decimal.ts';
import { distinct, distinctValues } from '../aggregation/distinct.ts';
import { max, min } from '../aggregation/extreme.ts';
import { first, last } from '../aggregation/first-last.ts';
import { quantile } from '../aggregation/quantile.ts';
import { reduce } from '../aggregation/reduce.ts';
import { sum } from '../aggregation/sum.ts';
import { top } from '../aggregation/top.ts';
import { fedByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import type { Aggregates } from './aggregates.ts';
import { pipeline } from './pipeline.ts';
import type { KeyedStream } from './keyed-stream.ts';
import type { Table } from './table.ts';

type Call = { readonly time: number; readonly model: string; readonly ms: number; readonly cost: Decimal; readonly units: bigint; readonly kind: 'chat' | 'image' };

/** What a table holds. */
type ValueOf<X> = X extends Table<string, infer V, Call> ? V : never;

pipeline('types', (app) => {
  const calls = app.source('calls', fedByHand<Call>(), { time: (e) => e.time, complete: outOfOrder(0) }).keyBy((e) => e.model);
  const windowed = calls.window(tumbling(5));

  test('whatever can be done in windows can be done without', () => {
    expectTypeOf<Exclude<keyof Aggregates<Call, string>, keyof KeyedStream<Call, string>>>().toEqualTypeOf<never>();
  });

  test('each method results in what its name says', () => {
    expectTypeOf(windowed.sum((e) => e.cost)).toEqualTypeOf<Table<string, Decimal, Call, 'final'>>();
    expectTypeOf(windowed.first()).toEqualTypeOf<Table<string, Call, Call, 'final'>>();
    expectTypeOf(windowed.last((e) => e.kind, { name: 'last' })).toEqualTypeOf<Table<string, 'chat' | 'image', Call, 'final'>>();
    expectTypeOf(windowed.distinct((e) => e.kind)).toEqualTypeOf<Table<string, number, Call, 'final'>>();
    expectTypeOf(windowed.top(5, (e) => e.ms)).toEqualTypeOf<Table<string, readonly Call[], Call, 'final'>>();
    expectTypeOf(windowed.quantile((e) => e.ms, 0.99)).toEqualTypeOf<Table<string, number, Call, 'final'>>();
    expectTypeOf(windowed.quantile((e) => e.ms, [0.5, 0.99])).toEqualTypeOf<Table<string, readonly [number, number], Call, 'final'>>();
    expectTypeOf(windowed.collect({ name: 'all', max: 5 })).toEqualTypeOf<Table<string, readonly Call[], Call, 'final'>>();
    expectTypeOf(windowed.collect((e) => e.ms, { max: 5 })).toEqualTypeOf<Table<string, readonly number[], Call, 'final'>>();
    expectTypeOf(windowed.reduce((one, other) => (one.ms > other.ms ? one : other))).toEqualTypeOf<Table<string, Call, Call, 'final'>>();
  });

  test('and the same without windows', () => {
    expectTypeOf(calls.first((e) => e.ms)).toEqualTypeOf<Table<string, number, Call, 'final'>>();
    expectTypeOf(calls.last()).toEqualTypeOf<Table<string, Call, Call, 'final'>>();
    expectTypeOf(calls.distinct((e) => e.kind)).toEqualTypeOf<Table<string, number, Call, 'final'>>();
    expectTypeOf(calls.top(5, (e) => e.units)).toEqualTypeOf<Table<string, readonly Call[], Call, 'final'>>();
    expectTypeOf(calls.quantile((e) => e.ms, [0.5])).toEqualTypeOf<Table<string, readonly [number], Call, 'final'>>();
    expectTypeOf(calls.collect((e) => e.kind)).toEqualTypeOf<Table<string, readonly ('chat' | 'image')[], Call, 'final'>>();
    expectTypeOf(calls.reduce((one) => one, { name: 'first come' })).toEqualTypeOf<Table<string, Call, Call, 'final'>>();
  });

  test('in a record nothing has to be annotated', () => {
    const table = windowed.aggregate(
      {
        n: count(),
        ms: sum((e) => e.ms),
        units: sum((e) => e.units),
        cost: sum((e) => e.cost),
        least: min((e) => e.ms),
        most: max((e) => e.model),
        from: first((e) => e.time),
        newest: last(),
        kinds: distinct((e) => e.kind),
        models: distinctValues((e) => e.model),
        slowest: top(3, (e) => e.ms),
        slowestOf: top(3, (e) => e.ms, (e) => e.model),
        p99: quantile((e) => e.ms, 0.99),
        ps: quantile((e) => e.ms, [0.5, 0.9]),
        all: collect(),
        times: collect((e) => e.time, { max: 5 }),
        longest: reduce((one, other) => (one.ms > other.ms ? one : other)),
        mine: custom({ create: () => 0, add: (n, e) => n + e.ms, result: String }),
      },
      { name: 'calls', keep: 5 },
    );
    expectTypeOf<ValueOf<typeof table>>().toEqualTypeOf<{
      n: number;
      ms: number;
      units: bigint;
      cost: Decimal;
      least: number;
      most: string;
      from: number;
      newest: Call;
      kinds: number;
      models: readonly string[];
      slowest: readonly Call[];
      slowestOf: readonly string[];
      p99: number;
      ps: readonly [number, number];
      all: readonly Call[];
      times: readonly number[];
      longest: Call;
      mine: string;
    }>();
  });

  test('one of your own comes first too, and the former spellings are still taken', () => {
    const own = { create: () => new Set<string>(), add: (kinds: Set<string>, e: Call) => kinds.add(e.kind), result: (kinds: Set<string>) => [...kinds] };
    expectTypeOf(windowed.aggregate(own, { name: 'kinds' })).toEqualTypeOf<Table<string, string[], Call, 'final'>>();
    expectTypeOf(windowed.aggregate({ create: (): number => 0, add: (n, e) => n + e.ms, result: (n) => `${n}` })).toEqualTypeOf<Table<string, string, Call, 'final'>>();
    expectTypeOf(windowed.aggregate({ name: 'kinds', ...own })).toEqualTypeOf<Table<string, string[], Call, 'final'>>();
    expectTypeOf(windowed.aggregate({ name: 'calls', of: { n: count(), ms: sum((e) => e.ms) } })).toEqualTypeOf<Table<string, { n: number; ms: number }, Call, 'final'>>();
  });

  test('what cannot be aggregated does not compile', () => {
    // @ts-expect-error -- a text is no decimal
    windowed.sum((e) => e.kind);
    // @ts-expect-error -- nor in a record
    windowed.aggregate({ kinds: sum((e) => e.kind) });
    // @ts-expect-error -- an event is no value that can be compared
    windowed.distinct((e) => e);
    // @ts-expect-error -- quantiles are of numbers
    windowed.quantile((e) => e.units, 0.5);
    // @ts-expect-error -- a reduction is an event
    windowed.reduce((one) => one.ms);
    // @ts-expect-error -- the events of one of your own are typed too
    windowed.aggregate({ mine: custom({ create: () => 0, add: (n, e) => n + e.price, result: String }) });
    // @ts-expect-error -- and those of a reduction in a record
    windowed.aggregate({ best: reduce((one, other) => (one.price > other.price ? one : other)) });
    // @ts-expect-error -- a record holds aggregations
    windowed.aggregate({ n: 5 });
  });
});
