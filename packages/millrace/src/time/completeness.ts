import { checkGiven, checkOptions, refuse } from '../argument.ts';
import type { Duration } from './duration.ts';

/** How a source knows that nothing older will come: an assumption, or what its producers say. */
export type Completeness = OutOfOrder | Sequences;

/**
 * An assumption: an event may be at most `bound` behind the newest one of its partition, so after an event
 * at t the partition's frontier is t − bound. Evidence: `assumed`. A partition that has had nothing to give
 * for `idleAfter` follows the clock at the distance of both, so windows close without new events. When a
 * bounded input is over, its frontier is the end of time. Evidence: `ended`.
 */
export interface OutOfOrder {
  readonly kind: 'out-of-order';
  readonly boundMs: Duration;
  /** Infinity: silence is never taken for idleness. */
  readonly idleAfterMs: number;
}

/**
 * A proof: the source's records are messages of producers that number what they send and promise what they
 * will not send any more. A partition's frontier is the least promise over its roster. Evidence: `proved`.
 */
export interface Sequences {
  readonly kind: 'sequences';
  /** Who has to be heard on every partition. */
  readonly roster: readonly string[];
  readonly silentAfterMs: Duration;
  /** Infinity: nobody is given up but by a person. */
  readonly lostAfterMs: number;
  readonly onSilent: OnSilent;
  readonly onUnknown: 'join' | 'bad';
}

/**
 * - `wait`: the frontier waits for who is silent.
 * - `assume`: it goes on without them, assumed, until they are heard again.
 * - `hold`: it waits, and a person decides.
 */
export type OnSilent = 'wait' | 'assume' | 'hold';

export interface SequencesOptions {
  /** Names of producers that have to be heard before anything is proved. Default: nobody; they join. */
  readonly roster?: readonly string[];
  /** After how long without a message a producer is silent. Only time in which the source has nothing to give counts. */
  readonly silentAfter: Duration;
  /** After how long it is given up, assumed lost. At least `silentAfter`. Default: never. */
  readonly lostAfter?: Duration;
  /** Default: 'wait'. */
  readonly onSilent?: OnSilent;
  /** Whether one that is not on the roster joins it, or its messages are bad input. Default: 'join'. */
  readonly onUnknown?: 'join' | 'bad';
}

/** Events are at most `bound` older than the newest event of their partition. */
export function outOfOrder(bound: Duration, options: { readonly idleAfter?: Duration } = {}): OutOfOrder {
  checkOptions('outOfOrder(bound, options)', options, ['idleAfter']);
  const { idleAfter } = options;
  if (!Number.isSafeInteger(bound) || bound < 0) {
    throw new RangeError(`outOfOrder(${bound}): expected a non-negative whole number of milliseconds`);
  }
  if (idleAfter !== undefined && (!Number.isSafeInteger(idleAfter) || idleAfter <= 0)) {
    throw new RangeError(`outOfOrder(…, { idleAfter: ${idleAfter} }): expected a positive whole number of milliseconds`);
  }
  return Object.freeze({ kind: 'out-of-order', boundMs: bound, idleAfterMs: idleAfter ?? Number.POSITIVE_INFINITY });
}

/** Producers number what they send: a frontier is a proof, and `program.missing()` says who is missing what. */
export function sequences(options: SequencesOptions): Sequences {
  checkGiven('sequences(options)', options, ['roster', 'silentAfter', 'lostAfter', 'onSilent', 'onUnknown']);
  const { roster = [], silentAfter, lostAfter, onSilent = 'wait', onUnknown = 'join' } = options;
  if (!Number.isSafeInteger(silentAfter) || silentAfter <= 0) {
    throw new RangeError(`sequences({ silentAfter: ${silentAfter} }): expected a positive whole number of milliseconds`);
  }
  if (lostAfter !== undefined && !(Number.isSafeInteger(lostAfter) && lostAfter >= silentAfter)) {
    throw new RangeError(`sequences({ lostAfter: ${lostAfter} }): expected a whole number of milliseconds, at least silentAfter (${silentAfter})`);
  }
  if (!['wait', 'assume', 'hold'].includes(onSilent)) throw new RangeError(`sequences({ onSilent: ${onSilent} }): expected 'wait', 'assume' or 'hold'`);
  if (!['join', 'bad'].includes(onUnknown)) throw new RangeError(`sequences({ onUnknown: ${onUnknown} }): expected 'join' or 'bad'`);
  if (!Array.isArray(roster)) refuse('sequences({ roster })', 'a list of names', roster);
  if (roster.some((name) => typeof name !== 'string' || name === '') || new Set(roster).size < roster.length) {
    throw new RangeError(`sequences({ roster: [${roster.join(', ')}] }): expected names, each once`);
  }
  if (onUnknown === 'bad' && roster.length === 0) throw new RangeError("sequences({ onUnknown: 'bad' }) without a roster takes nothing: name who may send");
  return Object.freeze({
    kind: 'sequences',
    roster: Object.freeze([...roster]),
    silentAfterMs: silentAfter,
    lostAfterMs: lostAfter ?? Number.POSITIVE_INFINITY,
    onSilent,
    onUnknown,
  });
}
