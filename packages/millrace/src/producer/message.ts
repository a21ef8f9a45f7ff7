/*
 * What a producer that numbers its messages sends.
 *
 * The key of a message is (producer, epoch, partition, sequence). The partition is where it is sent to,
 * the sequence counts the events of one producer and epoch in one partition: 0, 1, 2, …
 */

export type { Message, Previous, SaidDoubt } from '../time/producers/message.ts';
export { PRODUCER_NAME_MAX as PRODUCER_NAME_LENGTH_MAX } from '../time/producers/message.ts';

/** The longest message, in bytes of its JSON: what httpIngest takes as a line by default. */
export const MESSAGE_BYTES_MAX: number = 1024 * 1024;
