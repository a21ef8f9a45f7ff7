import type { Backend, Pair, RangeOptions, Transaction } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import { decodeBlock, encodeBlock } from './block.ts';
import { REWIND, key, keyRange, parseKey } from './key.ts';

/*
 * What a store was before each of its last transactions, so that it can be taken back to a commit.
 *
 *   [REWIND, 0, transaction × 1024 + part] := block(payload)
 *   payload := at:f64 change*                     when the transaction was made
 *   change  := keyBytes:u16 valueBytes:u32 key value     what was there; valueBytes 0xffffffff: nothing
 *
 * All numbers are little-endian. A key is told once in a transaction, as it was before that.
 */

/** A transaction is kept in so many parts at most. */
const PARTS_MAX = 1024;
/** A part ends once it has so many bytes. */
const PART_BYTES = 1_048_576;
const HEAD_BYTES = 8;
const CHANGE_HEAD_BYTES = 6;
const NOTHING = 0xffffffff;
/** At most so many old transactions are forgotten with a new one, so that none is held up. */
const FORGOTTEN_MAX = 8;

const RANGE = keyRange(REWIND, 0);

/** What was under a key; undefined: nothing. */
export type Former = readonly [key: Uint8Array, value: Uint8Array | undefined];

export interface RewindPart {
  /** Counts transactions. */
  readonly transaction: number;
  /** In ms since the Unix epoch. */
  readonly at: number;
  readonly formers: readonly Former[];
}

/** The same backend, which keeps for so long what its transactions change; undefined: it does not, and what was kept goes. */
export function rewindable(backend: Backend, keepMs: number | undefined, clock: Clock): Backend {
  if (keepMs !== undefined) return new RewindableBackend(backend, keepMs, clock);
  // Without what has happened since, nothing can be taken back.
  for (const _ of backend.range(...RANGE, { limit: 1 })) backend.transact((txn) => txn.deleteRange(...RANGE));
  return backend;
}

export function decodeRewindPart(place: Uint8Array, bytes: Uint8Array): RewindPart {
  const { number } = parseKey(place);
  const transaction = Math.floor(number / PARTS_MAX);
  const { payload } = decodeBlock(bytes, `part ${number % PARTS_MAX} of transaction ${transaction} to be taken back`, place);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const formers: Former[] = [];
  for (let at = HEAD_BYTES; at < payload.length; ) {
    const [keyBytes, valueBytes] = [view.getUint16(at, true), view.getUint32(at + 2, true)];
    at += CHANGE_HEAD_BYTES;
    const changed = payload.subarray(at, at + keyBytes);
    at += keyBytes;
    formers.push([changed, valueBytes === NOTHING ? undefined : payload.subarray(at, at + valueBytes)]);
    at += valueBytes === NOTHING ? 0 : valueBytes;
  }
  return { transaction, at: view.getFloat64(0, true), formers };
}

class RewindableBackend implements Backend {
  readonly #inner: Backend;
  readonly #keepMs: number;
  readonly #clock: Clock;
  /** Of the transaction that is made next. */
  #next = 0;
  /** When the oldest one that is kept was made, as far as that is known; NaN: it has to be looked up. */
  #oldestAt: number = Number.NaN;

  constructor(inner: Backend, keepMs: number, clock: Clock) {
    this.#inner = inner;
    this.#keepMs = keepMs;
    this.#clock = clock;
    for (const [place] of inner.range(...RANGE, { reverse: true, limit: 1 })) this.#next = transactionOf(place) + 1;
  }

