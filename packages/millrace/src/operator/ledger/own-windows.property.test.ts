import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { type KnownResult, type ResultDifference, differences } from '../../testing/reference/differences.ts';
import { grouped } from '../../testing/reference/group-windows.ts';
import { hopped } from '../../testing/reference/hopped.ts';
import { record } from '../../testing/reference/record.ts';
import type { Recorded } from '../../testing/reference/recorded.ts';
import { sessions } from '../../testing/reference/sessions.ts';
import { slid } from '../../testing/reference/slid.ts';
import { group } from '../../time/group-windowing.ts';
import { hopping, session, sliding } from '../../time/own-windowing.ts';
import { daily } from '../../time/schedule.ts';
import type { PlainWindowing, Windowing } from '../../time/windowing.ts';
import type { Interval } from '../../time/calendar.ts';
import type { Change, Row } from '../row.ts';
import { reconcile } from '../late-policy.ts';
import type { Adjustment } from './adjustment.ts';

type Ids = readonly string[];
interface Found {
  readonly changes: Recorded<Change<string, Ids>>;
  /** What has not left. */
  readonly open: readonly Row<string, Ids>[];
}
interface Kind {
  readonly windowing: Windowing;
  readonly reference: (events: Recorded<Made>) => Found;
}

// Ids are id0 to id9: some open, some close, one does both, and the others are what comes in between.
const open = (e: Made): boolean => ['id0', 'id1', 'id2', 'id3'].includes(e.id);
const close = (e: Made): boolean => ['id3', 'id4', 'id5', 'id6'].includes(e.id);
const by = { key: (e: Made) => e.key, retain: 0, result: (values: readonly Made[]): Ids => values.map((e) => `${e.id} ${e.n}`) };

const hops = (size: number, advance: number): Kind => ({
  windowing: hopping(size, advance),
  reference: (events) => {
    const { changes, open: rows } = hopped(events, { ...by, result: (values) => by.result(values).toSorted(), size, advance });
    const facts = changes.flatMap((entry) => (entry.kind === 'fact' ? [{ ...entry, value: { ...entry.value.after, after: entry.value.after.value } as unknown as Change<string, Ids> }] : []));
    return { changes: facts, open: rows };
  },
});

const KINDS: readonly Kind[] = [
  hops(10, 5),
  hops(10, 3),
  ...[1, 3, 10, 25].map((gap): Kind => ({ windowing: session(gap), reference: (events) => sessions(events, { ...by, gap }) })),
  ...[1, 10, 40].map((length): Kind => ({ windowing: sliding(length), reference: (events) => slid(events, { ...by, length }) })),
  ...[5, 12, 40].map((timeout): Kind => ({ windowing: group({ open, close, timeout }), reference: (events) => grouped(events, { ...by, open, close, timeout }) })),
];

interface Setting {
  readonly kind: Kind;
  readonly after: readonly number[];
  readonly keep: number;
}

const settings: fc.Arbitrary<Setting> = fc.record({ kind: fc.constantFrom(...KINDS), after: fc.array(fc.nat(60), { maxLength: 4 }), keep: fc.constantFrom(5, 40, 100_000) });

function program({ partitions, boundMs }: Scenario, { kind: { windowing }, keep }: Setting): Program<Tables> {
  return pipeline('reconciled', (app) => {
    const again = { ...fedByHand<Made>(partitions), again: () => Promise.reject(new Error('the test driver reads again by itself')) };
    const events = app.source('events', again, madeEvents(boundMs));
    const windows = events.keyBy((e) => e.key).window(windowing as PlainWindowing);
    const late = reconcile({ at: daily('02:00', 'UTC'), keep });
    const lists = windows.aggregate({
      name: 'lists',
      late,
      create: (): Made[] => [],
      add: (list, e) => [...list, e],
      result: (list): Ids => (windowing.kind === 'hopping' ? by.result(list).toSorted() : by.result(list)),
    });
    lists.final().to(app.sink('rows', readByHand(), { takes: 'irreversible' }));
    lists.adjustments.to(app.sink('adjustments', readByHand(), { takes: 'adjustable' }));
  });
}

const isLast = (scenario: Scenario, at: number): boolean => at === scenario.actions.length - 1;

/** A scenario with its recounts, the last of them when everything has come. */
function counted(scenario: Scenario, { after }: Setting): Scenario {
  return { ...scenario, recounts: scenario.actions.flatMap(({ kind }, at) => (isLast(scenario, at) || (kind !== 'end' && after.includes(at)) ? [at] : [])) };
}

