import type { Output } from '../operator/operator.ts';
import type { Moment } from './moment.ts';
import type { Parcel, SinkDriver } from './sink.ts';

/** How many rows are encoded at a time, without waiting for the commit: encoded they are small, and no work for the garbage collector. */
const PARCEL_ROWS = 1024;

/**
 * The last operator before a sink: in memory it hands each row on at once; with a store it
 * gathers the rows of the commit that is being made.
 */
export class SinkOutput<T> implements Output<T> {
  /** The number of the next row. */
  next = 0;
  /** With a store: every row with a smaller number has been taken. */
  delivered = 0;
  /** With a store: what has been encoded since the last commit. */
  parcels: Parcel[] = [];
  driver: SinkDriver<T> | undefined;
  readonly #moment: Moment;
  readonly #durable: boolean;
  /** With a store: the rows that are not encoded yet, the last of which has the number next − 1. */
  #rows: T[] = [];
  /** When there are so many of them, they are encoded. */
  #rowsMax = PARCEL_ROWS;

  constructor(moment: Moment, durable: boolean) {
    this.#moment = moment;
    this.#durable = durable;
  }

  push(value: T): void {
    this.#moment.touched = true;
    const number = this.next;
    this.next = number + 1;
    if (this.#durable) this.#gather(value);
    else (this.driver as SinkDriver<T>).write(value, number);
  }

  /** Whether rows are encoded one by one, as they come: what cannot be encoded then fails with what made it. */
  careful(isCareful: boolean): void {
    this.#rowsMax = isCareful ? 1 : PARCEL_ROWS;
  }

  revise(): void {
    throw new Error('a sink was connected to a table; it takes the changes of one');
  }

  /** Encodes what has not been. */
  encode(): void {
    const rows = this.#rows;
    if (rows.length === 0) return;
    const payload = (this.driver as SinkDriver<T>).encode(rows);
    this.parcels.push({ payload, first: this.next - rows.length });
    this.#rows = [];
  }

  #gather(value: T): void {
    this.#rows.push(value);
    if (this.#rows.length < this.#rowsMax) return;
    try {
      this.encode();
    } catch (error) {
      if (this.#rowsMax === 1) throw error;
      // No fault of the row that came last: the commit tries again, and says it.
      this.#rowsMax = Number.POSITIVE_INFINITY;
    }
  }
}
