import type { Output } from '../operator/operator.ts';
import type { Moment } from './moment.ts';
import type { SinkDriver } from './sink.ts';

/**
 * The last operator before a sink: in memory it hands each row on at once; with a store it
 * gathers the rows of the commit that is being made.
 */
export class SinkOutput<T> implements Output<T> {
  /** The number of the next row. */
  next = 0;
  /** With a store: the rows since the last commit, the first of which has number next − pending.length. */
  pending: T[] = [];
  driver: SinkDriver<T> | undefined;
  readonly #moment: Moment;
  readonly #durable: boolean;

  constructor(moment: Moment, durable: boolean) {
    this.#moment = moment;
    this.#durable = durable;
  }

  push(value: T): void {
    this.#moment.touched = true;
    const number = this.next;
    this.next = number + 1;
    if (this.#durable) this.pending.push(value);
    else (this.driver as SinkDriver<T>).write(value, number);
  }

  revise(): void {
    throw new Error('a sink was connected to a table; it takes the changes of one');
  }
}
