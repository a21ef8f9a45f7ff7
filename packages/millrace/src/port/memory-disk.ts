/**
 * The bytes behind a memory backend: an ordered map that outlives the backends opened on it, as a
 * folder outlives the processes that open it.
 *
 * Keys are kept as strings of one character per byte, whose order is the order of the bytes. They
 * mostly arrive in order, so the sorted array is mostly appended to.
 */
export class MemoryDisk {
  readonly #keys: string[] = [];
  readonly #values: Map<string, Uint8Array> = new Map();

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key);
  }

  put(key: string, value: Uint8Array): void {
    if (!this.#values.has(key)) {
      const last = this.#keys.at(-1);
      if (last === undefined || last < key) this.#keys.push(key);
      else this.#keys.splice(this.position(key), 0, key);
    }
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#keys.splice(this.position(key), 1);
  }

  /** Deletes the keys with from <= key < to in one step, and gives what they held. */
  deleteRange(from: string, to: string): [string, Uint8Array][] {
    const start = this.position(from);
    const count = Math.max(0, this.position(to) - start);
    return this.#keys.splice(start, count).map((key) => {
      const value = this.#values.get(key) as Uint8Array;
      this.#values.delete(key);
      return [key, value];
    });
  }

  /** The key at a position of the order, which begins at 0. */
  keyAt(position: number): string | undefined {
    return this.#keys[position];
  }

  /** How many keys come before `key`, by binary search. */
  position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
