import type { Transaction } from '../port/backend.ts';
import type { Log } from '../store/log.ts';
import type { DecisionRecord } from './decision.ts';

/** How many of the newest a program without a store remembers. */
const REMEMBERED_MAX = 10_000;

/**
 * What clocks and people have decided, in order: input, as the events are.
 *
 * With a store it is a log, written with each commit and kept for ever, so that whoever counts again decides
 * as the first run did.
 */
export class DecisionList {
  readonly #log: Log<DecisionRecord>;
  readonly #durable: boolean;
  /** Those that are not in the store: of a program without one, the newest. */
  #pending: DecisionRecord[] = [];
  /** How many came before those. */
  #before: number;

  constructor(log: Log<DecisionRecord>, durable: boolean) {
    this.#log = log;
    this.#durable = durable;
    this.#before = log.next;
  }

  /** How many there have been. */
  get size(): number {
    return this.#before + this.#pending.length;
  }

  /** Its place in the log. */
  add(record: DecisionRecord): number {
    this.#pending.push(record);
    if (!this.#durable && this.#pending.length > 2 * REMEMBERED_MAX) {
      this.#before += this.#pending.length - REMEMBERED_MAX;
      this.#pending = this.#pending.slice(-REMEMBERED_MAX);
    }
    return this.#before + this.#pending.length - 1;
  }

  /** From a place in the log on, oldest first; those of a commit that is being made included. */
  *read(from = 0): Iterable<DecisionRecord> {
    if (this.#durable && from < this.#before) {
      for (const { first, rows } of this.#log.read(from)) yield* first < from ? rows.slice(from - first) : rows;
    }
    yield* this.#pending.slice(Math.max(0, from - this.#before));
  }

  put(txn: Transaction): void {
    if (this.#pending.length > 0) this.#log.put(txn, this.#log.next, this.#pending, 0);
  }

  settle(): void {
    this.#log.appended(this.#pending.length);
    this.#before = this.#log.next;
    this.#pending = [];
  }
}
