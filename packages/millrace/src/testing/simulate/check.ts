import { isSame } from '../../operator/same-value.ts';
import type { Row } from '../../operator/row.ts';
import type { Plan, PlanNode } from '../../plan/node.ts';
import { textOf } from '../../reason.ts';
import { Program, type Tables } from '../../stream/program.ts';
import { type Status, statusOf } from '../../stream/status.ts';
import type { SourceSpec } from '../../task/source.ts';
import type { TestDriver } from '../driver.ts';
import { replayed } from './replay.ts';
import type { Outcome } from './world.ts';

/** What a run must come to, by which of these its result was compared. */
export interface Checked {
  readonly problems: readonly string[];
  /** The same input in one life says the same. False: people or recounts decided, which is not done again. */
  readonly isReplayed: boolean;
  /** Nothing was refused, so the batch of the program says the same. */
  readonly isBatched: boolean;
}

/**
 * Whether a run came to what the program means:
 * - conservation: every record of every source is an event or bad, once;
 * - the same input, taken in the same order in one life, gives every sink the same rows in the same order, and
 *   every table the same rows;
 * - where nothing was refused, the tables are those of the batch.
 */
export async function checked(plan: Plan, outcome: Outcome): Promise<Checked> {
  const { task } = outcome;
  if (task === undefined || outcome.problems.length > 0) return { problems: outcome.problems, isReplayed: false, isBatched: false };
  const program = new Program<Tables>(plan);
  const status = statusOf(task);
  const tables = new Map([...task.runtime.tables].map(([name, table]): [string, Rows] => [name, [...(table.scan() as Iterable<Row<unknown, unknown>>)]]));
  const isReplayed = !outcome.isDecided && task.runtime.reconciled.length === 0;
  const problems = conserved(status, outcome);
  if (isReplayed) problems.push(...sameAsReplay(replayed(program, outcome), outcome, status, tables));
  const comparable = new Map([...tables].filter(([name]) => isOrderFree(plan, plan.tables.get(name) as number)));
  const isBatched = isReplayed && comparable.size > 0 && nothingRefused(status);
  if (isBatched) problems.push(...(await sameAsBatch(plan, outcome, comparable)));
  return { problems, isReplayed, isBatched };
}

type Rows = readonly Row<unknown, unknown>[];

function conserved({ sources, holds }: Status, { given }: Outcome): string[] {
  const problems: string[] = holds.length > 0 ? [`${holds.length} holds were left at the end`] : [];
  for (const [name, partitions] of given) {
    partitions.forEach((rows, p) => {
      const { records, events, bad } = sources[name]?.[p] ?? { records: 0, events: 0, bad: 0 };
      if (records !== rows.length) problems.push(`source '${name}', partition ${p}: ${records} records counted, ${rows.length} were there`);
      if (events + bad !== records) problems.push(`source '${name}', partition ${p}: ${events} events and ${bad} bad make no ${records} records`);
    });
  }
  return problems;
}

function sameAsReplay(driver: TestDriver<Tables>, { receivers }: Outcome, status: Status, tables: ReadonlyMap<string, Rows>): string[] {
  const problems: string[] = [];
  for (const { name, rows } of receivers) {
    const expected = driver.sink(name).rows();
    const at = expected.findIndex((row, i) => !isSame(row, rows[i]));
    const differs = at >= 0 ? at : rows.length === expected.length ? -1 : expected.length;
    if (differs >= 0) problems.push(`sink '${name}' was given ${textOf(rows[differs])} as row ${differs} of ${rows.length}; in one life it is ${textOf(expected[differs])} of ${expected.length}`);
  }
  for (const [name, rows] of tables) {
    const expected = [...(driver.table(name as never) as { scan(): Iterable<Row<unknown, unknown>> }).scan()];
    const wrong = difference(rows, expected);
    if (wrong !== undefined) problems.push(`table '${name}' ${wrong}, other than in one life`);
  }
  const { sources, states } = driver.status();
  for (const [name, counted] of Object.entries(status.states)) {
    const { late, duplicates, conflicts } = counted;
    const other = states[name];
    if (other === undefined || late !== other.late || duplicates !== other.duplicates || conflicts !== other.conflicts) problems.push(`'${name}' counted ${textOf(counted)}; in one life it is ${textOf(other)}`);
  }
  for (const [name, partitions] of Object.entries(status.sources)) {
    partitions.forEach(({ events, bad, frontier }, p) => {
      const other = sources[name]?.[p];
      if (other?.events !== events || other.bad !== bad || other.frontier !== frontier) problems.push(`source '${name}', partition ${p} counted ${events} events and ${bad} bad up to ${frontier}; in one life ${textOf(other)}`);
    });
  }
  return problems;
}

