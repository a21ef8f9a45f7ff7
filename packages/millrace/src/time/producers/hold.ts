import type { Message } from './message.ts';

/** Why a partition's frontier stands still until a person decides. */
export type ProducerHoldReason = 'contradiction' | 'silent';

/**
 * - `wait`: for a silent producer: until it is heard, or lost. For a contradiction: decide later.
 * - `accept`: what the contradicting message says is an event like any other; the late policy judges it.
 * - `discard`: it is no event; the frontier goes on.
 * - `declare-lost`: the producer is given up.
 * - `proceed`: without waiting for the producer, or in spite of the contradiction; the frontier goes on, assumed.
 */
export type ProducerHoldChoice = 'wait' | 'accept' | 'discard' | 'declare-lost' | 'proceed';

export const choicesFor: Readonly<Record<ProducerHoldReason, readonly ProducerHoldChoice[]>> = {
  contradiction: ['wait', 'accept', 'discard', 'declare-lost', 'proceed'],
  silent: ['wait', 'declare-lost', 'proceed'],
};

/** A hold as it is kept in the store. */
export interface ProducerHold {
  /** Counts the holds of the program, from 1; of a roster on its own, those of the roster. */
  readonly id: number;
  readonly reason: ProducerHoldReason;
  readonly producer: string;
  /** What was seen, in a sentence. */
  readonly evidence: string;
  /** When it began, in ms since the Unix epoch. */
  readonly since: number;
  /** Where the contradicting message is in the log of decisions. */
  readonly entry: number | null;
}

/** What contradicts what: the hold to be, and the message that waits with it. */
export interface Contradiction {
  readonly id: number;
  readonly producer: string;
  readonly evidence: string;
  readonly message: Message<unknown>;
}
