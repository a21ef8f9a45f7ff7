import type { Columns } from '../../aggregation/columns.ts';
import type { KeyPart } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';

/** The end of the last window in which a row's key had an event. */
export const FILLING_SLOTS = 1;

/**
 * Which keys get a row in a window in which they have no event: those of the window before it whose last
 * event is not too long ago. So a key that falls silent is carried on from window to window, and forgotten
 * after `fillMs`.
 */
export class Filling<T, V> {
  readonly #columns: Columns<T, V>;
  readonly #slot: number;
  readonly #fillMs: number;

  constructor(columns: Columns<T, V>, slot: number, fillMs: number) {
    this.#columns = columns;
    this.#slot = slot;
    this.#fillMs = fillMs;
  }

  /** The key of a row had an event in the window. */
  happened(space: Space, row: number): void {
    (space.values[this.#slot] as number[])[row] = space.id;
  }

  /** The keys of the window before the one with this end that are to be carried on and have nothing in it. */
  missing(last: Space, space: Space | undefined, end: number): readonly (readonly KeyPart[])[] {
    const happened = last.values[this.#slot] as number[];
    const missing: (readonly KeyPart[])[] = [];
    for (let row = 0; row < last.size; row += 1) {
      if ((happened[row] as number) + this.#fillMs < end) continue;
      const parts = last.partsAt(row);
      if (space === undefined || space.find(parts) < 0) missing.push(parts);
    }
    return missing;
  }

  /** An empty row, of a key that is carried on. */
  fill(last: Space, space: Space, row: number): void {
    this.#columns.create(space.values, row);
    const happened = last.values[this.#slot]?.[last.find(space.partsAt(row))];
    (space.values[this.#slot] as unknown[])[row] = happened;
  }
}
