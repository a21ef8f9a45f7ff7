import type { Transaction } from '../port/backend.ts';
import type { Log } from '../store/log.ts';
import type { BadRecord } from './bad-record.ts';

/** How many of the newest records a program without a store remembers. */
const REMEMBERED_MAX = 10_000;

/** What has been set aside: with a store in a log of its own, written with each commit. */
export class BadList {
  readonly #log: Log<BadRecord>;
  readonly #durable: boolean;
  #pending: BadRecord[] = [];
  #count: number;

  constructor(log: Log<BadRecord>, durable: boolean) {
    this.#log = log;
    this.#durable = durable;
    this.#count = log.next;
  }

  /** How many there have ever been. */
  get count(): number {
    return this.#count;
  }

  add(record: BadRecord): void {
    this.#count += 1;
    this.#pending.push(record);
    if (!this.#durable && this.#pending.length > 2 * REMEMBERED_MAX) this.#pending = this.#pending.slice(-REMEMBERED_MAX);
  }

  /** The newest `limit` records, newest first; with a store those of the last commit. */
  newest(limit: number): readonly BadRecord[] {
    if (!this.#durable) return this.#pending.slice(-limit).reverse();
    const records: BadRecord[] = [];
    for (const block of this.#log.readBack()) {
      records.push(...[...block.rows].reverse());
      if (records.length >= limit) break;
    }
    return records.slice(0, limit);
  }

  put(txn: Transaction): void {
    if (this.#pending.length > 0) this.#log.put(txn, this.#log.next, this.#pending, 0);
  }

  settle(): void {
    this.#log.appended(this.#pending.length);
    this.#pending = [];
  }
}
