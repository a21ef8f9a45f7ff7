import type { CoolingPart, CoolingPool } from './cooling.ts';
import type { Space } from './space.ts';

/** The rows of a space that may leave memory. */
export class SpacePool implements CoolingPool<number> {
  readonly #space: Space;

  constructor(space: Space) {
    this.#space = space;
  }

  get rows(): number {
    return this.#space.rows;
  }

  collect({ from, to, until }: CoolingPart, chosen: Set<number>): void {
    const { stretches, touched, dirty, blocks, size } = this.#space;
    for (let row = 0; row < size; row += 1) {
      const stretch = stretches[row] as number;
      // A row that no block has is free.
      if (stretch >= from && stretch < to && (touched[row] as number) <= until && dirty[row] === 0 && blocks[row] !== 0) chosen.add(row);
    }
  }

  countByTouch(counts: Map<number, number>): void {
    const { touched, size } = this.#space;
    for (let row = 0; row < size; row += 1) {
      if (this.#space.isFree(row)) continue;
      const then = touched[row] as number;
      counts.set(then, (counts.get(then) ?? 0) + 1);
    }
  }
}
