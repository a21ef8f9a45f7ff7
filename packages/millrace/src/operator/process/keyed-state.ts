import type { KeyPart } from '../../state/key.ts';
import type { PendingBlock, Persisted, StoredBlock } from '../../state/persisted.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';

/** The values of a row: what the user keeps, and for when timers are set, ascending; null once the key was cleared. */
const VALUE = 0;
const TIMERS = 1;
const SLOTS = 2;

const none: readonly number[] = Object.freeze([]);

/** Fewer cleared rows than this are not worth moving the others. */
const CLEARED_ROWS_MIN = 1024;

/**
 * What a process keeps of each key.
 *
 * A cleared key leaves its row behind, and gets a new one if it comes again. Once most rows are such,
 * the others move to a new space and the old one is dropped as a whole: their order stays.
 */
export class KeyedState implements Persisted {
  readonly #state: State;
  #space: Space;
  #cleared = 0;

  constructor(name: string, depth: number, durable: boolean) {
    this.#state = new State({ name, depth, slots: SLOTS }, durable);
    this.#space = this.#state.space(0);
  }

  /** The row of a key, or -1. */
  find(parts: readonly KeyPart[]): number {
    const row = this.#space.find(parts);
    return row >= 0 && this.#space.values[TIMERS]?.[row] === null ? -1 : row;
  }

  /** A row for a key that has none. */
  create(parts: readonly KeyPart[], value: unknown): number {
    const row = this.#state.create(this.#space, parts);
    (this.#space.values[VALUE] as unknown[])[row] = value;
    (this.#space.values[TIMERS] as unknown[])[row] = none;
    return row;
  }

  /** Before anything of the row changes. */
  touch(row: number): void {
    this.#state.touch(this.#space, row);
  }

  valueAt(row: number): unknown {
    return this.#space.values[VALUE]?.[row];
  }

  setValue(row: number, value: unknown): void {
    (this.#space.values[VALUE] as unknown[])[row] = value;
  }

  /** Ascending; empty for a cleared row. */
  timersAt(row: number): readonly number[] {
    return (this.#space.values[TIMERS]?.[row] as readonly number[] | null) ?? none;
  }

  setTimers(row: number, timers: readonly number[]): void {
    (this.#space.values[TIMERS] as unknown[])[row] = timers;
  }

  partsAt(row: number): readonly KeyPart[] {
    return this.#space.partsAt(row);
  }

  clear(row: number): void {
    this.touch(row);
    this.setValue(row, undefined);
    (this.#space.values[TIMERS] as unknown[])[row] = null;
    this.#cleared += 1;
  }

  /** How many rows there are, cleared ones included. */
  get rows(): number {
    return this.#space.size;
  }

  /** Frees cleared rows when that is worth it: then rows have other numbers, in the same order. */
  tidy(): boolean {
    const old = this.#space;
    if (this.#cleared < CLEARED_ROWS_MIN || this.#cleared * 2 < old.size) return false;
    this.#space = this.#state.space(old.id + 1);
    for (let row = 0; row < old.size; row += 1) {
      const timers = old.values[TIMERS]?.[row];
      if (timers === null) continue;
      const moved = this.create(old.partsAt(row), old.values[VALUE]?.[row]);
      this.setTimers(moved, timers as readonly number[]);
    }
    this.#state.drop(old);
    this.#cleared = 0;
    return true;
  }

  /** How many keys have something. */
  size(): number {
    return this.#space.size - this.#cleared;
  }

  prepare(): PendingBlock {
    return this.#state.prepare();
  }

  settle(commit: number, pending: PendingBlock): void {
    this.#state.settle(commit, pending);
  }

  restore(blocks: Iterable<StoredBlock>): void {
    this.#state.restore(blocks);
    // The empty one it was made with may be older than what is stored.
    const newest = Math.max(...this.#state.spaces.keys());
    this.#space = this.#state.space(newest);
    const timers = this.#space.values[TIMERS] as unknown[];
    this.#cleared = timers.reduce<number>((cleared, own) => (own === null ? cleared + 1 : cleared), 0);
  }
}
