import type { Columns } from '../../aggregation/columns.ts';
import type { KeyPart } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import type { State } from '../../state/state.ts';

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

  /** Puts them there, with the result of no events. */
  fill(state: State, last: Space, end: number): readonly { readonly space: Space; readonly row: number }[] {
    return this.#missing(last, state.spaces.get(end), end).map((parts) => {
      const space = state.space(end);
      const row = state.create(space, parts);
      this.#columns.create(space.values, row);
      (space.values[this.#slot] as unknown[])[row] = last.values[this.#slot]?.[last.find(parts)];
      return { space, row };
    });
  }

  /** The keys of the window before the one with this end that are to be carried on and have nothing in it. */
  #missing(last: Space, space: Space | undefined, end: number): readonly (readonly KeyPart[])[] {
    const happened = last.values[this.#slot] as number[];
    const missing: (readonly KeyPart[])[] = [];
    for (let row = 0; row < last.size; row += 1) {
      if ((happened[row] as number) + this.#fillMs < end) continue;
      const parts = last.partsAt(row);
      if (space === undefined || space.find(parts) < 0) missing.push(parts);
    }
    return missing;
  }
}
