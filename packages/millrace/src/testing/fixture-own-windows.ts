import fc from 'fast-check';
import { expect } from 'vitest';
import { type LatePolicy, drop, every, revise } from '../operator/late-policy.ts';
import type { Change, Row } from '../operator/row.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Table } from '../stream/table.ts';
import type { PlainWindowing, Windowing } from '../time/windowing.ts';
import type { TestDriver } from './driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from './fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from './fixture-source.ts';
import type { OwnWindows } from './reference/own-windows.ts';
import { record } from './reference/record.ts';
import { type Recorded, valuesOf } from './reference/recorded.ts';
import { sumOf } from './reference/results.ts';

/** The policies that a property is tried with. */
export interface Policies {
  /** 0: drop. */
  readonly retain: number;
  readonly early?: 'each' | number;
  /** Whether closed windows are kept to be asked; else they go as soon as nothing needs them. */
  readonly kept: boolean;
}

export const policies: fc.Arbitrary<Policies> = fc
  .record({ retain: fc.constantFrom(0, 0, 1, 7, 30, 1000), early: fc.constantFrom(undefined, undefined, 'each' as const, 1, 4, 25), kept: fc.boolean() })
  .map(({ retain, early, kept }) => ({ retain, kept, ...(early !== undefined && { early }) }));

type Asked = { sums: Table<string, number, Made>; lists: Table<string, readonly string[], Made> };
/** What the reference makes of the events: their sum, and their ids in a list. */
export type Expected = { readonly sums: OwnWindows<Made, string, number>; readonly lists: OwnWindows<Made, string, readonly string[]> };

export interface OwnWindowsProperty {
  readonly windowing: Windowing;
  readonly chosen: Policies;
  readonly expected: (events: Recorded<Made>) => Expected;
}

/** What is asked of a reference: windows of each key, under these policies. */
export interface ReferenceBy<V> extends Policies {
  readonly key: (event: Made) => string;
  readonly result: (events: readonly Made[]) => V;
}

/** What `reference` makes of the events, both ways. */
export function expectedOf(chosen: Policies, reference: <V>(events: Recorded<Made>, by: ReferenceBy<V>) => OwnWindows<Made, string, V>): OwnWindowsProperty['expected'] {
  const by = { ...chosen, key: (e: Made) => e.key };
  return (events) => ({
    sums: reference(events, { ...by, result: (values) => sumOf(values, (e) => e.n) }),
    lists: reference(events, { ...by, result: (values) => values.map((e) => e.id) }),
  });
}

/** Windows of each key of its own equal the reference: with an aggregation that merges, and with one that does not. */
export function checkOwnWindows<S>(settings: fc.Arbitrary<S>, of: (setting: S) => OwnWindowsProperty, runs: 'memory' | 'disk'): void {
  const property = fc.property(scenarios(), settings, (scenario, setting) => {
    const { windowing, chosen, expected } = of(setting);
    (runs === 'memory' ? inEveryWay : onDisk)(programOf(scenario, windowing, chosen), scenario, check(scenario, expected, chosen));
  });
  fc.assert(property, { numRuns: runs === 'memory' ? RUNS : RUNS_ON_DISK });
}

function programOf({ partitions, boundMs }: Scenario, windowing: Windowing, { retain, early, kept }: Policies) {
  return pipeline('windows', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const late: LatePolicy = retain > 0 ? revise({ retain }) : drop();
    const policy = { keep: kept ? ('forever' as const) : 0, late, ...(early !== undefined && { early: typeof early === 'number' ? every(early) : early }) };
    const windows = events.keyBy((e) => e.key).window(windowing as PlainWindowing);
    const sums = windows.sum((e) => e.n, { name: 'sums', ...policy });
    const lists = windows.aggregate({
      name: 'lists',
      ...policy,
      create: (): string[] => [],
      add: (list, e) => [...list, e.id],
      result: (list): readonly string[] => list,
    });
    for (const [name, table] of [['sums', sums], ['lists', lists]] as const) {
      (table as Table<string, unknown>).to(app.sink(name, readByHand()));
      (table as Table<string, unknown>).final().to(app.sink(`final ${name}`, readByHand()));
      table.late.to(app.sink(`late ${name}`, readByHand()));
    }
    return { sums, lists };
  });
}

function check({ actions, partitions, boundMs }: Scenario, reference: OwnWindowsProperty['expected'], { kept }: Policies): (driver: TestDriver<Asked>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e: Made) => e.time });
  const expected = reference(events);
  return (driver) => {
    for (const name of ['sums', 'lists'] as const) {
      const { changes, late, open } = expected[name] as OwnWindows<Made, string, unknown>;
      const finals = valuesOf(changes).filter(({ finality }) => finality === 'final');
      expect(driver.sink(name).rows()).toEqual(valuesOf(changes));
      expect(driver.sink(`final ${name}`).rows()).toEqual(finals.map(rowOf));
      expect(driver.sink(`late ${name}`).rows()).toEqual(valuesOf(late));
      expect(driver.status().states[name]?.late).toBe(valuesOf(late).length);
      expectNet(driver.sink(name).rows() as Change<string, unknown>[]);
      if (!kept) continue;
      const asked = driver.table(name).scan() as readonly Row<string, unknown>[];
      expect(sorted(asked)).toEqual(sorted([...finals.map(rowOf), ...open]));
      for (const row of asked) expect(driver.table(name).get(row.key, row.time)).toMatchObject({ key: row.key, time: row.time });
    }
  };
}

const rowOf = ({ key, window, after, time, revision, finality, evidence }: Change<string, unknown>): Row<string, unknown> => ({ key, window, value: after, time, revision, finality, evidence });

/** What goes back was there, and what is final stays. */
function expectNet(changes: readonly Change<string, unknown>[]): void {
  const there: Change<string, unknown>[] = [];
  for (const change of changes) {
    const { key, window, before, after } = change;
    if (before !== undefined) {
      const at = there.findIndex((one) => one.key === key && one.window?.start === window?.start && one.window?.end === window?.end && JSON.stringify(one.after) === JSON.stringify(before) && one.finality !== 'final');
      expect(at).toBeGreaterThanOrEqual(0);
      there.splice(at, 1);
    }
    if (after !== undefined) there.push(change);
  }
}

function sorted(rows: readonly Row<string, unknown>[]): readonly Row<string, unknown>[] {
  return rows.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

const placeOf = ({ key, time, window, value }: Row<string, unknown>): string =>
  `${String(time).padStart(9)} ${key} ${String(window?.start).padStart(9)} ${JSON.stringify(value)}`;
