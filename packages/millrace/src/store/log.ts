import { errors } from '../error.ts';
import type { Backend, Transaction } from '../port/backend.ts';
import { decodeBlock, encodeBlock } from './block.ts';
import { LOG, key, keyRange, parseKey } from './key.ts';
import { decodeRows, encodeRows } from './rows.ts';

/*
 * An ordered, durable log of rows in a store; the payload of a LOG block.
 *
 *   payload := arrival:f64 count:u32 ended:u8 rows      little-endian; rows as in rows.ts
 *
 * A block's key is the offset of its first row. `ended` says that nothing will ever follow.
 */
const HEADER_BYTES = 13;

/** The most rows in one block. */
export const BLOCK_ROWS_MAX = 1000;

/** Keys from the first up to, not including, the second. */
export type Range = readonly [from: Uint8Array, to: Uint8Array];

export interface LogBlock<T> {
  readonly first: number;
  /** When its rows were appended. */
  readonly arrival: number;
  readonly rows: readonly T[];
  readonly ended: boolean;
}

/**
 * One log. Appending inside a transaction changes nothing here until `appended` says that it is durable.
 *
 * - Offsets count rows from 0 without gaps.
 * - Rows come back as they went in, in order.
 * - One writer.
 */
export class Log<T> {
  readonly id: number;
  readonly name: string;
  readonly #backend: Backend;
  /** The offset that the next row will get. */
  next = 0;
  ended = false;

  constructor(backend: Backend, id: number, name: string) {
    this.#backend = backend;
    this.id = id;
    this.name = name;
    const [from, to] = keyRange(LOG, id);
    for (const [place, bytes] of backend.range(from, to, { reverse: true, limit: 1 })) {
      const { count, ended } = this.#header(place, bytes);
      this.next = parseKey(place).number + count;
      this.ended = ended;
    }
  }

  /** Puts rows, as blocks, from offset `first` on; and the end, where it has come. */
  put(txn: Transaction, first: number, rows: readonly T[], arrival: number, ended = false): void {
    for (let from = 0; from < rows.length || (ended && from === 0 && rows.length === 0); from += BLOCK_ROWS_MAX) {
      const part = rows.length <= BLOCK_ROWS_MAX ? rows : rows.slice(from, from + BLOCK_ROWS_MAX);
      const last = ended && from + BLOCK_ROWS_MAX >= rows.length;
      const place = key(LOG, this.id, first + from);
      txn.put(place, encodeBlock({ store: this.id, commit: first + from, payload: payloadOf(part, arrival, last) }, place));
    }
  }

  /** `put` is durable. */
  appended(count: number, ended = false): void {
    this.next += count;
    this.ended ||= ended;
  }

  /** Blocks from the one that holds `offset` on, or from the oldest that is kept; without gaps, or CORRUPT_BLOCK. */
  *read(offset: number): Iterable<LogBlock<T>> {
    const [from, to] = keyRange(LOG, this.id);
    let start = from;
    for (const [place] of this.#backend.range(from, key(LOG, this.id, offset + 1), { reverse: true, limit: 1 })) start = place;
    let next: number | undefined;
    for (const [place, bytes] of this.#backend.range(start, to)) {
      const block = this.#block(place, bytes);
      if (next !== undefined && block.first !== next) throw this.gap(next, block.first);
      next = block.first + block.rows.length;
      yield block;
    }
  }

  /** The error for rows that should be there and are not. */
  gap(expected: number, actual: number): Error {
    return errors.CORRUPT_BLOCK({ where: `the log '${this.name}'`, what: 'next offset', expected: String(expected), actual: String(actual) });
  }

  /** The last rows, newest block first. */
  *readBack(): Iterable<LogBlock<T>> {
    const [from, to] = keyRange(LOG, this.id);
    for (const [place, bytes] of this.#backend.range(from, to, { reverse: true })) yield this.#block(place, bytes);
  }

  /**
   * Up to which key blocks have only rows before `offset`; undefined where there are none to delete.
   * The last block always stays: it knows the next offset.
   */
  disposable(offset: number): Range | undefined {
    const [from, to] = keyRange(LOG, this.id);
    let kept = from;
    for (const [place] of this.#backend.range(from, key(LOG, this.id, offset + 1), { reverse: true, limit: 1 })) kept = place;
    for (const [first] of this.#backend.range(from, to, { limit: 1 })) if (Buffer.compare(first, kept) < 0) return [from, kept];
    return undefined;
  }

  #block(place: Uint8Array, bytes: Uint8Array): LogBlock<T> {
    return decodeLogBlock<T>(place, bytes, this);
  }

  #header(place: Uint8Array, bytes: Uint8Array): { arrival: number; count: number; ended: boolean } {
    return headerOf(place, bytes, this);
  }
}

interface LogName {
  readonly id: number;
  readonly name: string;
}

/** What a block of a log says of itself, its rows left as they are. */
export function decodeLogHead(place: Uint8Array, bytes: Uint8Array, log: LogName): { readonly first: number; readonly count: number; readonly ended: boolean } {
  const { first, count, ended } = headerOf(place, bytes, log);
  return { first, count, ended };
}

/** A block of a log, as it lies under `place`. */
export function decodeLogBlock<T>(place: Uint8Array, bytes: Uint8Array, log: LogName): LogBlock<T> {
  const { first, arrival, count, ended, payload, where } = headerOf(place, bytes, log);
  const rows = decodeRows(payload.subarray(HEADER_BYTES)) as T[];
  if (rows.length !== count) throw errors.CORRUPT_BLOCK({ where, what: 'number of rows', expected: String(count), actual: String(rows.length) });
  return { first, arrival, rows, ended };
}

function headerOf(place: Uint8Array, bytes: Uint8Array, { id, name }: LogName) {
  const first = parseKey(place).number;
  const where = `the block at ${first} of log '${name}'`;
  const { payload, store, commit } = decodeBlock(bytes, where, place);
  if (store !== id || commit !== first) {
    throw errors.CORRUPT_BLOCK({ where, what: 'place', expected: `${id}/${first}`, actual: `${store}/${commit}` });
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return { first, where, payload, arrival: view.getFloat64(0, true), count: view.getUint32(8, true), ended: view.getUint8(12) === 1 };
}

function payloadOf(rows: readonly unknown[], arrival: number, ended: boolean): Uint8Array {
  const encoded = encodeRows(rows);
  const payload = new Uint8Array(HEADER_BYTES + encoded.length);
  const view = new DataView(payload.buffer);
  view.setFloat64(0, arrival, true);
  view.setUint32(8, rows.length, true);
  view.setUint8(12, ended ? 1 : 0);
  payload.set(encoded, HEADER_BYTES);
  return payload;
}
