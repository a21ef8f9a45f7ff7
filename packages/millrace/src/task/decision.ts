import type { HoldChoice } from './hold.ts';
import type { Message } from '../time/producers/message.ts';

/**
 * What decided on results besides the events themselves: a clock, or a person.
 *
 * - `idle`: an out-of-order partition had nothing to give, and its frontier followed the clock to `to`.
 * - `clock`: nobody of a numbered partition was left to wait for; its frontier followed the clock to `to`.
 * - `silent`: nothing had come from a producer for `silentAfter`.
 * - `lost`: a producer was given up at event time `until`; by a person, or for its silence.
 * - `resolved`: a person decided on a hold.
 * - `contradiction`: no decision but its occasion: what a producer said against its own word.
 */
export type Decision =
  | { readonly kind: 'idle' | 'clock'; readonly to: number }
  | { readonly kind: 'silent'; readonly producer: string }
  | { readonly kind: 'lost'; readonly producer: string; readonly until: number; readonly evidence: 'assumed' | 'declared'; readonly by: string; readonly reason: string }
  | { readonly kind: 'resolved'; readonly hold: number; readonly choice: HoldChoice; readonly until: number; readonly by: string; readonly reason: string }
  | { readonly kind: 'contradiction'; readonly hold: number; readonly evidence: string; readonly message: Message<unknown> };

/** A decision as it is kept: on what, and where in the input it was made. */
export interface DecisionRecord {
  /** Undefined: it concerns more than one partition. */
  readonly source: string | undefined;
  readonly partition: number | undefined;
  /** How many records of each partition had been taken: of all sources, in the order of the program. */
  readonly at: readonly number[];
  /** When it was made, in ms since the Unix epoch. */
  readonly clock: number;
  readonly decision: Decision;
}
