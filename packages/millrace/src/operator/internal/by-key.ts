import { keyIndex } from '../../state/key-index.ts';
import type { KeyIndex } from '../../state/key-index-shape.ts';
import type { KeyPart } from '../../state/key.ts';

/** What belongs to each key, in the order in which it came. */
export class ByKey<R> {
  readonly #depth: number;
  #index: KeyIndex;
  /** By number of key. */
  #lists: R[][] = [];

  /** @param depth How many parts a key has. */
  constructor(depth: number) {
    this.#depth = depth;
    this.#index = keyIndex(depth);
  }

  add(parts: readonly KeyPart[], item: R): void {
    let key = this.#index.find(parts);
    if (key < 0) {
      key = this.#lists.length;
      this.#index.add(parts, key);
      this.#lists.push([]);
    }
    (this.#lists[key] as R[]).push(item);
  }

  /** What of a key is not over; what is, is forgotten. */
  left(parts: readonly KeyPart[], isOver: (item: R) => boolean): readonly R[] {
    const key = this.#index.find(parts);
    if (key < 0) return [];
    const left = (this.#lists[key] as R[]).filter((item) => !isOver(item));
    this.#lists[key] = left;
    return left;
  }

  clear(): void {
    if (this.#lists.length === 0) return;
    this.#index = keyIndex(this.#depth);
    this.#lists = [];
  }
}
