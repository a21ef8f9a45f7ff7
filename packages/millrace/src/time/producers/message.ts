import { type EvidenceName, isEvidenceName } from '../evidence.ts';

/*
 * What a producer that numbers its events says, and how each saying is checked.
 *
 * Events are numbered 0, 1, 2, … per producer, epoch and partition. Heartbeats and the close have no number
 * of their own: they name the last one sent, so they may come twice, and in any order.
 */

/** What a numbered source reads. */
export type Message<T> =
  | { readonly kind: 'event'; readonly producer: string; readonly epoch: number; readonly sequence: number; readonly value: T; readonly previous?: Previous }
  | {
      readonly kind: 'heartbeat';
      readonly producer: string;
      readonly epoch: number;
      /** The last one sent in this epoch to this partition; −1: none. */
      readonly sequence: number;
      /** Nothing with a time below it follows, in ms since the Unix epoch. */
      readonly promise: number;
      /** Where it and those before it rest on no proof. */
      readonly doubts?: readonly SaidDoubt[];
      readonly previous?: Previous;
    }
  | { readonly kind: 'close'; readonly producer: string; readonly epoch: number; /** The last one; −1: none. */ readonly sequence: number; /** As of a heartbeat. */ readonly doubts?: readonly SaidDoubt[]; readonly previous?: Previous };

/** A stretch of event time, and on what it rests that nothing of it is missing, where that is no proof. */
export interface SaidDoubt {
  readonly from: number;
  /** null: to the end of time. */
  readonly to: number | null;
  readonly evidence: readonly EvidenceName[];
}

/** The most of them in a message. */
export const SAID_DOUBTS_MAX = 256;

/** The epoch before, and its last sequence on this partition; −1: none. */
export interface Previous {
  readonly epoch: number;
  readonly sequence: number;
}

/** The longest name of a producer, in UTF-16 code units. */
export const PRODUCER_NAME_MAX = 200;

/** Refuses what is no name of a producer; `what` is the call. */
export function checkProducer(what: string, name: unknown): asserts name is string {
  if (typeof name === 'string' && name !== '' && name.length <= PRODUCER_NAME_MAX) return;
  throw new RangeError(`${what}: expected a name of 1 to ${PRODUCER_NAME_MAX} characters, came ${text(name)}`);
}

/** Why something is no message, as the end of a sentence; undefined if it is one. */
export function messageFlaw(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `is ${value === null ? 'null' : `a ${typeof value}`}, expected a message of a producer`;
  const { kind, producer, epoch, sequence, promise, doubts, previous } = value as Record<string, unknown>;
  if (kind !== 'event' && kind !== 'heartbeat' && kind !== 'close') return `has the kind ${text(kind)}, expected event, heartbeat or close`;
  if (typeof producer !== 'string' || producer === '' || producer.length > PRODUCER_NAME_MAX) {
    return `has the producer ${text(producer)}, expected a name of 1 to ${PRODUCER_NAME_MAX} characters`;
  }
  if (!isWhole(epoch, 0)) return `has the epoch ${text(epoch)}, expected a whole number from 0 on`;
  const least = kind === 'event' ? 0 : -1;
  if (!isWhole(sequence, least)) return `has the sequence ${text(sequence)}, expected a whole number from ${least} on`;
  if (kind === 'heartbeat' && !isWhole(promise, 0)) return `has the promise ${text(promise)}, expected whole ms since 1970`;
  if (kind !== 'event' && doubts !== undefined && !areDoubts(doubts)) return `has the doubts ${text(doubts)}, expected ${DOUBTS_EXPECTED}`;
  return previous === undefined ? undefined : previousFlaw(previous, epoch);
}

function previousFlaw(previous: unknown, before: number): string | undefined {
  const { epoch, sequence } = (typeof previous === 'object' ? (previous ?? {}) : {}) as Record<string, unknown>;
  if (isWhole(epoch, 0) && epoch < before && isWhole(sequence, -1)) return undefined;
  return `names epoch ${text(epoch)} with sequence ${text(sequence)} as the one before epoch ${before}, expected a lower epoch and a whole number from -1 on`;
}

/** What doubts have to be, as the end of a sentence. */
export const DOUBTS_EXPECTED: string = `a list of at most ${SAID_DOUBTS_MAX} { from, to, evidence }, in whole ms, the evidence a list of proved, ended, assumed, declared`;

export function areDoubts(value: unknown): value is readonly SaidDoubt[] {
  return Array.isArray(value) && value.length <= SAID_DOUBTS_MAX && value.every(isDoubt);
}

function isDoubt(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { from, to, evidence } = value as Record<string, unknown>;
  return isWhole(from, 0) && (to === null || isWhole(to, from + 1)) && Array.isArray(evidence) && evidence.every(isEvidenceName);
}

const isWhole = (value: unknown, least: number): value is number => Number.isSafeInteger(value) && (value as number) >= least;

const text = (value: unknown): string => (typeof value === 'string' ? `'${value.slice(0, 40)}'` : typeof value === 'object' && value !== null ? 'an object' : String(value));
