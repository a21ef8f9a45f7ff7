import { checkGiven, checkMade } from '../argument.ts';
import { type Duration, durationText } from '../time/duration.ts';
import type { Schedule } from '../time/schedule.ts';

/** What happens to an event whose window is closed when it comes. */
export type LatePolicy = DropPolicy | RevisePolicy | ReconcilePolicy | HaltPolicy;

/** It is counted, and sent to `.late`. */
export interface DropPolicy {
  readonly kind: 'drop';
}

/** The closed window is counted again, and leaves again as a change; after `retainMs` of event time it is final. */
export interface RevisePolicy {
  readonly kind: 'revise';
  readonly retainMs: Duration;
}

/** It waits for a recount of everything: each difference leaves as an adjustment. */
export interface ReconcilePolicy {
  readonly kind: 'reconcile';
  readonly at: Schedule;
  readonly keepMs: Duration;
}

/** What stands still when an event is late: its key, its partition, or every source. */
export type HaltScope = 'key' | 'partition' | 'pipeline';

/** It waits in a hold until a person decides. */
export interface HaltPolicy {
  readonly kind: 'halt';
  readonly scope: HaltScope;
  /** How long what has left is kept, so that a late event can be accepted. */
  readonly keepMs: Duration;
  /** Of the scope `key`: how many events may wait behind holds; the partition that brings more is not read. */
  readonly parkingMax: number;
}

/**
 * The same where what has left is never counted again, so that nothing is kept for it: of sessions, sliding windows
 * and groups, joins of streams, `toTable` and `reorder`.
 */
export interface BareHaltPolicy<Scope extends HaltScope = HaltScope> {
  readonly kind: 'halt';
  readonly scope: Scope;
  readonly keepMs: undefined;
  /** As in HaltPolicy. */
  readonly parkingMax: number;
}

/** How many events may wait behind the holds of one operator, unless it says otherwise. */
const PARKING_MAX = 10_000;

/** Late events are counted, and sent to `.late`: the default. */
export function drop(): DropPolicy {
  return dropped;
}

/**
 * A late event changes the closed window it belongs to: what left goes back, exactly, and the new value
 * leaves instead, with revision and cause.
 *
 * A window closed on proof is final at once. Otherwise it is final once the frontier is `retain` past its
 * end; what comes later than that is dropped.
 */
export function revise(options: { readonly retain: Duration }): RevisePolicy {
  checkGiven('revise(options)', options, ['retain']);
  const { retain } = options;
  if (!Number.isSafeInteger(retain) || retain <= 0) throw new RangeError(`revise({ retain: ${retain} }): expected a positive whole number of ms`);
  return Object.freeze({ kind: 'revise', retainMs: retain });
}

/**
 * Late events change nothing that has left. At the times of `at` everything is counted again from the
 * sources, up to one commit, with nothing late; each result that comes out otherwise than it left leaves
 * as a new fact on `.adjustments`, which names what it adjusts.
 *
 * Results are compared until the frontier is `keep` past the end of their window: of sessions and groups let
 * `keep` be longer than they last. All windows but counts have it. The sources must be
 * such as can be read again: files, or logs that are kept for ever.
 */
export function reconcile(options: { readonly at: Schedule; readonly keep: Duration }): ReconcilePolicy {
  checkGiven('reconcile(options)', options, ['at', 'keep']);
  const { at, keep } = options;
  checkMade('reconcile({ at })', at, ['next'], "a schedule, such as daily('02:00', 'UTC')");
  if (!Number.isSafeInteger(keep) || keep <= 0) throw new RangeError(`reconcile({ keep: ${keep} }): expected a positive whole number of ms`);
  return Object.freeze({ kind: 'reconcile', at, keepMs: keep });
}

