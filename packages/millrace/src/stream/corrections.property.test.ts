import fc from 'fast-check';
import { expect, test } from 'vitest';
import { every, revise } from '../operator/late-policy.ts';
import type { Change } from '../operator/row.ts';
import type { TestDriver } from '../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../testing/fixture-source.ts';
import { record } from '../testing/reference/record.ts';
import { days } from '../time/duration.ts';
import { tumbling } from '../time/windowing.ts';
import type { Correction } from './dependents.ts';
import { pipeline } from './pipeline.ts';
import type { Program } from './program.ts';

const SIZE_MS = 10;

interface Settings {
  readonly retain: number;
  readonly early: 'each' | number | undefined;
}

const settings: fc.Arbitrary<Settings> = fc.record({
  retain: fc.constantFrom(1, 7, 30, 1000),
  early: fc.constantFrom(undefined, 'each' as const, 4),
});

/** What is behind each table: the ways out, and whether their rows are the table's own. */
const behind = {
  totals: { all: 'own', 'of a': 'own', sizes: 'made', twenties: 'made' },
  sizes: { sizes: 'own' },
  twenties: { twenties: 'own' },
} as const;
type TableName = keyof typeof behind;
const waysOut = ['all', 'of a', 'sizes', 'twenties'] as const;

/** Minutes, which go to sinks with and without a filter, to a group that rows move in, and to longer windows, published as a changelog. */
function program({ partitions, boundMs }: Scenario, { retain, early }: Settings): Program {
  return pipeline('corrected', (app) => {
    const late = revise({ retain });
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const totals = events
      .keyBy((e) => e.key)
      .window(tumbling(SIZE_MS))
      .sum((e) => e.n, { name: 'totals', late, ...(early !== undefined && { early: typeof early === 'number' ? every(early) : early }) });
    totals.to(app.sink('all', readByHand()));
    totals.changes().filter((change) => change.key === 'a').to(app.sink('of a', readByHand()));
    totals.final().to(app.sink('final', readByHand(), { takes: 'irreversible' }));
    totals.groupBy((row) => ((row.value % 3) + 3) % 3).count({ name: 'sizes' }).to(app.sink('sizes', readByHand()));
    totals.groupBy((row) => row.key).window(tumbling(2 * SIZE_MS)).sum((row) => row.value, { name: 'twenties', late }).to(app.changelog('twenties', { keep: days(1) }));
  }) as Program;
}

type Known = Pick<Correction, 'table' | 'key' | 'window' | 'before' | 'after' | 'revision' | 'cause'> & { readonly reached: readonly string[] };

/**
 * The naive reference: of what left, whatever says that an event made it, and of another value, for a window that the
 * frontier had passed when that event came. It reached what else in the same step says the same.
 */
function correctionsOf({ actions, partitions, boundMs }: Scenario, rows: ReadonlyMap<string, readonly Change<unknown, number>[]>): readonly Known[] {
  const frontiers = new Map<string, number>();
  let frontier = -1;
  for (const entry of record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time })) {
    if (entry.kind === 'step') frontier = entry.to;
    else frontiers.set(JSON.stringify(entry.cause), frontier);
  }
  const known: Known[] = [];
  for (const table of Object.keys(behind) as TableName[]) {
    const own = Object.entries(behind[table]).find(([, of]) => of === 'own') as [string, string];
    for (const change of rows.get(own[0]) ?? []) {
      const { key, window, before, after, revision, cause } = change;
      if (cause.kind !== 'event' || before === after || (window?.end ?? 0) > (frontiers.get(JSON.stringify(cause)) as number)) continue;
      const reached = Object.entries(behind[table]).flatMap(([name, of]) => {
        const numbers = (rows.get(name) ?? []).flatMap((one, i) => (JSON.stringify(one.cause) === JSON.stringify(cause) && (of === 'made' || isOf(one, change)) ? [i] : []));
        return numbers.length === 0 ? [] : [`${name} [${numbers[0]}, ${(numbers.at(-1) as number) + 1})`];
      });
      known.push({ table, key, window, before, after, revision, cause, reached });
    }
  }
  return known;
}

const isOf = (one: Change<unknown, number>, other: Change<unknown, number>): boolean => one.key === other.key && one.window?.end === other.window?.end && one.revision === other.revision;

/** In an order that both sides have. */
const sorted = (list: readonly Known[]): readonly Known[] => list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

function check(scenario: Scenario): (driver: TestDriver<never>) => void {
  return (driver) => {
    const rows = new Map(waysOut.map((name) => [name as string, driver.sink(name).rows() as readonly Change<unknown, number>[]]));
    const found = driver.corrections({ max: 1_000 });
    expect(found.map(({ number }) => number)).toEqual(found.map((_, i) => i));
    expect(found.map(({ commit }) => commit)).toEqual(found.map(({ commit }) => commit).toSorted((a, b) => a - b));
    const told = found.map(({ table, key, window, before, after, revision, cause, reached }): Known => ({
      table,
      key,
      window,
      before,
      after,
      revision,
      cause,
      reached: reached.map(({ dependent, first, end }) => `${dependent} [${first}, ${end})`),
    }));
    expect(sorted(told)).toEqual(sorted(correctionsOf(scenario, rows)));
  };
}

test('every correction reached exactly what got rows because of it, whatever the disorder, the batches, the commits and the crashes', () => {
  let corrections = 0;
  const property = fc.property(scenarios(), settings, (scenario, chosen) => {
    inEveryWay(program(scenario, chosen) as never, scenario, (driver) => {
      check(scenario)(driver as never);
      corrections += driver.corrections({ max: 1_000 }).length;
    });
  });
  fc.assert(property, { numRuns: RUNS });
  expect(corrections).toBeGreaterThan(RUNS);
});

test('and on disk', () => {
  const property = fc.property(scenarios(), settings, (scenario, chosen) => onDisk(program(scenario, chosen) as never, scenario, check(scenario) as never));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
