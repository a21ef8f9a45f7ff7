import { CompositeIndex } from './composite-index.ts';
import type { ChangingIndex, KeyIndex } from './key-index-shape.ts';
import { KeyMap } from './key-map.ts';
import type { KeyPart } from './key.ts';
import { PlainIndex } from './plain-index.ts';

/** For rows that are not found by their key: several may have the same. */
export class NoIndex implements KeyIndex {
  find(): number {
    throw new Error('rows of this state are not found by their key');
  }

  add(): void {}
}

/** An index for keys of so many parts. */
export function keyIndex(depth: number): KeyIndex {
  return depth === 0 ? new SingleIndex() : depth === 1 ? new PlainIndex() : new CompositeIndex(depth);
}

/** An index for keys of so many parts that come and go. */
export function changingIndex(depth: number): ChangingIndex {
  return depth === 0 ? new SingleIndex() : depth === 1 ? new PlainIndex() : new NestedIndex();
}

/** For the one key of no parts. */
export class SingleIndex implements ChangingIndex {
  #row = -1;

  find(): number {
    return this.#row;
  }

  add(_parts: readonly KeyPart[], row: number): void {
    this.#row = row;
  }

  remove(): void {
    this.#row = -1;
  }
}

/** For keys of several parts that come and go: a map within a map. */
export class NestedIndex implements ChangingIndex {
  readonly #rows = new KeyMap<number>();

  find(parts: readonly KeyPart[]): number {
    return this.#rows.get(parts) ?? -1;
  }

  add(parts: readonly KeyPart[], row: number): void {
    this.#rows.set(parts, row);
  }

  remove(parts: readonly KeyPart[]): void {
    this.#rows.delete(parts);
  }
}
