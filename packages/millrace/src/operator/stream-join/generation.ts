import { keyIndex } from '../../state/key-index.ts';
import type { KeyIndex } from '../../state/key-index-shape.ts';
import type { KeyPart } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import type { Side } from './span.ts';

/** No event. */
export const NONE = -1;

/** The slots of an event that a join keeps. */
export const TIME = 0;
export const VALUE = 1;
/** The how-manieth event of the join it was; undefined where nobody has to know. */
export const NUMBER = 2;
/** Whether it has had a partner; only where unmatched events leave too. */
export const MATCHED = 3;

const LINKS_MIN = 64;

/**
 * The events of one side in one generation, for each key one after the other as they came.
 *
 * Links are in typed arrays: nothing of them is looked at when memory is cleared up.
 */
export class Chains {
  readonly space: Space;
  readonly times: number[];
  readonly values: unknown[];
  readonly numbers: number[];
  /** By key its first event and its last, one more than their rows; 0: none. */
  #ends: Int32Array = new Int32Array(2 * LINKS_MIN);
  /** By event the next one of its key, as above. */
  #nexts: Int32Array = new Int32Array(LINKS_MIN);

  constructor(space: Space) {
    this.space = space;
    this.times = space.values[TIME] as number[];
    this.values = space.values[VALUE] as unknown[];
    this.numbers = space.values[NUMBER] as number[];
  }

  /** The first event of a key, or NONE. */
  first(key: number): number {
    return 2 * key < this.#ends.length ? (this.#ends[2 * key] as number) - 1 : NONE;
  }

  /** The event of the same key that came next, or NONE. */
  next(row: number): number {
    return (this.#nexts[row] as number) - 1;
  }

  /** Links the newest event to its key. */
  link(key: number, row: number): void {
    if (row >= this.#nexts.length) this.#nexts = grown(this.#nexts, row);
    if (2 * key >= this.#ends.length) this.#ends = grown(this.#ends, 2 * key + 1);
    const ends = this.#ends;
    const last = ends[2 * key + 1] as number;
    if (last === 0) ends[2 * key] = row + 1;
    else this.#nexts[last - 1] = row + 1;
    ends[2 * key + 1] = row + 1;
  }
}

function grown(links: Int32Array, index: number): Int32Array {
  const more = new Int32Array(Math.max(2 * links.length, 2 * (index + 1)));
  more.set(links);
  return more;
}

/**
 * What a join keeps of one stretch of time, both sides together: a key is looked up once.
 *
 * Keys are numbered as they come.
 */
export class Generation {
  readonly home: number;
  readonly left: Chains;
  readonly right: Chains;
  readonly #index: KeyIndex;
  #keys = 0;

  constructor(home: number, depth: number, left: Space, right: Space) {
    this.home = home;
    this.left = new Chains(left);
    this.right = new Chains(right);
    this.#index = keyIndex(depth);
  }

  of(side: Side): Chains {
    return side === 0 ? this.left : this.right;
  }

  /** The number of a key, or NONE. */
  find(parts: readonly KeyPart[]): number {
    return this.#index.find(parts);
  }

  /** A number for a key that has none. */
  add(parts: readonly KeyPart[]): number {
    const key = this.#keys;
    this.#index.add(parts, key);
    this.#keys = key + 1;
    return key;
  }

  /** At recovery: the events are there, in the order in which they came. */
  relink(): void {
    for (const chains of [this.left, this.right]) {
      for (let row = 0; row < chains.space.size; row += 1) {
        const parts = chains.space.partsAt(row);
        const found = this.find(parts);
        chains.link(found === NONE ? this.add(parts) : found, row);
      }
    }
  }
}

/** The two sides of a generation in one state: the right ones have the negative numbers. */
export const spaceOf = (side: Side, home: number): number => (side === 0 ? home : -1 - home);
export const homeOfSpace = (space: number): number => (space >= 0 ? space : -1 - space);
