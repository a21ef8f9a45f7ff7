import type { Entry } from './entry.ts';

/** Below this many logged entries cleaning is not worth its writes. */
const LOGGED_ENTRIES_MIN = 4096;

/** A block of the changelog: the entries it was written with, stale ones included. */
interface Block<V> {
  readonly entries: readonly Entry<V>[];
}

/**
 * Keeps the changelog of entries within about twice what is live, as Cleaner does for rows.
 *
 * Blocks go from the oldest on. What says that a key has gone can go with its block: no older block is
 * left that would bring it back.
 */
export class EntryBlocks<V> {
  /** By commit, oldest first. */
  readonly #blocks = new Map<number, Block<V>>();
  #logged = 0;
  #live = 0;

  /** Entries to write again, and the blocks that nobody will need after that. */
  choose(pending: number): { again: readonly Entry<V>[]; dead: readonly number[] } {
    const again: Entry<V>[] = [];
    const dead: number[] = [];
    let logged = this.#logged + pending;
    for (const [commit, { entries }] of this.#blocks) {
      if (logged <= LOGGED_ENTRIES_MIN || logged <= 2 * this.#live) break;
      for (const entry of entries) {
        if (entry.removed || entry.block !== commit) continue;
        logged += 1;
        if (!entry.dirty) again.push(entry);
      }
      logged -= entries.length;
      dead.push(commit);
    }
    return { again, dead };
  }

  wrote(commit: number, entries: readonly Entry<V>[]): void {
    for (const entry of entries) {
      if (entry.block === 0 && !entry.removed) this.#live += 1;
      entry.block = commit;
    }
    this.#blocks.set(commit, { entries });
    this.#logged += entries.length;
  }

  /** These have gone, and a block says so. */
  left(entries: readonly Entry<V>[]): void {
    for (const { block } of entries) if (block !== 0) this.#live -= 1;
  }

  died(commits: readonly number[]): void {
    for (const commit of commits) {
      this.#logged -= this.#blocks.get(commit)?.entries.length ?? 0;
      this.#blocks.delete(commit);
    }
  }
}
