import type { KeyPart } from './key.ts';

/** Finds the row of a key. */
export interface KeyIndex {
  /** The row, or -1. */
  find(parts: readonly KeyPart[]): number;
  /** The next row, the first is 0; of a key that had one it takes the place. */
  add(parts: readonly KeyPart[], row: number): void;
}

/** One from which keys can go again; their rows need not come in order. */
export interface ChangingIndex extends KeyIndex {
  /** A key that is there goes. */
  remove(parts: readonly KeyPart[]): void;
}
