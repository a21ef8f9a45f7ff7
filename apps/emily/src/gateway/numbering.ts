import type { Numbered } from '../domain/usage-fact.ts';

/**
 * Numbers the facts of one gateway in one life of it: (producer, epoch, sequence), from 0, without gaps.
 *
 * A number is taken when a fact is handed to the log, so the order of numbers is the order of the log.
 */
export class Numbering {
  readonly producer: string;
  readonly epoch: number;
  #next = 0;

  constructor(producer: string, epoch: number) {
    this.producer = producer;
    this.epoch = epoch;
  }

  next(): Numbered {
    return { producer: this.producer, epoch: this.epoch, sequence: this.#next++ };
  }

  /** Takes back the last numbers: the facts that had them are not in the log. */
  takeBack(count: number): void {
    this.#next -= count;
  }
}
