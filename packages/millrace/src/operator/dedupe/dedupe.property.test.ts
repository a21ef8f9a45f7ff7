import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { ComparedStream } from '../../stream/stream.ts';
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

type Content = ((event: Made) => unknown) | undefined;

/** Nothing, what often repeats, and nearly everything. */
const contents: readonly Content[] = [undefined, (e) => ({ odd: e.n % 2 !== 0, key: e.key }), (e) => [e.n, e.time]];

function program({ partitions, boundMs }: Scenario, id: Id, forMs: number, content: Content): Program<Tables> {
  return pipeline('dedupe', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const options = { name: 'once', id, for: forMs };
    const once = content === undefined ? events.dedupe(options) : events.dedupe({ ...options, conflicts: true, content });
    if (once instanceof ComparedStream) once.conflicts.to(app.sink('conflicts', readByHand()));
    once.to(app.sink('out', readByHand()));
    once.late.to(app.sink('late', readByHand()));
  });
}

function check({ actions, partitions, boundMs }: Scenario, id: Id, forMs: number, content: Content): (driver: TestDriver<Tables>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const expected = deduped(events, id, forMs, content);
  return (driver) => {
    expect(driver.sink('out').rows()).toEqual(valuesOf(expected.out));
    expect(driver.sink('late').rows()).toEqual(valuesOf(expected.late));
    const { sources, states } = driver.status();
    const { late = 0, duplicates = 0, conflicts = 0 } = states['once'] ?? {};
    expect(driver.sink('conflicts').rows()).toEqual(valuesOf(expected.conflicts));
    expect(conflicts).toBe(valuesOf(expected.conflicts).length);
    expect(duplicates).toBe(expected.duplicates);
    const read = (sources['events'] ?? []).reduce((all, { records }) => all + records, 0);
    const bad = (sources['events'] ?? []).reduce((all, partition) => all + partition.bad, 0);
    expect(read).toBe(valuesOf(expected.out).length + late + duplicates + conflicts + bad);
  };
}

const settings = [fc.constantFrom(...ids), fc.integer({ min: 1, max: 40 }), fc.constantFrom(...contents)] as const;

test('dedupe equals the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(), ...settings, (scenario, id, forMs, content) => {
    inEveryWay(program(scenario, id, forMs, content), scenario, check(scenario, id, forMs, content));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('dedupe equals the reference on disk too', () => {
  const property = fc.property(scenarios(), ...settings, (scenario, id, forMs, content) => {
    onDisk(program(scenario, id, forMs, content), scenario, check(scenario, id, forMs, content));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
