import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { VersionedTable } from '../../stream/versioned-table.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { heldAt, versioned } from '../../testing/reference/as-of.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import type { Change } from '../row.ts';

const priceOf = (e: Made): number | undefined => (e.n % 3 === 0 ? undefined : e.n);

type Asked = { prices: VersionedTable<string, number, Made> };

function program({ partitions, boundMs }: Scenario, retention: number): Program<Asked> {
  return pipeline('versioned', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const prices = events.keyBy((e) => e.key).toTable({ name: 'prices', versioned: retention === 0 ? 'forever' : retention, value: priceOf });
    prices.to(app.sink('changes', readByHand()));
    prices.late.to(app.sink('late', readByHand()));
    return { prices };
  });
}

function check({ actions, partitions, boundMs }: Scenario, retention: number): (driver: TestDriver<Asked>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e: Made) => e.time });
  const { told, late, horizon } = versioned(events, { key: (e) => e.key, value: priceOf, retention: retention === 0 ? Infinity : retention });
  const last = Math.max(0, ...told.map(({ time }) => time));
  return (driver) => {
    expect(driver.sink('late').rows()).toEqual(valuesOf(late));
    const table = driver.table('prices');
    for (const key of ['a', 'b', 'c', 'd']) {
      for (let time = 0; time <= last + 1; time += 1) {
        const expected = time < horizon(Infinity) ? undefined : heldAt(told, key, time)?.value;
        expect([key, time, table.get(key, time)?.value]).toEqual([key, time, expected]);
      }
      expect(table.get(key)?.value).toBe(heldAt(told, key, Infinity)?.value);
    }
    const rows = ['a', 'b', 'c'].flatMap((key) => table.get(key) ?? []);
    expect(table.scan().toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(rows);
    // As a table: each change goes on where the one before it ended, and the last ones are what it holds.
    const played = new Map<string, number | undefined>();
    for (const { key, before, after } of driver.sink('changes').rows() as Change<string, number>[]) {
      expect(before).toBe(played.get(key));
      played.set(key, after);
    }
    for (const key of ['a', 'b', 'c']) expect(played.get(key)).toBe(heldAt(told, key, Infinity)?.value);
  };
}

const retentions = fc.constantFrom(0, 1, 4, 13, 60);

test('versions equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(), retentions, (scenario, retention) => {
    inEveryWay(program(scenario, retention), scenario, check(scenario, retention));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('versions equal the reference on disk too', () => {
  const property = fc.property(scenarios(), retentions, (scenario, retention) => {
    onDisk(program(scenario, retention), scenario, check(scenario, retention));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
