import type { KeyShape } from '../../state/key.ts';
import type { Versions } from './versions.ts';

/** All of a versioned table as of one event time, to be read while the function that was given it runs. */
export class TableView<K, V> {
  readonly #versions: Versions;
  readonly #key: KeyShape<never, K>;
  /** The event time. */
  readonly time: number;

  constructor(versions: Versions, key: KeyShape<never, K>, time: number) {
    this.#versions = versions;
    this.#key = key;
    this.time = time;
  }

  /** What held for a key. */
  get(key: K): V | undefined {
    return this.#versions.at(this.#versions.find(this.#key.toParts(key)), this.time)?.value as V | undefined;
  }

  /** Every key that had a value, in the order in which the keys first came. */
  *entries(): Iterable<readonly [K, V]> {
    for (let key = 0; key < this.#versions.count; key += 1) {
      const value = this.#versions.at(key, this.time)?.value;
      if (value !== undefined) yield [this.#key.toKey(this.#versions.partsOf(key)), value as V];
    }
  }

  /** What held for every key, in the order in which the keys first came. */
  *values(): Iterable<V> {
    for (const [, value] of this.entries()) yield value;
  }
}
