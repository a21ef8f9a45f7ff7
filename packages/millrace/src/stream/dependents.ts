import { errors } from '../error.ts';
import { behindTable, namedTables, tableNamed } from '../plan/dependents.ts';
import type { Plan } from '../plan/node.ts';
import type { Changelog } from '../task/changelog.ts';
import type { Corrected, Reached } from '../task/corrections.ts';
import type { RuntimeSink } from '../task/runtime.ts';
import type { Task } from '../task/task.ts';
import type { Takes } from './sink.ts';

/** Something that gets what a table says: a table, a way out of the program, or somebody outside. */
export type Dependent =
  | { readonly kind: 'table'; readonly name: string }
  /** `delivered`: every row with a smaller number has been taken. */
  | { readonly kind: 'sink'; readonly name: string; readonly takes: Takes; readonly delivered: number }
  /** `changes`: how many there have been, which is the position of the next. */
  | { readonly kind: 'changelog'; readonly name: string; readonly changes: number }
  /** `acknowledged`: every change with a smaller position has been acknowledged. */
  | { readonly kind: 'subscriber'; readonly name: string; readonly changelog: string; readonly acknowledged: number };

/** Where a correction went, and whether it has arrived. */
export interface CorrectionReached extends Reached {
  /** Whether all of these rows have been taken; in a changelog they are as soon as they are committed. */
  readonly delivered: boolean;
  /** Of a changelog: whether its subscribers have acknowledged all of these changes; those that began behind them are not here. */
  readonly subscribers: readonly { readonly name: string; readonly acknowledged: boolean }[];
}

/** Something that a table had said of a window that was over, or of a result, and says otherwise now. */
export interface Correction extends Omit<Corrected, 'reached'> {
  /** Its place among all corrections, from 0 without gaps. */
  readonly number: number;
  /** When it was committed, in ms since the Unix epoch; undefined: it is not yet, which only a program without a store shows. */
  readonly at: number | undefined;
  /** The sinks and changelogs behind the table that got rows in the same step, in the order of the program. */
  readonly reached: readonly CorrectionReached[];
}

/** Which corrections are asked for. */
export interface CorrectionRange {
  /** Only of this table. */
  readonly table?: string;
  /** Only from this number on. Default: from the oldest that is kept. */
  readonly from?: number;
  /** Only those committed at or after this time, in ms since the Unix epoch. */
  readonly since?: number;
  /** At most so many, 1 to 1,000. Default 100. */
  readonly max?: number;
}

/** The most corrections of one answer. */
export const CORRECTIONS_MAX = 1_000;
const CORRECTIONS_USUAL = 100;

/** See `Program.dependents`. */
export function dependentsOf(plan: Plan, task: Task, table: string): readonly Dependent[] {
  const names = new Map([...namedTables(plan)].map(([name, id]) => [id, name]));
  return behindTable(plan.nodes, numberOf(plan, table)).flatMap(({ node }): readonly Dependent[] => {
    if (node.kind !== 'sink') {
      const name = names.get(node.id);
      return name === undefined ? [] : [{ kind: 'table', name }];
    }
    const { name, takes } = node;
    const changelog = task.changelogs.find((one) => one.name === name);
    return changelog === undefined ? [{ kind: 'sink', name, takes, delivered: deliveredTo(task, name) }] : changelogAndSubscribers(changelog);
  });
}

/** See `Program.corrections`. */
export function correctionsOf(plan: Plan, task: Task, { table, from = 0, since = 0, max = CORRECTIONS_USUAL }: CorrectionRange): readonly Correction[] {
  if (!Number.isSafeInteger(from) || from < 0) throw new RangeError(`from: ${from}: expected the number of a correction, from 0`);
  if (!Number.isInteger(max) || max < 1 || max > CORRECTIONS_MAX) throw new RangeError(`max: ${max}: expected 1 to ${CORRECTIONS_MAX} corrections`);
  const id = table === undefined ? undefined : numberOf(plan, table);
  const name = [...namedTables(plan)].find(([, one]) => one === id)?.[0];
  const found: Correction[] = [];
  for (const { position, at, row } of task.corrections.read(from)) {
    if ((id !== undefined && row.table !== name) || at < since) continue;
    found.push({ ...row, number: position, at: Number.isNaN(at) ? undefined : at, reached: row.reached.map((one) => arrived(task, one)) });
    if (found.length === max) break;
  }
  return found;
}

function arrived(task: Task, one: Reached): CorrectionReached {
  const changelog = one.kind === 'changelog' ? task.changelogs.find(({ name }) => name === one.dependent) : undefined;
  if (changelog === undefined) return { ...one, delivered: deliveredTo(task, one.dependent) >= one.end, subscribers: [] };
  const subscribers = [...changelog.subscribers].filter(([, { since }]) => since < one.end);
  return { ...one, delivered: true, subscribers: subscribers.map(([name, { acknowledged }]) => ({ name, acknowledged: acknowledged >= one.end })) };
}

function changelogAndSubscribers({ name: changelog, log, subscribers }: Changelog): readonly Dependent[] {
  return [
    { kind: 'changelog', name: changelog, changes: log.end },
    ...[...subscribers].map(([name, { acknowledged }]) => ({ kind: 'subscriber', name, changelog, acknowledged }) as const),
  ];
}

/** In memory a sink has its rows at once. A sink that the program has no more got what was to be delivered. */
function deliveredTo({ runtime, durable }: Task, name: string): number {
  const sink: RuntimeSink | undefined = runtime.sinks.find((one) => one.name === name);
  if (sink === undefined) return Number.POSITIVE_INFINITY;
  return durable ? sink.output.delivered : sink.output.next;
}

function numberOf(plan: Plan, table: string): number {
  const id = tableNamed(plan, table);
  if (id === undefined) throw errors.UNKNOWN_TABLE({ pipeline: plan.name, table, known: [...namedTables(plan).keys()] });
  return id;
}
