import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { asOf, heldAt, versioned } from '../../testing/reference/as-of.ts';
import { record } from '../../testing/reference/record.ts';
import { type Recorded, valuesOf } from '../../testing/reference/recorded.ts';
import { countOf } from '../../testing/reference/results.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';

const SOURCES = ['events', 'prices'] as const;
const BEHIND_MS = 7;

interface Settings {
  readonly retention: number;
  /** How far from its own time an event asks. */
  readonly shift: number;
  readonly wait: number;
  readonly without: 'drop' | 'null' | 'bad';
}

const settings: fc.Arbitrary<Settings> = fc.record({
  retention: fc.constantFrom(20, 41, 1000),
  shift: fc.constantFrom(0, 0, -5, 9),
  wait: fc.constantFrom(0, 0, 1, 6, 19),
  without: fc.constantFrom('drop' as const, 'null' as const, 'bad' as const),
});

type Priced = readonly [event: string, row: number | undefined];

const priceOf = (e: Made): number | undefined => (e.n % 5 === 0 ? undefined : e.n);
const combine = (e: Made, row: number | undefined): Priced => [`${e.key} ${e.id} ${e.time} ${e.n}`, row];
const byKey = ([one]: readonly [string, number], [other]: readonly [string, number]): number => (one < other ? -1 : 1);
const atOf = (shift: number) => (e: Made): number => Math.max(0, e.time + (e.n % 2 === 0 ? shift : 0));

function program({ partitions, boundMs }: Scenario, { retention, shift, wait, without }: Settings): Program<Tables> {
  return pipeline('as-of', (app) => {
    const [events, prices] = SOURCES.map((name) => app.source(name, fedByHand<Made>(partitions), madeEvents(boundMs)));
    if (events === undefined || prices === undefined) return;
    const table = prices.keyBy((e) => e.key).toTable({ name: 'prices', versioned: retention, value: priceOf });
    const at = shift === 0 ? {} : { at: atOf(shift) };
    const missing = wait === 0 ? without : { wait, else: without };
    const priced = events.keyBy((e) => e.key).joinTable(table, { name: 'priced', missing, ...at }, combine);
    priced.to(app.sink('out', readByHand()));
    priced.late.to(app.sink('late', readByHand()));
    priced.bad.to(app.sink('bad', readByHand()));
    events.joinAll(table, { name: 'all', ...at }, (e, all): unknown => [e, all.time, [...all.entries()].toSorted(byKey)]).to(app.sink('all', readByHand()));
    priced.window(tumbling(BEHIND_MS)).count({ name: 'counts' }).final().to(app.sink('counts', readByHand()));
  });
}

function check({ actions, partitions, boundMs }: Scenario, { retention, shift, wait, without }: Settings): (driver: TestDriver<Tables>) => void {
  const [events, prices] = SOURCES.map((name) => record(actions, { name, partitions, boundMs, time: (e: Made) => e.time })) as [Recorded<Made>, Recorded<Made>];
  const table = versioned(prices, { key: (e) => e.key, value: priceOf, retention });
  const expected = asOf(events, prices, table, { key: (e) => e.key, at: atOf(shift), wait, without, combine });
  const entriesAt = (at: number): unknown =>
    ['a', 'b', 'c'].flatMap((key) => {
      const held = heldAt(table.told, key, at)?.value;
      return held === undefined ? [] : [[key, held]];
    });
  const all = (e: Made): unknown => [e, atOf(shift)(e), entriesAt(atOf(shift)(e))];
  const withAll = asOf(events, prices, table, { key: (e) => e.key, at: atOf(shift), wait: 0, without: 'null', combine: all });
  const counts = windowed(expected.out, { key: () => undefined, at: tumblingAt(BEHIND_MS), result: countOf });
  return (driver) => {
    expect(driver.sink('out').rows()).toEqual(valuesOf(expected.out));
    expect(driver.sink('late').rows()).toEqual(valuesOf(expected.late));
    expect(driver.sink('bad').rows()).toEqual(valuesOf(expected.bad));
    expect(driver.sink('all').rows()).toEqual(valuesOf(withAll.out));
    expect(driver.status().states['priced']).toMatchObject({ late: valuesOf(expected.late).length, missing: expected.missing });
    // The frontier behind the join is where the reference says: what is counted there, and when, is the same.
    expect(driver.sink('counts').rows()).toEqual(valuesOf(counts.rows));
  };
}

test('joins as of a time equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(SOURCES), settings, (scenario, chosen) => {
    inEveryWay(program(scenario, chosen), scenario, check(scenario, chosen));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('joins as of a time equal the reference on disk too', () => {
  const property = fc.property(scenarios(SOURCES), settings, (scenario, chosen) => {
    onDisk(program(scenario, chosen), scenario, check(scenario, chosen));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
