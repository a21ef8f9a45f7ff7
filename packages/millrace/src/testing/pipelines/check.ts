import { expect } from 'vitest';
import type { Adjustment } from '../../operator/ledger/adjustment.ts';
import type { Change, Row } from '../../operator/row.ts';
import type { Tables } from '../../stream/program.ts';
import type { TestDriver } from '../driver.ts';
import type { Scenario } from '../fixture-scenario.ts';
import { listed } from '../fixture-list.ts';
import { valuesOf } from '../reference/recorded.ts';
import type { Missing } from '../../time/producers/missing.ts';
import { adjustmentsOf } from './adjusted.ts';
import { type Net, netOf, netOfRows } from './net.ts';
import { netOfOwn, netOfOwnRows } from './net-own.ts';
import type { Meaning } from './naive.ts';
import { knownOf } from './numbered.ts';
import type { Input, TableFlow } from './operator.ts';
import { type Resolved, build } from './program.ts';
import type { Toy } from './toy.ts';

type Changes = readonly Change<unknown, unknown>[];
type Adjustments = readonly Adjustment<unknown, unknown>[];

/**
 * What has to hold after every run of a random program, whatever the batches, the commits and the crashes:
 * - every sink got what the naive composition comes to, change by change;
 * - changelogs chain, and nothing final ever changes;
 * - no irreversible sink saw anything provisional;
 * - every record is an event or bad, once, and every event passed, late or a duplicate, once;
 * - what can be asked is what stands, and what is kept.
 */
export function checked(resolved: Resolved, scenario: Scenario, meaning: Meaning): (driver: TestDriver<Tables>) => void {
  const { outlets, steps, watched } = resolved;
  const { actions, recounts = [] } = scenario;
  const adjustments = new Map(watched.map((outlet) => {
    const flow = meaning.outflows[outlet] as Input;
    const isReconciled = flow.kind === 'table' && flow.reconciledMs !== undefined;
    return [outlet, isReconciled ? adjustmentsOf(resolved, outlet, flow, actions, recounts) : undefined];
  }));
  return (driver) => {
    for (const outlet of watched) {
      const { name } = outlets[outlet] as (typeof outlets)[number];
      const flow = meaning.outflows[outlet] as Input;
      const rows = driver.sink(name).rows();
      if (flow.kind === 'stream') {
        expectAt(name, rows, valuesOf(flow.entries));
        if (!flow.provisional) expectAt(`provisional on '${name}'`, (rows as readonly Toy[]).filter(({ provisional }) => provisional), []);
        continue;
      }
      expectAt(name, rows, valuesOf(flow.entries));
      const adjusted = driver.sink(`${name} adjustments`).rows() as Adjustments;
      netOfTable(flow, rows as Changes, adjusted);
      const finals = valuesOf(flow.entries).filter(({ finality }) => finality === 'final').map(({ cause: _cause, before: _before, after, ...row }) => ({ ...row, value: after }));
      expectAt(`final rows of '${name}'`, driver.sink(`${name} final`).rows(), finals);
      const expected = adjustments.get(outlet) ?? [];
      const found = adjusted.map(({ adjusts: { key, window, revision }, before, after }) => ({ key, ...window, revision, before, after }));
      // Which of a key's own windows a recount finds first is nobody's concern.
      expectAt(`adjustments of '${name}'`, flow.own === true ? inTexts(found) : found, flow.own === true ? inTexts(expected) : expected);
      checkAsked(name, driver, flow);
    }
    const { sources, states } = driver.status();
    for (const name of scenario.sources) {
      const partitions = sources[name] ?? [];
      const read = actions.filter((action) => action.kind === 'event' && action.source === name).length;
      expect(partitions.reduce((all, { records }) => all + records, 0)).toBe(read);
      const accounted = partitions.map(({ events, bad, numbered }) => (numbered === undefined ? events : numbered.events + numbered.controls + numbered.repeated + numbered.contradictions) + bad);
      expect(accounted.reduce((all, one) => all + one, 0)).toBe(read);
      if (resolved.spec.producers > 0) checkNumbered(name, driver, actions);
    }
    steps.forEach(({ operator, name, outputs, inputs }, step) => {
      const counted = states[name];
      if (counted === undefined) return;
      const late = outputs.find((output) => outlets[output]?.port === 'late');
      expectAt(`late for '${name}'`, counted.late, late === undefined ? 0 : factsOf(meaning.outflows[late]));
      expectAt(`duplicates for '${name}'`, counted.duplicates, meaning.duplicates[step]);
      const conflicts = outputs.find((output) => outlets[output]?.port === 'conflicts');
      expectAt(`conflicts for '${name}'`, counted.conflicts, conflicts === undefined ? 0 : factsOf(meaning.outflows[conflicts]));
      const waiting = isWaiting.has(operator.name) ? counted.entries : 0;
      const out = outputs.find((output) => outlets[output]?.port === 'out' && outlets[output].kind === 'stream');
      if (out !== undefined && late !== undefined && operator.pairs !== true && operator.adds !== true) {
        expect(factsOf(meaning.outflows[out]) + counted.late + counted.duplicates + counted.conflicts + waiting).toBe(factsOf(meaning.outflows[inputs[0] as number]));
      }
    });
  };
}