/** Steps whose result rests on the order of arrival, or on how far the frontier was. */
const BY_ARRIVAL: ReadonlySet<string> = new Set(['process', 'concat', 'numbered', 'versioned', 'asOf', 'toTable', 'changesTable', 'streamJoin', 'reorder', 'changes', 'final']);

/** Whether what a node says is the same in every order in which its events may come. */
function isOrderFree({ nodes }: Pick<Plan, 'nodes'>, id: number): boolean {
  const node = nodes[id] as PlanNode;
  if (BY_ARRIVAL.has(node.kind) || (node.kind === 'window' && node.windowing.kind === 'count') || (node.kind === 'source' && node.complete.kind === 'sequences')) return false;
  return node.inputs.every((input) => isOrderFree({ nodes }, input.node));
}

function nothingRefused({ sources, states }: Status): boolean {
  return Object.values(states).every(({ late, conflicts }) => late === 0 && conflicts === 0) && Object.values(sources).flat().every(({ bad }) => bad === 0);
}

async function sameAsBatch(plan: Plan, { given }: Outcome, tables: ReadonlyMap<string, Rows>): Promise<string[]> {
  const nodes = plan.nodes.map((node) => (node.kind === 'source' ? { ...node, spec: listed(given.get(node.name) ?? []) } : node));
  const batch = await new Program<Tables>({ ...plan, nodes }).batch({ anyTime: true });
  return [...tables].flatMap(([name, rows]) => {
    // The batch keeps every window; a program keeps them for some time.
    const expected = (batch.tables as Record<string, Rows>)[name] ?? [];
    const known = new Map(expected.map((row) => [placeOf(row), row]));
    return rows.flatMap((row) => {
      const other = known.get(placeOf(row));
      return other !== undefined && isSame(row.value, other.value) ? [] : [`table '${name}' says ${textOf(row.value)} at ${placeOf(row)}; the batch says ${textOf(other?.value)}`];
    });
  });
}

function listed(lists: readonly (readonly unknown[])[]): SourceSpec<unknown> {
  return {
    text: 'lists',
    partitions: lists.length,
    open: async () =>
      lists.map((list) => {
        let next = 0;
        return {
          read: (max) => {
            if (next === list.length) return 'ended';
            const rows = list.slice(next, next + max);
            next += rows.length;
            return { rows, arrival: 0, cursor: next };
          },
          ready: () => Promise.resolve(),
          close: () => Promise.resolve(),
        };
      }),
  };
}

/** What tells a row from the others of its table. */
function placeOf({ key, window }: Row<unknown, unknown>): string {
  return `${textOf(key)} ${window === undefined ? 'always' : `${window.start} to ${window.end}`}`;
}

/** The same rows, in any order; undefined if they are. */
function difference(rows: Rows, expected: Rows): string | undefined {
  const left = [...expected];
  for (const row of rows) {
    const at = left.findIndex((other) => isSame(row, other));
    if (at < 0) return `has ${textOf(row)}`;
    left.splice(at, 1);
  }
  return left.length === 0 ? undefined : `has no ${textOf(left[0])}`;
}