/** What each recount adjusts, and what it all comes to. */
function expectedOf({ actions, partitions, boundMs, recounts = [] }: Scenario, { kind: { reference }, keep }: Setting): { readonly adjustments: readonly ResultDifference[]; readonly rows: readonly Interval[] } {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e: Made) => e.time });
  const known: KnownResult[] = [];
  let left = 0;
  const adjustments = recounts.flatMap((at) => {
    const had = events.filter((entry) => entry.at <= at);
    const rows = leftOf(reference(had));
    for (const { key, window, value } of rows.slice(left)) known.push({ key, ...(window as Interval), revision: 0, value });
    left = rows.length;
    const steps = had.flatMap((entry) => (entry.kind === 'step' ? [entry.to] : []));
    const frontier = steps.at(-1) ?? -1;
    const stood = steps.findLast((to) => to !== Number.POSITIVE_INFINITY) ?? -1;
    const all = reference(had.filter(({ kind }) => kind === 'fact')).open.map(({ key, window, value }) => ({ key, ...(window as Interval), value }));
    const ends = [...new Set([...all, ...known].map(({ end }) => end))].filter((end) => end <= frontier && end + keep > stood).toSorted((a, b) => a - b);
    return ends.flatMap((end) => differences(all.filter((one) => one.end === end), known, end));
  });
  return { adjustments, rows: leftOf(reference(events)).map(({ window }) => window as Interval) };
}

const leftOf = ({ changes }: Found): readonly Row<string, Ids>[] =>
  changes.flatMap((entry) => (entry.kind === 'fact' && entry.value.finality === 'final' ? [{ ...entry.value, value: entry.value.after as Ids }] : []));

function check(scenario: Scenario, setting: Setting): (driver: TestDriver<Tables>) => void {
  const expected = expectedOf(scenario, setting);
  return (driver) => {
    const rows = driver.sink('rows').rows() as Row<string, Ids>[];
    const adjustments = driver.sink('adjustments').rows() as Adjustment<string, Ids>[];
    expect(rows.map(({ window }) => window)).toEqual(expected.rows);
    const found = adjustments.map(({ adjusts: { key, window, revision }, before, after }) => ({ key, ...window, revision, before, after }));
    expect(inTexts(found)).toEqual(inTexts(expected.adjustments));
    expectNet(scenario, setting, rows, adjustments);
  };
}

/** Where everything is compared: what left and its adjustments come to all that a batch has, up to the frontier, and to nothing else. */
function expectNet({ actions, partitions, boundMs }: Scenario, { kind: { reference }, keep }: Setting, rows: readonly Row<string, Ids>[], adjustments: readonly Adjustment<string, Ids>[]): void {
  if (keep < 100_000) return;
  const net = rows.map(({ key, window, value }) => ({ key, window, value }));
  for (const { adjusts: { key, window }, before, after, finality } of adjustments) {
    expect(finality).toBe('final');
    if (before !== undefined) {
      const at = net.findIndex((one) => JSON.stringify(one) === JSON.stringify({ key, window, value: before }));
      expect(at).toBeGreaterThanOrEqual(0);
      net.splice(at, 1);
    }
    if (after !== undefined) net.push({ key, window, value: after });
  }
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e: Made) => e.time });
  const frontier = events.findLast((entry) => entry.kind === 'step')?.to ?? -1;
  const batch = reference(events.filter(({ kind }) => kind === 'fact')).open.filter(({ window }) => (window as Interval).end <= frontier);
  expect(inTexts(net)).toEqual(inTexts(batch.map(({ key, window, value }) => ({ key, window, value }))));
}

const inTexts = (list: readonly unknown[]): readonly string[] => list.map((one) => JSON.stringify(one)).toSorted();

test.each([['in memory', inEveryWay, RUNS], ['on disk', onDisk, RUNS_ON_DISK]] as const)(
  'rows of windows that overlap, or are a key\'s own, and their adjustments come to the batch, whatever the commits and the crashes, %s',
  (_, ways, numRuns) => {
    const property = fc.property(scenarios(), settings, (drawn, setting) => {
      const scenario = counted(drawn, setting);
      ways(program(scenario, setting), scenario, check(scenario, setting));
    });
    fc.assert(property, { numRuns });
  },
);
