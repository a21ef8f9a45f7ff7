import type { Payload } from '../store/block.ts';
import type { SpillTree, TreeCount } from '../store/spill-tree.ts';
import type { PendingSpill } from './spilled.ts';

/** What one commit has to write for one keeper of state, and which of its older blocks nobody needs any more. */
export interface PendingBlock {
  /** Good until the commit is made. */
  readonly payload: Payload | undefined;
  /** The commits whose blocks go. */
  readonly dead: readonly number[];
  /** What it does to the rows that are on disk only; where some are, or may be. */
  readonly spill?: PendingSpill;
}

/** A block that an earlier commit wrote. */
export interface StoredBlock {
  readonly commit: number;
  readonly payload: Uint8Array;
}

/**
 * State that goes to disk as one block per commit.
 *
 * - `prepare` changes nothing that a failed commit would have to undo, and can be called again.
 * - `settle` follows when the commit is durable, with what `prepare` had said.
 * - `restore` gets the blocks that are still there, oldest first, once, before anything else.
 */
export interface Persisted {
  prepare(): PendingBlock;
  settle(commit: number, pending: PendingBlock): void;
  restore(blocks: Iterable<StoredBlock>): void;
  /** How many entries it holds, for `status()`. */
  size(): number;
  /** Whether cold rows may leave memory. */
  readonly spills?: boolean;
  /** Where they may: called before `restore`, where they are to, or where some have. */
  spillTo?(open: SpillTo): void;
}

/** Where cold rows go. */
export interface SpillTo {
  /** The tree of rows with so many values. */
  readonly tree: (slots: number) => SpillTree;
  /** So many rows stay in memory. */
  readonly hotMax: number;
  /** What the tree holds. */
  readonly count: TreeCount;
}
