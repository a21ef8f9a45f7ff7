import { checkDrops, checkLate, lateOf } from '../operator/late-check.ts';
import { type BareHaltPolicy, type DropPolicy, type LatePolicy, type ReconcilePolicy, type RevisePolicy, drop } from '../operator/late-policy.ts';
import type { Windowing } from '../time/windowing.ts';

/** Which policies windows of a kind have, see `checkWindowed`. */
export type LateOf<W extends Pick<Windowing, 'kind'>> = W extends unknown ? LateByKind[W['kind']] : never;

interface LateByKind {
  readonly aligned: LatePolicy;
  readonly hopping: LatePolicy;
  readonly sliding: OwnLate;
  readonly session: OwnLate;
  readonly group: OwnLate;
  readonly count: DropPolicy;
  readonly global: Exclude<OwnLate, BareHaltPolicy>;
}

type OwnLate = DropPolicy | RevisePolicy | ReconcilePolicy | BareHaltPolicy;

/*
 * What steps can be told about late events that count nothing again: to drop them, or to let a person decide.
 */

type Bare = DropPolicy | BareHaltPolicy;

/** Of steps whose keys may stand still. */
export function lateByKey(step: string, options: object): Bare {
  checkLate(step, lateOf(options), ['drop', 'halt, nothing kept'], 'nothing that has left is counted again');
  return (lateOf(options) as Bare | undefined) ?? drop();
}

/** Of a join without an end. */
export function lateNever(step: string, options: object): DropPolicy {
  checkLate(step, lateOf(options), ['drop'], "nothing is late within: 'forever'");
  return drop();
}

/** Of `reorder`: by sequence an event is late only for its own number, and leaves no more. */
export function lateInOrder(step: string, options: { readonly by: unknown }): Bare {
  if (options.by !== 'time') checkDrops(step, options);
  else checkLate(step, lateOf(options), ['drop', 'halt, without keys'], 'its events have no keys, and nothing that has left is counted again');
  return (lateOf(options) as Bare | undefined) ?? drop();
}
