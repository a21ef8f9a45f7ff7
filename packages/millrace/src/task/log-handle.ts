import { MillraceError, errors } from '../error.ts';
import type { Transaction } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import type { Log, LogBlock } from '../store/log.ts';
import { badOf, badRow, eventsBefore } from './bad-row.ts';
import type { GroupCommit, Writer } from './group-commit.ts';
import type { BadInput, BadReason, Batch, Json, Reader } from './source.ts';

/** Rows that a reader has before it, beyond which it goes back to the store for them. */
const AHEAD_ROWS_MAX = 50_000;

/**
 * A log of the program's own store: anyone in the process appends, one source reads.
 *
 * `append` resolves once its rows are durable, with the offset of the first. Appends of one moment
 * become durable together, in the order of the calls.
 */
export class LogHandle<T> implements Writer {
  readonly log: Log<T>;
  keep: 'processed' | 'forever';
  readonly #commit: GroupCommit;
  readonly #clock: Clock;
  /** Not in a transaction yet, in the order of the calls. */
  #waiting: Append<T>[] = [];
  /** In the transaction that is being made. */
  #taken: Append<T>[] = [];
  /** How many of those waiting go one by one, because together they were refused. */
  #alone = 0;
  #rows: readonly T[] = [];
  #arrival = 0;
  #ending = false;
  #reader: LogReader<T> | undefined;

  constructor(log: Log<T>, keep: 'processed' | 'forever', commit: GroupCommit, clock: Clock) {
    this.log = log;
    this.keep = keep;
    this.#commit = commit;
    this.#clock = clock;
  }

  append(rows: readonly T[]): Promise<number> {
    if (this.log.ended || this.#ending) return Promise.reject(errors.LOG_ENDED({ log: this.log.name }));
    if (rows.length === 0) return Promise.resolve(this.log.next);
    // A copy: whoever appends may use the list again, and its reader still has it to read.
    return this.#enqueue([...rows], false);
  }

  /** A row that is no event: appended among the others, it is set aside in its turn. */
  bad(reason: BadReason, message: string, raw: unknown): T {
    return badRow(reason, message, raw) as T;
  }

  /** Says, durably, that nothing will ever follow. Ending twice is ending once. */
  async end(): Promise<void> {
    if (this.log.ended) return;
    await this.#enqueue([], true);
  }

  reader(cursor: Json | undefined): Reader<T> {
    this.#reader = new LogReader(this.log, typeof cursor === 'number' ? cursor : 0);
    return this.#reader;
  }

  /** Reads from the first row on, beside the source that goes on; for logs that are kept for ever. */
  again(): Reader<T> {
    return new LogReader(this.log, 0);
  }

  gather(): void {
    const alone = this.#alone > 0;
    this.#taken = this.#waiting.splice(0, alone ? 1 : this.#waiting.length);
    if (alone) this.#alone -= 1;
    this.#rows = this.#taken.length === 1 ? (this.#taken[0] as Append<T>).rows : this.#taken.flatMap(({ rows }) => rows);
    this.#arrival = this.#clock.now();
  }

  put(txn: Transaction): void {
    this.log.put(txn, this.log.next, this.#rows, this.#arrival, this.#taken.some(({ end }) => end));
  }

  settled(error: unknown): void {
    const taken = this.#taken;
    this.#taken = [];
    if (error === undefined) this.#appended(taken);
    else if (taken.length > 1 && !isOfTheStore(error)) {
      // One row that cannot be stored must not refuse those that came in the same moment.
      this.#waiting.unshift(...taken);
      this.#alone = taken.length;
    } else {
      for (const { end, reject } of taken) {
        if (end) this.#ending = false;
        reject(error);
      }
    }
    if (this.#waiting.length > 0) this.#commit.join(this);
  }

  #appended(taken: readonly Append<T>[]): void {
    const rows = this.#rows;
    const first = this.log.next;
    const ended = taken.some(({ end }) => end);
    this.log.appended(rows.length, ended);
    this.#reader?.take({ first, arrival: this.#arrival, rows, ended });
    let offset = first;
    for (const append of taken) {
      append.resolve(offset);
      offset += append.rows.length;
    }
  }

  #enqueue(rows: readonly T[], end: boolean): Promise<number> {
    this.#ending ||= end;
    return new Promise<number>((resolve, reject) => {
      this.#waiting.push({ rows, end, resolve, reject });
      this.#commit.join(this);
    });
  }
}

interface Append<T> {
  readonly rows: readonly T[];
  /** Nothing will follow. */
  readonly end: boolean;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: unknown) => void;
}

/** Whether it is the store that refuses, whatever the rows are. */
const isOfTheStore = (error: unknown): boolean => error instanceof MillraceError && (error.code === 'FENCED' || error.code.startsWith('STORE_'));

/** Reads a log from an offset on: what is new from memory, what is old from the store. */
class LogReader<T> implements Reader<T> {
  readonly #log: Log<T>;
  #offset: number;
  /** Blocks that follow each other from `#offset` on. */
  #ahead: LogBlock<T>[] = [];
  #aheadRows = 0;
  /** The offset behind the last block in `#ahead`. */
  #end: number;
  #wake: (() => void) | undefined;

  constructor(log: Log<T>, offset: number) {
    // What was read once was durable: a log that ends before that has lost rows.
    if (offset > log.next) throw log.gap(offset, log.next);
    this.#log = log;
    this.#offset = offset;
    this.#end = offset;
  }

  /** A block has become durable. */
  take(block: LogBlock<T>): void {
    if (block.first === this.#end && this.#aheadRows < AHEAD_ROWS_MAX) this.#add(block);
    this.#wake?.();
    this.#wake = undefined;
  }

  read(max: number): Batch<T> | BadInput | undefined | 'ended' {
    if (this.#ahead.length === 0 && this.#end < this.#log.next) this.#fetch();
    const block = this.#ahead[0];
    if (block === undefined) return this.#log.ended ? 'ended' : undefined;
    const { arrival } = block;
    const from = this.#offset - block.first;
    const to = Math.min(block.rows.length, from + max);
    const rows = from === 0 && to === block.rows.length ? block.rows : block.rows.slice(from, to);
    const events = eventsBefore(rows);
    this.#pass(block, Math.max(1, events));
    if (events === rows.length) return { rows, arrival, cursor: this.#offset };
    if (events > 0) return { rows: rows.slice(0, events), arrival, cursor: this.#offset };
    return { bad: badOf(rows[0]) as BadInput['bad'], arrival, cursor: this.#offset };
  }

  ready(): Promise<void> {
    if (this.#ahead.length > 0 || this.#end < this.#log.next || this.#log.ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async close(): Promise<void> {
    this.#wake?.();
  }

  #pass(block: LogBlock<T>, rows: number): void {
    this.#offset += rows;
    this.#aheadRows -= rows;
    if (this.#offset === block.first + block.rows.length) this.#ahead.shift();
  }

  #fetch(): void {
    for (const block of this.#log.read(this.#end)) {
      if (block.first > this.#end) throw this.#log.gap(this.#end, block.first);
      if (block.rows.length > 0) this.#add(block);
      if (this.#aheadRows >= AHEAD_ROWS_MAX) break;
    }
  }

  #add(block: LogBlock<T>): void {
    if (block.rows.length === 0) return;
    this.#ahead.push(block);
    this.#end = block.first + block.rows.length;
    this.#aheadRows += this.#end - Math.max(block.first, this.#offset);
  }
}