/**
 * A late event is held until a person decides, see `Program.holds` and `resolve`; meanwhile, by scope, later
 * events of its key wait, its partition is not read, or no source is.
 *
 * To `discard` it counts it as late and sends it to `.late`; to `accept` it adds it to what has left, and the
 * difference leaves on `.adjustments`. The latter is offered until the frontier is `keep` past the end of the
 * window. What has left never changes. With the scope `key` at most `parkingMax` events wait, default 10,000;
 * then the partition that brings more is not read either.
 *
 * Tumbling, calendar and hopping windows are told `keep`. Sessions, sliding windows, groups, joins of streams,
 * `toTable` and `reorder`, which count nothing again, are not; of them `accept` is offered only by `reorder`, and by
 * `toTable` where its key is not there.
 */
export function halt(options: { readonly scope: HaltScope; readonly keep: Duration; readonly parkingMax?: number }): HaltPolicy;
export function halt<Scope extends HaltScope>(options: { readonly scope: Scope; readonly keep?: undefined; readonly parkingMax?: number }): BareHaltPolicy<Scope>;
export function halt(options: { readonly scope: HaltScope; readonly keep?: Duration | undefined; readonly parkingMax?: number }): HaltPolicy | BareHaltPolicy {
  checkGiven('halt(options)', options, ['scope', 'keep', 'parkingMax']);
  const { scope, keep, parkingMax = PARKING_MAX } = options;
  if (!['key', 'partition', 'pipeline'].includes(scope)) throw new RangeError(`halt({ scope: ${scope} }): expected 'key', 'partition' or 'pipeline'`);
  if (keep !== undefined && (!Number.isSafeInteger(keep) || keep < 0)) throw new RangeError(`halt({ keep: ${keep} }): expected a non-negative whole number of ms`);
  if (!Number.isSafeInteger(parkingMax) || parkingMax <= 0) throw new RangeError(`halt({ parkingMax: ${parkingMax} }): expected 1 or more`);
  return Object.freeze({ kind: 'halt', scope, keepMs: keep, parkingMax }) as HaltPolicy | BareHaltPolicy;
}

const dropped: DropPolicy = Object.freeze({ kind: 'drop' });

/** Whether differences to what has left leave: where it is counted again. */
export function hasAdjustments(late: LatePolicy | BareHaltPolicy): boolean {
  return late.kind === 'reconcile' || (late.kind === 'halt' && late.keepMs !== undefined);
}

/** As `describe()` shows it. */
export function lateText(late: LatePolicy | BareHaltPolicy): string {
  if (late.kind === 'drop') return 'drop';
  if (late.kind === 'revise') return `revise for ${durationText(late.retainMs)}`;
  if (late.kind === 'halt') {
    const parking = late.scope === 'key' ? `, at most ${late.parkingMax} parked` : '';
    const kept = late.keepMs === undefined ? '' : `, kept ${durationText(late.keepMs)}`;
    return `halt the ${late.scope}${kept}${parking}`;
  }
  return `reconcile ${late.at.text}, kept ${durationText(late.keepMs)}`;
}

/** When rows of open windows leave before they close: after each event, or each `everyMs` of event time. */
export type Early = { readonly kind: 'each' } | { readonly kind: 'every'; readonly everyMs: Duration };

/** Rows of open windows that have changed leave whenever the frontier passes a multiple of `period`. */
export function every(period: Duration): Early {
  if (!Number.isSafeInteger(period) || period <= 0) throw new RangeError(`every(${period}): expected a positive whole number of ms`);
  return Object.freeze({ kind: 'every', everyMs: period });
}

/** In the signature of a state: holds and what waits behind them are kept with it. Nothing where events are dropped. */
export function haltSignature(late: DropPolicy | BareHaltPolicy): string {
  return late.kind === 'halt' ? `, late: halt the ${late.scope}` : '';
}

/** As `describe()` shows it. */
export function earlyText(early: Early | undefined): string {
  if (early === undefined) return '';
  return early.kind === 'each' ? ', early: each' : `, early: every ${durationText(early.everyMs)}`;
}
