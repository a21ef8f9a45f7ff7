import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count } from '../../aggregation/count.ts';
import { max, min } from '../../aggregation/extreme.ts';
import { sum } from '../../aggregation/sum.ts';
import type { Table } from '../../stream/table.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { appeared, changed } from '../../testing/reference/changed.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { countOf, maxOf, minOf, sumOf } from '../../testing/reference/results.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Row } from '../row.ts';

const SIZE_MS = 10;

type Key = { key: string; parity: boolean };
type Totals = { n: number; sum: number; least: number; greatest: string; list: readonly number[] };

const aggregations = {
  n: count(),
  sum: sum((e: Made) => e.n),
  least: min((e: Made) => e.n),
  greatest: max((e: Made) => e.id),
};

/** Everything a window can do at once: composite keys, several aggregations, late events and queries. */
function program({ partitions, boundMs }: Scenario, offset: number): Program<{ totals: Table<Key, object, Made>; lists: Table<string, readonly number[], Made> }> {
  return pipeline('windows', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const byBoth = events.keyBy({ key: (e) => e.key, parity: (e) => e.n % 2 === 0 });
    const totals = byBoth.window(tumbling(SIZE_MS, offset)).aggregate(aggregations, { name: 'totals', keep: 'forever' });
    const lists = events.keyBy((e) => e.key).window(tumbling(SIZE_MS, offset)).aggregate(
      { create: (): number[] => [], add: (list, e) => [...list, e.n], result: (list) => list },
      { name: 'lists' },
    );
    totals.final().to(app.sink('totals', readByHand()));
    totals.to(app.sink('changes', readByHand()));
    totals.late.to(app.sink('late', readByHand()));
    lists.final().to(app.sink('lists', readByHand()));
    return { totals, lists };
  });
}

function check(scenario: Scenario, offset: number): (driver: TestDriver<{ totals: Table<Key, object, Made>; lists: Table<string, readonly number[], Made> }>) => void {
  const { actions, partitions, boundMs } = scenario;
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const at = tumblingAt(SIZE_MS, offset);
  const totals = windowed(events, {
    key: (e): Key => ({ key: e.key, parity: e.n % 2 === 0 }),
    at,
    result: (values) => ({ n: countOf(values), sum: sumOf(values, (e) => e.n), least: minOf(values, (e) => e.n), greatest: maxOf(values, (e) => e.id) }),
  });
  const lists = windowed(events, { key: (e) => e.key, at, result: (values) => values.map((e) => e.n) });
  return (driver) => {
    expect(driver.sink('totals').rows()).toEqual(valuesOf(totals.rows));
    expect(driver.sink('changes').rows()).toEqual(valuesOf(changed(appeared(totals.rows))));
    expect(driver.sink('late').rows()).toEqual(valuesOf(totals.late));
    expect(driver.sink('lists').rows()).toEqual(valuesOf(lists.rows));

    // What can be asked: all open windows, and the closed ones for as long as they are kept.
    const asked = driver.table('totals').scan();
    expect(sorted(asked)).toEqual(sorted([...valuesOf(totals.rows), ...totals.open]));
    for (const row of asked) expect(driver.table('totals').get(row.key, row.time)).toEqual(row);
    expect(sorted(driver.table('lists').scan())).toEqual(sorted(lists.open));

    // Nothing is lost and nothing is doubled.
    const { sources, states } = driver.status();
    const read = sources['events'] ?? [];
    const counted = asked.reduce((sum_, { value }) => sum_ + (value as Totals).n, 0);
    expect(read.reduce((all, { records }) => all + records, 0)).toBe(actions.filter(({ kind }) => kind === 'event').length);
    expect(read.reduce((all, partition) => all + partition.records - partition.bad, 0)).toBe(counted + (states['totals']?.late ?? 0));
  };
}

function sorted<K, V>(rows: readonly Row<K, V>[]): readonly Row<K, V>[] {
  const place = ({ key, time }: Row<K, V>): string => `${String(time).padStart(9)} ${JSON.stringify(key)}`;
  return rows.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

const offsets = fc.integer({ min: -25, max: 25 });

test('windows equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(), offsets, (scenario, offset) => {
    inEveryWay(program(scenario, offset), scenario, check(scenario, offset));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('windows equal the reference on disk too', () => {
  const property = fc.property(scenarios(), offsets, (scenario, offset) => {
    onDisk(program(scenario, offset), scenario, check(scenario, offset));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
