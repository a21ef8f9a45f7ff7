import { checkRecord, refuse } from '../argument.ts';
import type { Columns } from '../aggregation/columns.ts';
import type { Duration } from '../time/duration.ts';
import type { Windowing } from '../time/windowing.ts';
import type { BareHaltPolicy, LatePolicy } from '../operator/late-policy.ts';
import { checkLate, stepText } from '../operator/late-check.ts';
import type { AggregateOptions } from './aggregates.ts';

/*
 * What windows can be told depends on what windows they are: what a kind cannot do is refused here, where
 * the program is written.
 */

/** Refuses what is none of the windows there are. */
export function checkWindowing(windowing: unknown): void {
  const expected = "windows, such as tumbling(minutes(1)) or calendar.month('UTC')";
  checkRecord('window(windowing)', windowing, expected);
  if (typeof windowing['text'] !== 'string' || !KINDS.has(windowing['kind'])) refuse('window(windowing)', expected, windowing);
}

const KINDS: ReadonlySet<unknown> = new Set<Windowing['kind']>(['aligned', 'hopping', 'sliding', 'session', 'count', 'group', 'global']);

/** A count is full whenever its last event comes, a global window closes behind everything; a history finds results by windows that are the same for all keys and do not overlap. */
export function checkWindowed({ kind, text }: Windowing, { name, late, history, fill }: AggregateOptions<LatePolicy | BareHaltPolicy>): void {
  const step = stepText(`the aggregation in windows of '${text}'`, name);
  if (kind === 'aligned' || kind === 'hopping') checkLate(step, late, ['drop', 'revise', 'reconcile', 'halt']);
  else if (kind === 'count') checkLate(step, late, ['drop'], 'nothing is late for windows of so many events');
  else if (kind === 'global') checkLate(step, late, ['drop', 'revise', 'reconcile'], 'it closes when the input has ended, and nobody waits after that');
  else checkLate(step, late, ['drop', 'revise', 'reconcile', 'halt, nothing kept'], 'a late event may make other windows of those that have left, and under halt nothing is kept of them');
  if (late?.kind === 'halt' && fill !== undefined) throw new RangeError('fill: a key that stands still has no empty windows; leave fill out, or take another policy than halt');
  if (kind !== 'aligned' && history !== undefined) throw new RangeError(`history: windows of '${text}' have none: it is for tumbling and calendar windows, and for tables without windows`);
}

/** For how long empty windows of a key leave, in ms; 0: they don't. */
export function fillMs<T, V>(fill: Duration | undefined, { kind, text }: Windowing, columns: Columns<T, V>): number {
  if (fill === undefined) return 0;
  if (!Number.isSafeInteger(fill) || fill <= 0) throw new RangeError(`fill: ${fill}: expected a positive whole number of ms`);
  if (kind !== 'aligned' && kind !== 'hopping') throw new RangeError(`fill: windows of '${text}' are not there where nothing happens`);
  if (!hasEmptyResult(columns)) throw new RangeError(`fill: '${columns.name}' has no result of no events; count and sum have`);
  return fill;
}

/** Whether there is a result of no events, in every field. */
function hasEmptyResult<T, V>(columns: Columns<T, V>): boolean {
  const values: readonly unknown[][] = Array.from({ length: columns.slots }, () => []);
  try {
    columns.create(values, 0);
    const result: unknown = columns.result(values, 0);
    return result !== undefined && !(isRecord(result) && Object.values(result).includes(undefined));
  } catch {
    return false; // a result that cannot be made of nothing is none
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