  transact<R>(work: (txn: Transaction) => R): R {
    const at = this.#clock.now();
    let oldestAt = this.#oldestAt;
    const result = this.#inner.transact((txn) => {
      const noting = new NotingTransaction(txn);
      const outcome = work(noting);
      noting.keep(this.#next, at);
      oldestAt = this.#forget(txn, at - this.#keepMs);
      return outcome;
    });
    this.#next += 1;
    this.#oldestAt = oldestAt;
    return result;
  }

  get(place: Uint8Array): Uint8Array | undefined {
    return this.#inner.get(place);
  }

  range(from: Uint8Array, to: Uint8Array, options?: RangeOptions): Iterable<Pair> {
    return this.#inner.range(from, to, options);
  }

  close(): void {
    this.#inner.close();
  }

  /** Forgets transactions from before `time`; gives when the oldest was made that is left. */
  #forget(txn: Transaction, time: number): number {
    if (this.#oldestAt >= time) return this.#oldestAt;
    for (let forgotten = 0; forgotten < FORGOTTEN_MAX; forgotten += 1) {
      const [oldest] = txn.range(...RANGE);
      if (oldest === undefined) return Number.NaN;
      const { transaction, at } = decodeRewindPart(...oldest);
      if (at >= time) return at;
      txn.deleteRange(RANGE[0], key(REWIND, 0, (transaction + 1) * PARTS_MAX));
    }
    return Number.NaN;
  }
}

const transactionOf = (place: Uint8Array): number => Math.floor(parseKey(place).number / PARTS_MAX);

/** Notes what was under a key before it changes. */
class NotingTransaction implements Transaction {
  readonly #txn: Transaction;
  readonly #noted = new Set<string>();
  readonly #formers: Former[] = [];

  constructor(txn: Transaction) {
    this.#txn = txn;
  }

  get(place: Uint8Array): Uint8Array | undefined {
    return this.#txn.get(place);
  }

  *range(from: Uint8Array, to: Uint8Array): Iterable<Pair> {
    yield* this.#txn.range(from, to);
  }

  put(place: Uint8Array, value: Uint8Array): void {
    this.#note(place, this.#txn.get(place));
    this.#txn.put(place, value);
  }

  delete(place: Uint8Array): void {
    this.#note(place, this.#txn.get(place));
    this.#txn.delete(place);
  }

  deleteRange(from: Uint8Array, to: Uint8Array): number {
    for (const [place, value] of this.#txn.range(from, to)) this.#note(place, value);
    return this.#txn.deleteRange(from, to);
  }

  /** Puts what was noted, in parts. */
  keep(transaction: number, at: number): void {
    let part = 0;
    for (let from = 0; from < this.#formers.length; part += 1) {
      let [to, bytes] = [from, 0];
      // The last part takes what is left.
      for (; to < this.#formers.length && (bytes < PART_BYTES || part === PARTS_MAX - 1); to += 1) bytes += sizeOf(this.#formers[to] as Former);
      const place = key(REWIND, 0, transaction * PARTS_MAX + part);
      const payload = payloadOf(at, this.#formers.slice(from, to), bytes);
      this.#txn.put(place, encodeBlock({ store: 0, commit: transaction, payload }, place));
      from = to;
    }
  }

  #note(place: Uint8Array, value: Uint8Array | undefined): void {
    const name = Buffer.from(place).toString('latin1');
    if (this.#noted.has(name)) return;
    this.#noted.add(name);
    this.#formers.push([place.slice(), value]);
  }
}

const sizeOf = ([place, value]: Former): number => CHANGE_HEAD_BYTES + place.length + (value?.length ?? 0);

function payloadOf(at: number, formers: readonly Former[], bytes: number): Uint8Array {
  const payload = new Uint8Array(HEAD_BYTES + bytes);
  const view = new DataView(payload.buffer);
  view.setFloat64(0, at, true);
  let to = HEAD_BYTES;
  for (const [place, value] of formers) {
    view.setUint16(to, place.length, true);
    view.setUint32(to + 2, value?.length ?? NOTHING, true);
    payload.set(place, to + CHANGE_HEAD_BYTES);
    to += CHANGE_HEAD_BYTES + place.length;
    if (value === undefined) continue;
    payload.set(value, to);
    to += value.length;
  }
  return payload;
}
