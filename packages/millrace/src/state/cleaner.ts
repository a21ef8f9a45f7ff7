import type { Space } from './space.ts';
import { type SpaceRows, countRows } from './space-rows.ts';

/** Below this many logged rows cleaning is not worth its writes. */
const LOGGED_ROWS_MIN = 4096;

/** A block of the changelog: the rows it was written with, stale ones included. */
interface CleanerBlock {
  readonly rows: readonly SpaceRows[];
  readonly count: number;
}

/**
 * Keeps a state's changelog within about twice its live rows.
 *
 * Blocks are only ever deleted from the oldest on, so a block goes when what is still current in it
 * has been written again. Choosing which rows those are is idempotent: a commit that fails is simply
 * prepared again.
 */
export class Cleaner {
  /** By commit, oldest first. */
  readonly #blocks = new Map<number, CleanerBlock>();
  #logged = 0;
  #live = 0;

  /** Rows to write again, and the blocks that nobody will need after that. */
  choose(pending: number): { again: readonly SpaceRows[]; dead: readonly number[] } {
    const again: SpaceRows[] = [];
    const dead: number[] = [];
    let logged = this.#logged + pending;
    for (const [commit, block] of this.#blocks) {
      if (logged <= LOGGED_ROWS_MIN || logged <= 2 * this.#live) break;
      for (const { space, rows } of block.rows) {
        if (space.dropped) continue;
        const current = rows.filter((row) => space.blocks[row] === commit);
        logged += current.length;
        again.push({ space, rows: current.filter((row) => space.dirty[row] === 0) });
      }
      logged -= block.count;
      dead.push(commit);
    }
    return { again, dead };
  }

  wrote(commit: number, list: readonly SpaceRows[]): void {
    for (const { space, rows } of list) {
      for (const row of rows) {
        if (space.blocks[row] === 0) this.#live += 1;
        space.blocks[row] = commit;
      }
    }
    const count = countRows(list);
    this.#blocks.set(commit, { rows: list, count });
    this.#logged += count;
  }

  /** These rows have left memory: no block counts for them. */
  left({ space, rows }: SpaceRows): void {
    for (const row of rows) {
      if (space.blocks[row] !== 0) this.#live -= 1;
      space.blocks[row] = 0;
    }
  }

  /** The rows of a space are gone. */
  forget(space: Space): void {
    for (let row = 0; row < space.size; row += 1) if (space.blocks[row] !== 0) this.#live -= 1;
  }

  died(commits: readonly number[]): void {
    for (const commit of commits) {
      this.#logged -= this.#blocks.get(commit)?.count ?? 0;
      this.#blocks.delete(commit);
    }
  }
}
