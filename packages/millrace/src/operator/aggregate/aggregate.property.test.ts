import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count } from '../../aggregation/count.ts';
import { max, min } from '../../aggregation/extreme.ts';
import { sum } from '../../aggregation/sum.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios, withLittleMemory } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { aggregated } from '../../testing/reference/aggregated.ts';
import { changed } from '../../testing/reference/changed.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { countOf, maxOf, minOf, sumOf } from '../../testing/reference/results.ts';

type Part = string | number | boolean | bigint | null;

/** A key whose parts look alike and are not. */
const odd = (e: Made): Part => [e.n, String(e.n), BigInt(e.n), e.n > 0, null][Number(e.id.slice(2)) % 5] as Part;

type Asked = { totals: Table<{ key: string; odd: Part }, object, Made> };

function program({ partitions, boundMs }: Scenario): Program<Asked> {
  return pipeline('totals', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const fields = { n: count(), sum: sum((e: Made) => e.n), least: min((e: Made) => e.id), greatest: max((e: Made) => e.n) };
    const totals = events.keyBy({ key: (e) => e.key, odd }).aggregate(fields, { name: 'totals' });
    totals.to(app.sink('changes', readByHand()));
    return { totals };
  });
}

function check({ actions, partitions, boundMs }: Scenario, isOrdered = true): (driver: TestDriver<Asked>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const totals = aggregated(
    events,
    (e) => ({ key: e.key, odd: odd(e) }),
    (values) => ({ n: countOf(values), sum: sumOf(values, (e) => e.n), least: minOf(values, (e) => e.id), greatest: maxOf(values, (e) => e.n) }),
  );
  const newest = new Map(valuesOf(totals).map(({ after }) => [`${typeof after.key.odd} ${after.key.key} ${after.key.odd}`, after]));
  return (driver) => {
    expect(driver.sink('changes').rows()).toEqual(valuesOf(changed(totals)));
    const scanned = driver.table('totals').scan();
    if (isOrdered) expect(scanned).toEqual([...newest.values()]);
    else expect(new Set(scanned)).toEqual(new Set(newest.values()));
    expect(scanned.length).toBe(newest.size);
    expect(driver.status().states['totals']?.entries).toBe(newest.size);
    for (const row of newest.values()) expect(driver.table('totals').get(row.key)).toEqual(row);
  };
}

test('a table without windows equals the reference, change by change', () => {
  const property = fc.property(scenarios(), (scenario) => inEveryWay(program(scenario), scenario, check(scenario)));
  fc.assert(property, { numRuns: RUNS });
});

test('a table without windows equals the reference on disk too', () => {
  const property = fc.property(scenarios(), (scenario) => onDisk(program(scenario), scenario, check(scenario)));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});

test('with memory for one or two keys it equals the reference too', () => {
  const property = fc.property(scenarios(), (scenario) => withLittleMemory(program(scenario), scenario, check(scenario, false)));
  fc.assert(property, { numRuns: RUNS });
});

test('with memory for two keys it equals the reference on disk too', () => {
  const property = fc.property(scenarios(), (scenario) => onDisk(program(scenario), scenario, check(scenario, false), 2));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
