/*
 * What a producer that numbers its messages sends.
 *
 * The key of a message is (producer, epoch, partition, sequence). The partition is where it is sent to,
 * the sequence counts the events of one producer and epoch in one partition: 0, 1, 2, …
 */

/**
 * - An event takes the next sequence.
 * - A heartbeat takes none. It says which sequence was the last one sent, -1 for none, and promises that
 *   nothing with a time below `promise` will follow it. An epoch begins with one.
 * - A close is the last message of an epoch: the last sequence, and goodbye.
 */
export type Message<T> =
  | {
      readonly kind: 'event';
      readonly producer: string;
      readonly epoch: number;
      readonly sequence: number;
      readonly value: T;
      readonly previous?: Previous;
    }
  | {
      readonly kind: 'heartbeat';
      readonly producer: string;
      readonly epoch: number;
      /** The last one sent; -1: none. */
      readonly sequence: number;
      /** In ms since the Unix epoch: nothing with a time below it will follow. */
      readonly promise: number;
      readonly previous?: Previous;
    }
  | {
      readonly kind: 'close';
      readonly producer: string;
      readonly epoch: number;
      /** The last one sent; -1: none. */
      readonly sequence: number;
      readonly previous?: Previous;
    };

/**
 * The epoch before, and the last sequence that it sent to this partition; -1: none. A message without it
 * does not know: it is of the first epoch, or the producer's journal was lost.
 */
export interface Previous {
  readonly epoch: number;
  readonly sequence: number;
}

/** The longest name of a producer, in UTF-16 code units. */
export const PRODUCER_NAME_LENGTH_MAX = 200;
/** The longest message, in bytes of its JSON: what httpIngest takes as a line by default. */
export const MESSAGE_BYTES_MAX: number = 1024 * 1024;
