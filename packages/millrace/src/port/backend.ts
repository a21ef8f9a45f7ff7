import { errors } from '../error.ts';

/**
 * What a store stands on: an ordered map from bytes to bytes that changes by whole transactions.
 *
 * Callers keep these promises:
 * - keys, and the bounds of ranges, have 1 to KEY_BYTES_MAX bytes; anything else is BAD_KEY;
 * - `work` is synchronous, and while it runs only its Transaction is used, not the backend.
 *
 * Backends keep these:
 * - keys are ordered byte by byte, a prefix before what it begins;
 * - when `transact` has returned, all that `work` put and deleted is durable; when it throws,
 *   whether from `work` or from the commit, nothing has changed;
 * - after a commit that failed for any other reason than STORE_FULL, `transact` throws the same again
 *   until the store is closed and opened anew: a disk that failed to sync is not asked to try once more;
 * - bytes handed in are copied, and bytes handed out are copies: either side may reuse its own;
 * - no read holds the store back: a range that is walked slowly keeps no old version alive;
 * - a closed backend throws STORE_CLOSED; what it stored can be opened again.
 */
export interface Backend {
  /** Runs `work`, then makes everything it put and deleted durable together. Synchronous. */
  transact<R>(work: (txn: Transaction) => R): R;
  /** The value of `key` as of the last commit. */
  get(key: Uint8Array): Uint8Array | undefined;
  /**
   * The pairs with from <= key < to, in key order or in reverse. Each step shows the store as of the
   * last commit before it, so a commit during a walk is seen from there on.
   */
  range(from: Uint8Array, to: Uint8Array, options?: RangeOptions): Iterable<Pair>;
  close(): void;
}

/** A view of the store in which the changes made so far in this transaction are already visible. */
export interface Transaction {
  get(key: Uint8Array): Uint8Array | undefined;
  /** The pairs with from <= key < to, in key order. Nothing is changed while it is walked. */
  range(from: Uint8Array, to: Uint8Array): Iterable<Pair>;
  put(key: Uint8Array, value: Uint8Array): void;
  /** Deletes the key; a key that is not there is left so. */
  delete(key: Uint8Array): void;
  /** Deletes the keys with from <= key < to, and says how many there were. */
  deleteRange(from: Uint8Array, to: Uint8Array): number;
}

export type Pair = readonly [key: Uint8Array, value: Uint8Array];

export interface RangeOptions {
  readonly reverse?: boolean;
  /** The most pairs to give. */
  readonly limit?: number;
}

/** The longest key in bytes: what LMDB holds with pages of 4,096 bytes, rounded down. */
export const KEY_BYTES_MAX = 1_024;

/** Gives the key back, or says why no backend takes it. */
export function checkedKey(key: Uint8Array): Uint8Array {
  if (key.length >= 1 && key.length <= KEY_BYTES_MAX) return key;
  throw errors.BAD_KEY({ key: `of ${key.length} bytes`, expected: `1 to ${KEY_BYTES_MAX} bytes long` });
}
