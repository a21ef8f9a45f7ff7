import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { deduped } from '../../testing/reference/deduped.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';

type Id = (event: Made) => string | number | bigint | readonly (string | number | bigint)[];

const ids: readonly Id[] = [
  (e) => e.id,
  (e) => [e.key, e.id],
  (e) => BigInt(e.n),
  // Of several kinds, some of which look alike as text.
  (e) => (e.n % 3 === 0 ? e.n : e.n % 3 === 1 ? String(e.n - 1) : BigInt(Math.abs(e.n))),
];

function program({ partitions, boundMs }: Scenario, id: Id, forMs: number): Program<Tables> {
  return pipeline('dedupe', (app) => {
    const once = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)).dedupe({ name: 'once', id, for: forMs });
    once.to(app.sink('out', readByHand()));
    once.late.to(app.sink('late', readByHand()));
  });
}

function check({ actions, partitions, boundMs }: Scenario, id: Id, forMs: number): (driver: TestDriver<Tables>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const expected = deduped(events, id, forMs);
  return (driver) => {
    expect(driver.sink('out').rows()).toEqual(valuesOf(expected.out));
    expect(driver.sink('late').rows()).toEqual(valuesOf(expected.late));
    const { sources, states } = driver.status();
    const { late = 0, duplicates = 0 } = states['once'] ?? {};
    expect(duplicates).toBe(expected.duplicates);
    const read = (sources['events'] ?? []).reduce((all, { records }) => all + records, 0);
    const bad = (sources['events'] ?? []).reduce((all, partition) => all + partition.bad, 0);
    expect(read).toBe(valuesOf(expected.out).length + late + duplicates + bad);
  };
}

const settings = [fc.constantFrom(...ids), fc.integer({ min: 1, max: 40 })] as const;

test('dedupe equals the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(), ...settings, (scenario, id, forMs) => {
    inEveryWay(program(scenario, id, forMs), scenario, check(scenario, id, forMs));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('dedupe equals the reference on disk too', () => {
  const property = fc.property(scenarios(), ...settings, (scenario, id, forMs) => {
    onDisk(program(scenario, id, forMs), scenario, check(scenario, id, forMs));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