/** What is missing is the exact difference of what was claimed and what came; who is in which state, and how often what came. */
function checkNumbered(source: string, driver: TestDriver<Tables>, actions: Scenario['actions']): void {
  (driver.status().sources[source] ?? []).forEach(({ numbered, bad }, partition) => {
    const known = knownOf(actions, source, partition);
    const missing = driver.missing().filter((one) => one.source === source && one.partition === partition);
    expectAt(`missing on '${source}' ${partition}`, missing.map(withoutPlace), known.missing);
    if (numbered === undefined) throw new Error(`'${source}' has no producers`);
    const { events, controls, repeated, contradictions, belowFrontier, producers } = numbered;
    expectAt(`counts of '${source}' ${partition}`, { events, controls, repeated, contradictions, belowFrontier, bad }, known.counts);
    expectAt(`states on '${source}' ${partition}`, Object.fromEntries(producers.map(({ producer, state }) => [producer, state])), known.states);
  });
}

/** In the words of the reference, which does not look at the clock. */
function withoutPlace(missing: Missing): object {
  const { source: _source, partition: _partition, ...one } = missing;
  if (!('since' in one)) return one;
  const { since: _since, ...rest } = one;
  return rest;
}

/** What has come to them and not left yet is counted as their entries. */
const isWaiting = new Set(['reorder', 'defer']);

/** A difference says where it is. */
function expectAt(place: string, found: unknown, expected: unknown): void {
  expect({ [place]: found }).toEqual({ [place]: expected });
}

const factsOf = (flow: Input | undefined): number => ((flow?.entries ?? []) as readonly { kind: string }[]).filter(({ kind }) => kind === 'fact').length;

const text = (row: Row<unknown, unknown>): string => JSON.stringify(row);

/** Rows that are not among others, each as often as it is there. */
function without(rows: readonly Row<unknown, unknown>[], others: readonly Row<unknown, unknown>[]): readonly string[] {
  const texts = others.map(text);
  return rows.map(text).filter((one) => {
    const at = texts.indexOf(one);
    if (at >= 0) texts.splice(at, 1);
    return at < 0;
  });
}

/** Everything that stands and is kept can be asked, and nothing else, but for closed windows that have not been swept out yet. */
function checkAsked(name: string, driver: TestDriver<Tables>, { kept, forgettable }: TableFlow): void {
  const asked = (driver.table(name as never) as { scan(): readonly Row<unknown, unknown>[] }).scan();
  expectAt(`what '${name}' does not answer, and should not`, [without(kept, asked), without(asked, [...kept, ...forgettable])], [[], []]);
}

/** Where nothing was refused, or revisions or adjustments covered it, what left nets to the batch of the same program. */
export async function checkBatch(resolved: Resolved, scenario: Scenario, meaning: Meaning, driver: TestDriver<Tables>): Promise<number> {
  const lists = (source: string) =>
    Array.from({ length: scenario.partitions }, (_, partition) =>
      scenario.actions.flatMap((action) => (action.kind === 'event' && action.source === source && action.partition === partition ? [action.value] : [])),
    );
  const tables = resolved.watched.filter((outlet) => isComparable(meaning.outflows[outlet]));
  if (tables.length === 0) return 0;
  const isProvisional = (outlet: number): boolean => meaning.outflows[outlet]?.provisional === true;
  const batch = await build(resolved, (source) => listed(lists(source)), isProvisional).batch({ anyTime: true });
  for (const outlet of tables) {
    const { name } = resolved.outlets[outlet] as (typeof resolved.outlets)[number];
    const flow = meaning.outflows[outlet] as TableFlow;
    const net = netOfTable(flow, driver.sink(name).rows() as Changes, driver.sink(`${name} adjustments`).rows() as Adjustments);
    const rows = (batch.tables as Record<string, readonly Row<unknown, unknown>[]>)[name] ?? [];
    expectAt(`the net of '${name}', and the batch`, inOrder(net), inOrder(flow.own === true ? netOfOwnRows(rows) : netOfRows(rows)));
  }
  return tables.length;
}

function netOfTable({ own, uncounted }: Pick<TableFlow, 'own' | 'uncounted'>, changes: Changes, adjustments: Adjustments): Net {
  return own === true ? netOfOwn(changes, adjustments) : netOf(changes, adjustments, uncounted);
}

const inTexts = (list: readonly unknown[]): readonly string[] => list.map((one) => JSON.stringify(one)).toSorted();

const inOrder = (net: Net): readonly unknown[] => [...net].toSorted(([one], [other]) => (one < other ? -1 : 1));

/** Longer than a run: everything is compared. */
const ALL_MS = 1_000_000;

function isComparable(flow: Input | undefined): boolean {
  if (flow?.kind !== 'table' || !flow.orderFree) return false;
  return flow.complete || (flow.reconciledMs ?? 0) > ALL_MS;
}
