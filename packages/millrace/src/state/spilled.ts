import type { SpillTree, TreeChange, TreeCount, TreeRow } from '../store/spill-tree.ts';
import { countedIn, countedOut } from '../store/spill-tree.ts';
import type { KeyPart } from './key.ts';
import { KeyFilter } from './key-filter.ts';

/** How many keys are read for the filter at each commit, until it has all. */
const KEYS_A_COMMIT = 50_000;

/** A key that goes to the tree, with its values, or out of it. */
export interface Spilling {
  readonly key: Uint8Array;
  /** Undefined: the key goes. */
  readonly values: readonly unknown[] | undefined;
  /** Whether the tree has the key. */
  readonly isThere: boolean;
}

/** What a commit does to the tree. */
export interface PendingSpill {
  /** In the order of their keys. */
  readonly changes: readonly TreeChange[];
  /** Those of them that the tree has not had. */
  readonly added: readonly Uint8Array[];
  /** What the tree holds then. */
  readonly count: TreeCount;
}

/**
 * The rows of a state that have left memory, and when rows leave it.
 *
 * - What is in memory is newer than the tree, which may still have an older version of it: a shadowed row.
 * - Nothing changes in the tree but by commits.
 * - That a key is in no tree, the filter nearly always says alone. It is built while the program runs; until it is
 *   there the tree is asked.
 */
export class Spilled {
  /** So many rows stay in memory, between commits. */
  readonly hotMax: number;
  readonly tree: SpillTree;
  count: TreeCount;
  #filter: KeyFilter | undefined;
  /** The filter that is being built, and the last key that it was given from the tree. */
  #building: KeyFilter | undefined;
  #builtTo: Uint8Array | undefined;

  constructor(tree: SpillTree, hotMax: number, count: TreeCount) {
    this.tree = tree;
    this.hotMax = hotMax;
    this.count = count;
    if (count[0] === 0) this.#filter = new KeyFilter(0);
    else this.#building = new KeyFilter(count[0]);
  }

  /** The values of a key that is not in memory, as of the last commit. CORRUPT_BLOCK. */
  find(parts: readonly KeyPart[]): readonly unknown[] | undefined {
    if (this.count[0] === 0) return undefined;
    const key = this.tree.keyOf(parts);
    if (key === undefined || this.#filter?.mayHave(key) === false) return undefined;
    return this.tree.get(key);
  }

  /** All rows of the tree, shadowed ones too, in the order of their keys' bytes. */
  rows(): Iterable<TreeRow> {
    return this.tree.rows();
  }

  prepare(list: readonly Spilling[]): PendingSpill {
    let { count } = this;
    const added: Uint8Array[] = [];
    const sorted = inOrder(list);
    const changes = sorted.map(({ key, values, isThere }): TreeChange => {
      if (values === undefined) count = countedOut(count, key);
      else if (!isThere) {
        count = countedIn(count, key);
        added.push(key);
      }
      return { key, value: values === undefined ? undefined : this.tree.encode(key, values) };
    });
    return { changes, added, count };
  }

  /** It is durable. */
  settle({ added, count }: PendingSpill): void {
    this.count = count;
    const filter = this.#filter ?? (this.#building as KeyFilter);
    if (this.#building === undefined) for (const key of added) filter.add(key);
    else this.#build(filter, added);
  }

  /** Some more keys of the tree; those behind them that have come will be read from it. */
  #build(filter: KeyFilter, added: readonly Uint8Array[]): void {
    const from = this.#builtTo;
    for (const key of added) if (from !== undefined && Buffer.compare(key, from) <= 0) filter.add(key);
    let read = 0;
    for (const key of this.tree.keysBehind(from, KEYS_A_COMMIT)) {
      filter.add(key);
      this.#builtTo = key;
      read += 1;
    }
    if (read === KEYS_A_COMMIT) return;
    this.#filter = filter;
    this.#building = undefined;
  }
}

/** By their keys' bytes. What tells most of them apart, behind the prefix, is compared as a number: ten times as fast. */
function inOrder(list: readonly Spilling[]): readonly Spilling[] {
  const ranked = list.map((spilling) => ({ spilling, rank: rankOf(spilling.key) }));
  ranked.sort((a, b) => a.rank - b.rank || Buffer.compare(a.spilling.key, b.spilling.key));
  return ranked.map(({ spilling }) => spilling);
}

const RANK_FROM = 3;
const RANK_BYTES = 6;

function rankOf(key: Uint8Array): number {
  let rank = 0;
  for (let i = RANK_FROM; i < RANK_FROM + RANK_BYTES; i += 1) rank = rank * 256 + (key[i] ?? 0);
  return rank;
}
