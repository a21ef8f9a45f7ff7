import type { UsageFact } from '../domain/usage-fact.ts';
import type { Message, Previous } from 'millrace';

/** What the usage log holds: facts, numbered, and what their gateways promise. */
export type UsageMessage = Message<UsageFact>;

/**
 * Numbers the messages of one gateway in one life of it: (producer, epoch, sequence), from 0, without gaps.
 *
 * A number is taken when a fact is handed to the log, so the order of numbers is the order of the log.
 * Heartbeats and the close have no number of their own: they name the last one.
 */
export class Numbering {
  readonly producer: string;
  readonly epoch: number;
  #next = 0;

  constructor(producer: string, epoch: number) {
    this.producer = producer;
    this.epoch = epoch;
  }

  event(value: UsageFact): UsageMessage {
    return { kind: 'event', producer: this.producer, epoch: this.epoch, sequence: this.#next++, value };
  }

  /** Takes back the last numbers: the facts that had them are not in the log. */
  takeBack(count: number): void {
    this.#next -= count;
  }

  /** Nothing with a time below `promise` follows. */
  heartbeat(promise: number, previous?: Previous): UsageMessage {
    const { producer, epoch } = this;
    return { kind: 'heartbeat', producer, epoch, sequence: this.#next - 1, promise, ...(previous === undefined ? {} : { previous }) };
  }

  close(): UsageMessage {
    return { kind: 'close', producer: this.producer, epoch: this.epoch, sequence: this.#next - 1 };
  }
}
