import type { KeyPart } from './key.ts';

/** A key that can go again, with what is kept for it. */
export interface Entry<V> {
  /** The end of its window, or 0. */
  readonly space: number;
  readonly parts: readonly KeyPart[];
  /** Entries are listed in this order: that in which they were created, before and after a recovery. */
  readonly order: number;
  value: V;
  /** The commit whose block holds its newest durable version; 0: none does. With a store only. */
  block: number;
  /** Whether it has changed since the last commit. With a store only. */
  dirty: boolean;
  /** What queries see of it while it is dirty; undefined: it was not there. */
  remembered: unknown;
  removed: boolean;
  /** Where cold entries may leave memory. */
  readonly warmth: Warmth | undefined;
}

/** What decides when an entry leaves memory. */
export interface Warmth {
  /** When it was touched last, in commits since the store was opened. */
  touched: number;
  /** In which stretch of the tree it lies. */
  readonly stretch: number;
  /** Whether the tree has an older version of it. */
  readonly shadowing: boolean;
}
