import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { type Deferred, deferred } from '../../testing/reference/deferred.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { countOf } from '../../testing/reference/results.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';

interface Settings {
  readonly timeout: number;
  readonly until: 'any' | 'none' | 'greater' | 'third';
  readonly both: boolean;
}

const settings: fc.Arbitrary<Settings> = fc.record({
  timeout: fc.oneof(fc.constantFrom(0, 1), fc.nat(30), fc.constant(100_000)),
  until: fc.constantFrom('any' as const, 'none' as const, 'greater' as const, 'third' as const),
  both: fc.boolean(),
});

const WAYS: Readonly<Record<Settings['until'], (value: Made, later: Made) => boolean>> = {
  any: () => true,
  none: () => false,
  greater: (value, later) => later.n > value.n,
  third: (_, later) => later.n % 3 === 0,
};

function program({ partitions, boundMs }: Scenario, { timeout, until, both }: Settings): Program<Tables> {
  return pipeline('defer', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const keyed = both ? events.keyBy({ key: (e) => e.key, odd: (e) => e.n % 2 }) : events.keyBy((e) => e.key);
    const results = keyed.defer({ name: 'defer', until: WAYS[until], timeout });
    results.to(app.sink('out', readByHand()));
    results.late.to(app.sink('late', readByHand()));
    const counts = results.window(tumbling(10)).count({ name: 'counts' });
    counts.final().to(app.sink('counts', readByHand()));
    counts.late.to(app.sink('late for a window', readByHand()));
    results.late.window(tumbling(10)).count({ name: 'late counts' }).final().to(app.sink('late counts', readByHand()));
  });
}

function reference({ actions, partitions, boundMs }: Scenario, { timeout, until, both }: Settings): Deferred<Made> {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  return deferred(events, { key: (e) => (both ? { key: e.key, odd: e.n % 2 } : e.key), until: WAYS[until], timeout });
}

function check(scenario: Scenario, chosen: Settings): (driver: TestDriver<Tables>) => void {
  const { out, late, waiting } = reference(scenario, chosen);
  const by = { key: () => undefined, at: tumblingAt(10), result: countOf };
  const [counts, lateCounts] = [windowed(out, by), windowed(late, by)];
  return (driver) => {
    expect(driver.sink('out').rows()).toEqual(valuesOf(out));
    expect(driver.sink('late').rows()).toEqual(valuesOf(late));
    // The frontier behind is where the reference says, so nothing is late there.
    expect(driver.sink('counts').rows()).toEqual(valuesOf(counts.rows));
    expect(driver.sink('late counts').rows()).toEqual(valuesOf(lateCounts.rows));
    expect(driver.sink('late for a window').rows()).toEqual([]);
    const { entries, late: counted } = driver.status().states['defer'] ?? {};
    expect({ entries, counted }).toEqual({ entries: waiting, counted: valuesOf(late).length });
  };
}

test('defer, and the windows behind it, equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  fc.assert(
    fc.property(scenarios(), settings, (scenario, chosen) => inEveryWay(program(scenario, chosen), scenario, check(scenario, chosen))),
    { numRuns: 2 * RUNS },
  );
});

test('defer equals the reference on disk too', () => {
  fc.assert(
    fc.property(scenarios(), settings, (scenario, chosen) => onDisk(program(scenario, chosen), scenario, check(scenario, chosen))),
    { numRuns: RUNS_ON_DISK },
  );
});

test('where nothing is late, results are those of the sorted input, in whatever order it comes', () => {
  const property = fc.property(scenarios(), settings, (scenario, chosen) => {
    const events = scenario.actions.flatMap((one) => (one.kind === 'event' && one.value.time >= 0 ? [{ ...one, value: one.value }] : []));
    fc.pre(valuesOf(reference(scenario, chosen).late).length === 0 && scenario.actions.some(({ kind }) => kind === 'end'));
    const offsets = new Map<number, number>();
    const placed = events.map(({ partition, value }) => {
      const offset = offsets.get(partition) ?? 0;
      offsets.set(partition, offset + 1);
      return { partition, offset, value };
    });
    const inOrder = placed.toSorted((a, b) => a.value.time - b.value.time || a.partition - b.partition || a.offset - b.offset).map(({ value }) => value);
    const isSameKey = (one: Made, other: Made): boolean => one.key === other.key && (!chosen.both || one.n % 2 === other.n % 2);
    const expected = inOrder.map((value, i) => ({
      value,
      by: inOrder.slice(i + 1).find((later) => isSameKey(value, later) && later.time <= value.time + chosen.timeout && WAYS[chosen.until](value, later)),
    }));
    const asTexts = (rows: readonly unknown[]): readonly string[] => rows.map((row) => JSON.stringify(row)).toSorted();
    inEveryWay(program(scenario, chosen), scenario, (driver) => expect(asTexts(driver.sink('out').rows())).toEqual(asTexts(expected)));
  });
  fc.assert(property, { numRuns: RUNS });
});
