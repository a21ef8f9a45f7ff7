import type { Columns } from '../../aggregation/columns.ts';
import type { KeyPart } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';

const ROWS_MIN = 64;
/** A link: how many panes further on the key is next, 0: nowhere, and in which row there. */
const LINK_SLOTS = 2;

/** One pane, and from each row of it the way to the next pane that has the same key. */
class Pane {
  readonly space: Space;
  /** How many of its rows have been looked for in the panes before it. */
  linked = 0;
  #links = new Int32Array(LINK_SLOTS * ROWS_MIN);
  /** By row: the last window in which a pane before it had the same key, as the how-manieth that closed. */
  #reached = new Int32Array(ROWS_MIN);

  constructor(space: Space) {
    this.space = space;
  }

  makeRoom(): void {
    const { size } = this.space;
    if (size <= this.#reached.length) return;
    this.#links = grown(this.#links, 2 * LINK_SLOTS * size);
    this.#reached = grown(this.#reached, 2 * size);
  }

  link(row: number, panes: number, there: number): void {
    this.#links[LINK_SLOTS * row] = panes;
    this.#links[LINK_SLOTS * row + 1] = there;
  }

  /** How many panes further on the key of a row is next; 0: nowhere. */
  panesOn(row: number): number {
    return this.#links[LINK_SLOTS * row] as number;
  }

  /** In which row it is there. */
  rowThere(row: number): number {
    return this.#links[LINK_SLOTS * row + 1] as number;
  }

  reach(row: number, window: number): void {
    this.#reached[row] = window;
  }

  isReached(row: number, window: number): boolean {
    return this.#reached[row] === window;
  }
}

function grown(from: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(length);
  more.set(from);
  return more;
}

/**
 * The keys of a window that is made of panes: where each of them begins, and what all its rows are together.
 *
 * A pane's keys are looked for in the panes before it once, when the first window that has it closes, and not
 * again in each window. A row that comes later, below the frontier, is looked for at the next one, and so are
 * then the rows of all panes behind it.
 *
 * - Windows close in the order of their ends.
 */
export class SameKeys<T, V> {
  readonly #columns: Columns<T, V>;
  readonly #panes = new Map<number, Pane>();
  /** The panes of the window, the oldest first. */
  readonly #window: (Pane | undefined)[] = [];
  #windows = 0;
  /** By number of a key: the pane in which it is first, its row there, and when it came. */
  readonly #firstPanes: number[] = [];
  readonly #firstRows: number[] = [];
  readonly #orders: number[] = [];
  /** How many keys the window has. */
  count = 0;
  /** Used again and again. */
  readonly #parts: KeyPart[];
  readonly #together: readonly unknown[][];

  constructor(depth: number, columns: Columns<T, V>) {
    this.#columns = columns;
    this.#parts = Array.from({ length: depth }, () => null);
    this.#together = Array.from({ length: columns.slots }, () => []);
  }

  /** A window closes that has these panes, the oldest first; undefined: nothing happened in it. */
  close(spaces: readonly (Space | undefined)[]): void {
    const window = this.#window;
    for (let at = 0; at < spaces.length; at += 1) window[at] = this.#paneOf(spaces[at]);
    this.#windows += 1;
    this.count = 0;
    let isNew = false;
    for (let at = 0; at < window.length; at += 1) {
      const pane = window[at];
      if (pane === undefined) continue;
      const { size } = pane.space;
      const from = isNew ? 0 : pane.linked;
      if (from < size) isNew = true;
      for (let row = from; row < size; row += 1) this.#link(pane, at, row);
      pane.linked = size;
    }
    for (let at = 0; at < window.length; at += 1) {
      const pane = window[at];
      if (pane !== undefined) this.#findFirst(pane, at);
    }
  }

  /** No later window has this pane. */
  forget(space: Space): void {
    this.#panes.delete(space.id);
  }

  /** The numbers of the keys in the order in which they came; undefined where they are numbered so. */
  order(): readonly number[] | undefined {
    const orders = this.#orders;
    const { count } = this;
    for (let key = 1; key < count; key += 1) {
      if ((orders[key] as number) < (orders[key - 1] as number)) {
        return Array.from({ length: count }, (_, each) => each).sort((a, b) => (orders[a] as number) - (orders[b] as number));
      }
    }
    return undefined;
  }

  /** The parts of a key: good until the next call. */
  partsOf(key: number): readonly KeyPart[] {
    return this.#read((this.#window[this.#firstPanes[key] as number] as Pane).space, this.#firstRows[key] as number);
  }

  /** What a key's rows result in, all together. */
  resultOf(key: number): V {
    const columns = this.#columns;
    const together = this.#together;
    let at = this.#firstPanes[key] as number;
    let row = this.#firstRows[key] as number;
    let pane = this.#window[at] as Pane;
    let on = pane.panesOn(row);
    if (on === 0) return columns.result(pane.space.values, row);
    columns.create(together, 0);
    columns.merge(together, 0, pane.space.values, row);
    while (on !== 0) {
      row = pane.rowThere(row);
      at += on;
      pane = this.#window[at] as Pane;
      columns.merge(together, 0, pane.space.values, row);
      on = pane.panesOn(row);
    }
    return columns.result(together, 0);
  }

  #paneOf(space: Space | undefined): Pane | undefined {
    if (space === undefined) return undefined;
    let pane = this.#panes.get(space.id);
    if (pane === undefined) {
      pane = new Pane(space);
      this.#panes.set(space.id, pane);
    }
    pane.makeRoom();
    return pane;
  }

  /** From the last pane before it that has the same key. */
  #link({ space }: Pane, at: number, row: number): void {
    const parts = this.#read(space, row);
    for (let before = at - 1; before >= 0; before -= 1) {
      const pane = this.#window[before];
      if (pane === undefined) continue;
      const found = pane.space.find(parts);
      if (found < 0) continue;
      pane.link(found, at - before, row);
      return;
    }
  }

  /** The keys that are in no pane before this one. */
  #findFirst(pane: Pane, at: number): void {
    const windows = this.#windows;
    const came = pane.space.values[this.#columns.slots] as number[];
    const { size } = pane.space;
    for (let row = 0; row < size; row += 1) {
      if (pane.isReached(row, windows)) continue;
      const key = this.count;
      this.#firstPanes[key] = at;
      this.#firstRows[key] = row;
      this.#orders[key] = pane.panesOn(row) === 0 ? (came[row] as number) : this.#reachOn(pane, at, row);
      this.count = key + 1;
    }
  }

  /** Its other rows are not the first of their key. When the earliest of all came. */
  #reachOn(first: Pane, firstAt: number, firstRow: number): number {
    const { slots } = this.#columns;
    let pane = first;
    let at = firstAt;
    let row = firstRow;
    let order = pane.space.values[slots]?.[row] as number;
    for (let on = pane.panesOn(row); on !== 0; on = pane.panesOn(row)) {
      row = pane.rowThere(row);
      at += on;
      pane = this.#window[at] as Pane;
      pane.reach(row, this.#windows);
      order = Math.min(order, pane.space.values[slots]?.[row] as number);
    }
    return order;
  }

  #read(from: Space, row: number): readonly KeyPart[] {
    const parts = this.#parts;
    for (let p = 0; p < parts.length; p += 1) parts[p] = from.partAt(row, p);
    return parts;
  }
}
