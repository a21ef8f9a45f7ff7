import type { KeyPart } from './key.ts';

type Branch<V> = Map<KeyPart, Branch<V> | V>;

/**
 * Values by keys of several parts, from which keys can go again: a map within a map for each part.
 *
 * Keys of one map have the same number of parts. All that begin with the same parts can be listed.
 */
export class KeyMap<V> {
  readonly #root: Branch<V> = new Map();
  /** The value of the one key of no parts. */
  #only: V | undefined;
  size = 0;

  get(parts: readonly KeyPart[]): V | undefined {
    if (parts.length === 0) return this.#only;
    const branch = this.#branch(parts, parts.length - 1);
    return branch?.get(parts[parts.length - 1] as KeyPart) as V | undefined;
  }

  /** For a key that is not there. */
  set(parts: readonly KeyPart[], value: V): void {
    this.size += 1;
    if (parts.length === 0) {
      this.#only = value;
      return;
    }
    let branch = this.#root;
    for (let i = 0; i < parts.length - 1; i += 1) {
      let below = branch.get(parts[i] as KeyPart) as Branch<V> | undefined;
      if (below === undefined) {
        below = new Map();
        branch.set(parts[i] as KeyPart, below);
      }
      branch = below;
    }
    branch.set(parts[parts.length - 1] as KeyPart, value);
  }

  /** For a key that is there. Branches without keys go with it. */
  delete(parts: readonly KeyPart[]): void {
    this.size -= 1;
    if (parts.length === 0) {
      this.#only = undefined;
      return;
    }
    for (let depth = parts.length - 1; depth >= 0; depth -= 1) {
      const branch = this.#branch(parts, depth) as Branch<V>;
      branch.delete(parts[depth] as KeyPart);
      if (branch.size > 0) return;
    }
  }

  /** The values of keys that begin with these parts and have `more` parts behind them. */
  *under(parts: readonly KeyPart[], more: number): Iterable<V> {
    if (more === 0) {
      const value = this.get(parts);
      if (value !== undefined) yield value;
      return;
    }
    const branch = this.#branch(parts, parts.length);
    if (branch !== undefined) yield* values(branch, more);
  }

  /** Where a key of these parts continues behind the first `depth`. */
  #branch(parts: readonly KeyPart[], depth: number): Branch<V> | undefined {
    let branch: Branch<V> | undefined = this.#root;
    for (let i = 0; i < depth && branch !== undefined; i += 1) branch = branch.get(parts[i] as KeyPart) as Branch<V> | undefined;
    return branch;
  }
}

function* values<V>(branch: Branch<V>, depth: number): Iterable<V> {
  for (const below of branch.values()) {
    if (depth === 1) yield below as V;
    else yield* values(below as Branch<V>, depth - 1);
  }
}
