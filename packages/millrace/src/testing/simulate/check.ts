import { isSame } from '../../operator/same-value.ts';
import type { Row } from '../../operator/row.ts';
import type { Plan, PlanNode } from '../../plan/node.ts';
import { Program, type Tables } from '../../stream/program.ts';
import { type Status, statusOf } from '../../stream/status.ts';
import type { SourceSpec } from '../../task/source.ts';
import type { Task } from '../../task/task.ts';
import type { TestDriver } from '../driver.ts';
import { IdTimes } from './id-times.ts';
import { replayed } from './replay.ts';
import { type Rows, difference, placeOf, shown, shownPlace } from './rows-difference.ts';
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
 * - conservation: every record of every source is an event or bad, once, and every row has come to its sink;
 * - the same input, taken in the same order in one life, gives every sink the same rows in the same order, and
 *   every table the same rows;
 * - where nothing was refused, the tables are those of the batch.
 */
export async function checked(plan: Plan, outcome: Outcome): Promise<Checked> {
  const { task, tables } = outcome;
  if (task === undefined || outcome.problems.length > 0) return { problems: outcome.problems, isReplayed: false, isBatched: false };
  const program = new Program<Tables>(plan);
  const status = statusOf(task);
  const isReplayed = !outcome.isDecided && task.runtime.reconciled.length === 0;
  const problems = [...conserved(status, outcome), ...delivered(task, outcome)];
  if (isReplayed) problems.push(...sameAsReplay(replayed(program, outcome), outcome, status, tables));
  const comparable = new Map([...tables].filter(([name]) => isOrderFree(plan, plan.tables.get(name) as number, outcome.faults.late > 0)));
  const isBatched = isReplayed && comparable.size > 0 && nothingRefused(status);
  const wrong = isBatched ? await sameAsBatch(plan, outcome, comparable) : undefined;
  problems.push(...(wrong ?? []));
  return { problems, isReplayed, isBatched: wrong !== undefined };
}

function conserved({ sources, holds }: Status, { given }: Outcome): string[] {
  const problems: string[] = holds.length > 0 ? [`${holds.length} holds were left at the end`] : [];
  for (const [name, partitions] of given) {
    partitions.forEach((rows, p) => {
      const { records = 0, events = 0, bad = 0, numbered } = sources[name]?.[p] ?? {};
      if (records !== rows.length) problems.push(`source '${name}', partition ${p}: ${records} records counted, ${rows.length} were there`);
      const counted = numbered === undefined ? events : numbered.events + numbered.controls + numbered.repeated + numbered.contradictions;
      if (counted + bad !== records) problems.push(`source '${name}', partition ${p}: ${counted} counted and ${bad} bad make no ${records} records`);
    });
  }
  return problems;
}

/** Also where nobody knows what the rows should be, none may be missing. */
function delivered({ runtime }: Task, { receivers }: Outcome): readonly string[] {
  return receivers.flatMap((receiver) => {
    const next = runtime.sinks.find(({ name }) => name === receiver.name)?.output.next ?? 0;
    const missing = receiver.missing(next);
    return missing === undefined ? [] : [`sink '${receiver.name}' was never given its row ${missing} of ${next}`];
  });
}

