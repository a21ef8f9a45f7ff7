import { RowList } from './row-list.ts';
import type { Space } from './space.ts';

/** Below this many logged rows cleaning is not worth its writes. */
const LOGGED_ROWS_MIN = 4096;

/** A block of the changelog: the rows it was written with, stale ones included. */
interface CleanerBlock {
  readonly rows: RowList;
}

/**
 * Keeps a state's changelog within about twice its live rows.
 *
 * Blocks are only ever deleted from the oldest on, so a block goes when what is still current in it
 * has been written again. Choosing which rows those are changes nothing that would have to be undone: a
 * commit that fails is simply prepared again, and chooses those rows and perhaps more.
 */
export class Cleaner {
  /** By commit, oldest first. */
  readonly #blocks = new Map<number, CleanerBlock>();
  #logged = 0;
  #live = 0;

  /** Rows to write again, and the blocks that nobody will need after that. */
  choose(pending: number): { again: RowList; dead: readonly number[] } {
    const again = new RowList();
    const dead: number[] = [];
    let logged = this.#logged + pending;
    for (const [commit, block] of this.#blocks) {
      if (logged <= LOGGED_ROWS_MIN || logged <= 2 * this.#live) break;
      const current = block.rows.filter((space, row) => space.blocks[row] === commit && !space.dropped);
      current.each((space, row) => {
        if (space.dirty[row] === 0) again.add(space, row);
      });
      logged += current.length - block.rows.length;
      dead.push(commit);
    }
    return { again, dead };
  }

  wrote(commit: number, rows: RowList): void {
    rows.each((space, row) => {
      if (space.blocks[row] === 0) this.#live += 1;
      space.blocks[row] = commit;
    });
    this.#blocks.set(commit, { rows });
    this.#logged += rows.length;
  }

  /** The rows of a space are gone. */
  forget(space: Space): void {
    for (let row = 0; row < space.size; row += 1) if (space.blocks[row] !== 0) this.#live -= 1;
  }

  died(commits: readonly number[]): void {
    for (const commit of commits) {
      this.#logged -= this.#blocks.get(commit)?.rows.length ?? 0;
      this.#blocks.delete(commit);
    }
  }
}
