import type { Log, LogBlock, Range } from '../store/log.ts';
import type { Transaction } from '../port/backend.ts';

/** Where a block of such a log stands, and when it was committed. */
export interface KeptBlock {
  readonly first: number;
  /** The position behind its last row. */
  readonly end: number;
  /** When it was committed, in ms since the Unix epoch. */
  readonly at: number;
}

/** A row as it is read. */
export interface KeptRow<T> {
  /** Its place in the log, from 0 without gaps. */
  readonly position: number;
  /** When it was committed, in ms since the Unix epoch; NaN: it is not yet, which only a program without a store shows. */
  readonly at: number;
  readonly row: T;
}

/**
 * A log that each commit adds to, and that is read from any place that it keeps.
 *
 * Positions count rows from 0 without gaps, over restarts. With a store a row is there once its commit is
 * durable; without one as soon as it is made, and nothing outlives the program.
 */
export class KeptLog<T> {
  readonly #log: Log<T>;
  readonly #durable: boolean;
  /** What is put in place of rows that cannot be stored. */
  readonly #storable: ((row: T) => T) | undefined;
  /** Without a store: everything that is kept, but for what is pending. */
  #blocks: LogBlock<T>[] = [];
  #pending: T[] = [];
  /** The oldest block, as it was seen last. */
  #oldest: KeptBlock | undefined;
  /** Behind the rows that are committed. */
  #committed: number;

  constructor(log: Log<T>, durable: boolean, storable?: (row: T) => T) {
    this.#log = log;
    this.#durable = durable;
    this.#storable = storable;
    this.#committed = log.next;
  }

  /** The position of the next row. */
  get next(): number {
    return this.#committed + this.#pending.length;
  }

  /** The position behind the last row that can be read. */
  get end(): number {
    return this.#durable ? this.#committed : this.next;
  }

  /** The position of the oldest row that is kept; `end` where there is none. */
  get first(): number {
    for (const { first } of this.#from(0)) return first;
    return this.end;
  }

  /** Without a store, `rememberedMax` of the newest rows, or up to twice as many, are all that is kept before a commit. */
  add(row: T, rememberedMax: number = Number.POSITIVE_INFINITY): void {
    this.#pending.push(row);
    if (this.#durable || this.#pending.length <= 2 * rememberedMax) return;
    this.#blocks = [];
    this.#oldest = undefined;
    this.#committed += this.#pending.length - rememberedMax;
    this.#pending = this.#pending.slice(-rememberedMax);
  }

  put(txn: Transaction, at: number): void {
    if (!this.#durable || this.#pending.length === 0) return;
    try {
      this.#log.put(txn, this.#committed, this.#pending, at);
    } catch (error) {
      if (this.#storable === undefined || (error as { code?: unknown }).code !== 'UNSTORABLE_VALUE') throw error;
      this.#log.put(txn, this.#committed, this.#pending.map(this.#storable), at);
    }
  }

  /** What was pending is committed. */
  settle(at: number): void {
    const rows = this.#pending;
    if (rows.length === 0) return;
    this.#pending = [];
    if (this.#durable) this.#log.appended(rows.length);
    else this.#blocks.push({ first: this.#committed, arrival: at, rows, ended: false });
    this.#committed += rows.length;
  }

  /** Lets the oldest blocks go, as far as they may; undefined where the store has nothing to delete. The last block stays: it knows the next position. */
  disposable(mayGo: (block: KeptBlock) => boolean): Range | undefined {
    if (this.#oldest !== undefined && (this.#oldest.end === this.#committed || !mayGo(this.#oldest))) return undefined;
    let gone: number | undefined;
    for (const block of this.#from(0)) {
      if (block.first >= this.#committed) break;
      this.#oldest = { first: block.first, end: block.first + block.rows.length, at: block.arrival };
      if (this.#oldest.end >= this.#committed || !mayGo(this.#oldest)) break;
      gone = this.#oldest.end;
    }
    if (gone === undefined) return undefined;
    const end = gone;
    if (!this.#durable) this.#blocks = this.#blocks.filter(({ first }) => first >= end);
    return this.#durable ? this.#log.disposable(end) : undefined;
  }

  /** The rows from a position on, oldest first, as far as they are kept. */
  *read(from: number): Iterable<KeptRow<T>> {
    for (const { first, arrival, rows } of this.#from(from)) {
      for (let i = Math.max(0, from - first); i < rows.length; i += 1) yield { position: first + i, at: arrival, row: rows[i] as T };
    }
  }

  *#from(position: number): Iterable<LogBlock<T>> {
    if (this.#durable) {
      if (position < this.#committed) yield* this.#log.read(position);
      return;
    }
    for (const block of this.#blocks) if (block.first + block.rows.length > position) yield block;
    if (this.#pending.length > 0) yield { first: this.#committed, arrival: Number.NaN, rows: this.#pending, ended: false };
  }
}