function sameAsReplay(driver: TestDriver<Tables>, { receivers }: Outcome, status: Status, tables: ReadonlyMap<string, Rows>): string[] {
  const problems: string[] = [];
  for (const { name, rows } of receivers) {
    const expected = driver.sink(name).rows();
    const at = expected.findIndex((row, i) => !isSame(row, rows[i]));
    const differs = at >= 0 ? at : rows.length === expected.length ? -1 : expected.length;
    if (differs >= 0) problems.push(`sink '${name}' was given ${shown(rows[differs])} as row ${differs} of ${rows.length}; in one life it is ${shown(expected[differs])} of ${expected.length}`);
  }
  for (const [name, rows] of tables) {
    const expected = [...(driver.table(name as never) as { scan(): Iterable<Row<unknown, unknown>> }).scan()];
    const wrong = difference(rows, expected);
    if (wrong !== undefined) problems.push(`table '${name}' ${wrong}`);
  }
  const { sources, states, bad: setAside } = driver.status();
  if (setAside !== status.bad) problems.push(`${status.bad} records were set aside; in one life it is ${setAside}`);
  for (const [name, counted] of Object.entries(status.states)) {
    const { late, duplicates, conflicts } = counted;
    const other = states[name];
    if (other === undefined || late !== other.late || duplicates !== other.duplicates || conflicts !== other.conflicts) problems.push(`'${name}' counted ${shown(counted)}; in one life it is ${shown(other)}`);
  }
  for (const [name, partitions] of Object.entries(status.sources)) {
    partitions.forEach(({ events, bad, frontier }, p) => {
      const other = sources[name]?.[p];
      if (other?.events !== events || other.bad !== bad || other.frontier !== frontier) problems.push(`source '${name}', partition ${p} counted ${events} events and ${bad} bad up to ${frontier}; in one life ${shown(other)}`);
    });
  }
  return problems;
}

/** Steps whose result rests on the order of arrival, or on how far the frontier was. */
const BY_ARRIVAL: ReadonlySet<string> = new Set(['process', 'concat', 'numbered', 'versioned', 'asOf', 'toTable', 'changesTable', 'streamJoin', 'reorder', 'changes', 'final']);

/** Aggregations whose result may rest on the order of arrival: they are named in what is aggregated. */
const ORDERED = /\b(first|last|reduce|custom|collect|top)\b/;

/**
 * Whether what a node says is the same in every order in which its events may come. Hopping windows count one that is
 * late for some of them in the others, and nobody refuses it.
 */
function isOrderFree({ nodes }: Pick<Plan, 'nodes'>, id: number, someAreLate: boolean): boolean {
  const node = nodes[id] as PlanNode;
  if (node.kind === 'window' && node.windowing.kind === 'hopping' && someAreLate) return false;
  if (BY_ARRIVAL.has(node.kind) || (node.kind === 'window' && node.windowing.kind === 'count') || (node.kind === 'source' && node.complete.kind === 'sequences')) return false;
  if ('columns' in node && ORDERED.test(node.columns.name)) return false;
  return node.inputs.every((input) => isOrderFree({ nodes }, input.node, someAreLate));
}

function nothingRefused({ sources, states }: Status): boolean {
  return Object.values(states).every(({ late, conflicts }) => late === 0 && conflicts === 0) && Object.values(sources).flat().every(({ bad }) => bad === 0);
}

/** Undefined: ids came with several times, so which of their events count rests on the order in which they came. */
async function sameAsBatch(plan: Plan, { given }: Outcome, tables: ReadonlyMap<string, Rows>): Promise<string[] | undefined> {
  const ids = new IdTimes();
  const nodes = plan.nodes.map((node) => {
    if (node.kind === 'source') return { ...node, time: ids.watchedTime(node.time), spec: listed(given.get(node.name) ?? []) };
    return node.kind === 'dedupe' ? { ...node, eventId: ids.watchedId(node.id, node.eventId) } : node;
  });
  const batch = await new Program<Tables>({ ...plan, nodes }).batch({ anyTime: true });
  if (!ids.areUnambiguous) return undefined;
  return [...tables].flatMap(([name, rows]) => {
    // The batch keeps every window; a program keeps them for some time.
    const expected = (batch.tables as Record<string, Rows>)[name] ?? [];
    const known = new Map(expected.map((row) => [placeOf(row), row]));
    return rows.flatMap((row) => {
      const other = known.get(placeOf(row));
      return other !== undefined && isSame(row.value, other.value) ? [] : [`table '${name}' says ${shown(row.value)} at ${shownPlace(row)}; the batch says ${shown(other?.value)}`];
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
