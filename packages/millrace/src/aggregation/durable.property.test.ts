import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import type { TestDriver } from '../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../testing/fixture-source.ts';
import { aggregated } from '../testing/reference/aggregated.ts';
import { changed } from '../testing/reference/changed.ts';
import { record } from '../testing/reference/record.ts';
import { type Recorded, valuesOf } from '../testing/reference/recorded.ts';
import { type Stood, decimalSumOf, distinctOf, inOrder, quantileOf, topOf } from '../testing/reference/results.ts';
import { tumblingAt, windowed } from '../testing/reference/windowed.ts';
import { tumbling } from '../time/windowing.ts';
import { collect } from './collect.ts';
import type { Decimal } from './decimal.ts';
import { distinct } from './distinct.ts';
import { first, last } from './first-last.ts';
import { quantile } from './quantile.ts';
import { reduce } from './reduce.ts';
import { sum } from './sum.ts';
import { top } from './top.ts';

/** What aggregations keep in place is stored and read again like everything else: whatever the batches, commits and crashes. */

const SIZE_MS = 10;

type Nothing = Record<string, never>;

const costOf = (e: Made): Decimal => (e.n % 2 === 0 ? `${e.n}` : (`${e.n}.25` as Decimal));
const greater = (one: Made, other: Made): Made => (one.n >= other.n ? one : other);

const fields = {
  cost: sum(costOf),
  first: first((e: Made) => e.id),
  last: last<Made>(),
  ids: distinct((e: Made) => e.id),
  top: top(2, (e: Made) => e.n),
  median: quantile((e: Made) => e.n, 0.5),
  all: collect((e: Made) => e.n),
  greatest: reduce(greater),
};

function results(events: readonly Stood<Made>[]): unknown {
  const values = events.map(({ value }) => value);
  const ordered = inOrder(events);
  return {
    cost: decimalSumOf(values, costOf),
    first: ordered[0]?.id,
    last: ordered.at(-1),
    ids: distinctOf(values, (e) => e.id),
    top: topOf(events, 2, (e) => e.n),
    median: quantileOf(values, (e) => e.n, 50),
    all: ordered.map((e) => e.n),
    greatest: values.reduce(greater),
  };
}

function program({ partitions, boundMs }: Scenario): Program<Nothing> {
  return pipeline('aggregations', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)).keyBy((e) => e.key);
    events.window(tumbling(SIZE_MS)).aggregate(fields, { name: 'windows' }).final().to(app.sink('rows', readByHand()));
    events.aggregate(fields, { name: 'totals' }).to(app.sink('changes', readByHand()));
    return {};
  });
}

function check({ actions, partitions, boundMs }: Scenario): (driver: TestDriver<Nothing>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const stood = events.map((entry) => {
    if (entry.kind === 'step' || entry.cause.kind !== 'event') return entry;
    return { ...entry, value: { value: entry.value, at: { ...entry.cause, time: entry.time } } };
  }) as Recorded<Stood<Made>>;
  const rows = valuesOf(windowed(stood, { key: ({ value }) => value.key, at: tumblingAt(SIZE_MS), result: results }).rows);
  const changes = valuesOf(changed(aggregated(stood, ({ value }) => value.key, results)));
  return (driver) => {
    expect(driver.bad()).toHaveLength(actions.filter((action) => action.kind === 'event' && action.value.time < 0).length);
    expect(driver.sink('rows').rows()).toEqual(rows);
    expect(driver.sink('changes').rows()).toEqual(changes);
  };
}

test('windows and tables of all that keep values equal the reference', () => {
  const property = fc.property(scenarios(), (scenario) => inEveryWay(program(scenario), scenario, check(scenario)));
  fc.assert(property, { numRuns: Math.ceil(RUNS / 2) });
});

test('and on disk too', () => {
  const property = fc.property(scenarios(), (scenario) => onDisk(program(scenario), scenario, check(scenario)));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
