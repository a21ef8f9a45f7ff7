/**
 * The way from a producer to whoever receives its messages.
 *
 * The producer keeps these promises:
 * - for each partition one delivery is under way at a time, and messages come in the order of their numbers;
 * - a message that was not acknowledged comes again, the same to the byte.
 *
 * Transports keep these:
 * - `deliver` resolves once every message of it is durable at the receiver, or refused for good;
 * - it rejects where that is not known: some of them may have arrived;
 * - once the signal is aborted it may reject at once.
 */
export interface Transport {
  /** The other end, for people. */
  readonly to: string;
  /** How many partitions there are; deliveries go to those from 0 to partitions - 1. */
  readonly partitions: number;
  /** `messages` are the JSON of one Message each. */
  deliver(partition: number, messages: readonly string[], signal: AbortSignal): Promise<Delivery>;
  close(): Promise<void>;
}

/** What became of the messages of one delivery. */
export interface Delivery {
  /** By their place in it, those that the receiver will never take, with the reason. All others are durable. */
  readonly refused: ReadonlyMap<number, string>;
}

export const ALL_DELIVERED: Delivery = Object.freeze({ refused: new Map<number, string>() });
