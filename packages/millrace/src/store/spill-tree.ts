import { errors } from '../error.ts';
import type { Backend, Pair } from '../port/backend.ts';
import { placeOf } from '../port/place.ts';
import { decodeBlock, encodeBlock } from './block.ts';
import { SPILLED, keyOfBytes, keyRange, parseKeyOfBytes } from './key.ts';
import { type SpilledPart, decodeSpilledKey, encodeSpilledKey } from './spilled-key.ts';
import { decodeSpilledRow, encodeSpilledRow } from './spilled-row.ts';

/** A row that is on disk. */
export interface TreeRow {
  readonly parts: readonly SpilledPart[];
  readonly values: readonly unknown[];
}

/** What a commit does to the tree under one key; undefined: it is deleted. */
export interface TreeChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** The modulus of the sum over all keys of a tree, by which an exchanged one shows. */
const SUM_MODULUS = 2 ** 48;

/** How many keys a tree has, and the sum of what tells them apart. */
export type TreeCount = readonly [count: number, sum: number];

/** The count once a key has come. */
export function countedIn([count, sum]: TreeCount, key: Uint8Array): TreeCount {
  return [count + 1, (sum + placeOf(key)) % SUM_MODULUS];
}

/** The count once a key has gone. */
export function countedOut([count, sum]: TreeCount, key: Uint8Array): TreeCount {
  return [count - 1, (sum - placeOf(key) + SUM_MODULUS) % SUM_MODULUS];
}

/** What reading a tree threw: an operator reads it in the course of an event, which has no part in it. */
const thrown = new WeakSet<object>();

/** Whether it was thrown by reading a tree. */
export function isOfTree(error: unknown): boolean {
  return typeof error === 'object' && error !== null && thrown.has(error);
}

/** The rows of one state that are in the store's tree, each under its own key, as of the last commit. */
export class SpillTree {
  readonly #backend: Backend;
  readonly #id: number;
  readonly #name: string;
  /** How many values a row has. */
  readonly #slots: number;

  constructor(backend: Backend, id: number, name: string, slots: number) {
    this.#backend = backend;
    this.#id = id;
    this.#name = name;
    this.#slots = slots;
  }

  /** The key under which a row is found; undefined: its parts are too long for one. */
  keyOf(parts: readonly SpilledPart[]): Uint8Array | undefined {
    const own = encodeSpilledKey(parts);
    return own === undefined ? undefined : keyOfBytes(SPILLED, this.#id, own);
  }

  /** The values of the row under a key. CORRUPT_BLOCK. */
  get(key: Uint8Array): readonly unknown[] | undefined {
    try {
      const bytes = this.#backend.get(key);
      return bytes === undefined ? undefined : this.#values(key, bytes);
    } catch (error) {
      thrown.add(error as object);
      throw error;
    }
  }

  /** What has to be put under a key for a row to be there. */
  encode(key: Uint8Array, values: readonly unknown[]): Uint8Array {
    return encodeBlock({ store: this.#id, commit: 0, payload: encodeSpilledRow(values) }, key);
  }

  /** All rows, in the order of their keys' bytes. CORRUPT_BLOCK. */
  *rows(): Iterable<TreeRow> {
    const [from, to] = keyRange(SPILLED, this.#id);
    for (const [key, bytes] of this.#backend.range(from, to)) yield { parts: decodeSpilledKey(parseKeyOfBytes(key).own), values: this.#values(key, bytes) };
  }

  /** Up to so many keys behind one, or from the first on. */
  *keysBehind(key: Uint8Array | undefined, limit: number): Iterable<Uint8Array> {
    const [first, to] = keyRange(SPILLED, this.#id);
    const from = key === undefined ? first : Uint8Array.of(...key, 0);
    for (const [found] of this.#backend.range(from, to, { limit }) as Iterable<Pair>) yield found;
  }

  #values(key: Uint8Array, bytes: Uint8Array): readonly unknown[] {
    const where = `a row of state '${this.#name}' on disk`;
    const { store, payload } = decodeBlock(bytes, where, key);
    if (store !== this.#id) throw errors.CORRUPT_BLOCK({ where, what: 'state', expected: String(this.#id), actual: String(store) });
    let values: readonly unknown[];
    try {
      values = decodeSpilledRow(payload);
    } catch (error) {
      throw errors.CORRUPT_BLOCK({ where, what: 'content', expected: 'the values of a row', actual: (error as Error).message }, error);
    }
    if (values.length !== this.#slots) throw errors.CORRUPT_BLOCK({ where, what: 'content', expected: `${this.#slots} values`, actual: String(values.length) });
    return values;
  }
}
