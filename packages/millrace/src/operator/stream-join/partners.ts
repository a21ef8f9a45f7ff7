import { type Chains, NONE } from './generation.ts';

/**
 * The partners of the event that is being joined, in the order in which they came.
 *
 * One object per join, filled anew for each event: nothing is allocated.
 */
export class Partners<V> {
  count = 0;
  readonly rows: number[] = [];
  readonly chains: Chains[] = [];
  /** What the pairs make, and when. */
  readonly results: V[] = [];
  readonly times: number[] = [];

  clear(): void {
    this.count = 0;
  }

  /** Those of a key whose time is in [lo, hi]; called for one generation after the other. */
  gather(chains: Chains, key: number, lo: number, hi: number): void {
    const { times } = chains;
    const others = this.count;
    for (let row = chains.first(key); row !== NONE; row = chains.next(row)) {
      const time = times[row] as number;
      if (time < lo || time > hi) continue;
      if (others === 0) {
        this.rows[this.count] = row;
        this.chains[this.count] = chains;
      } else this.#insert(chains, row);
      this.count += 1;
    }
  }

  /** Some came in another generation: mostly before, so places are looked for from the end. */
  #insert(chains: Chains, row: number): void {
    const number = chains.numbers[row] as number;
    let place = this.count;
    while (place > 0 && (this.#chains(place - 1).numbers[this.rows[place - 1] as number] as number) > number) {
      this.rows[place] = this.rows[place - 1] as number;
      this.chains[place] = this.#chains(place - 1);
      place -= 1;
    }
    this.rows[place] = row;
    this.chains[place] = chains;
  }

  #chains(place: number): Chains {
    return this.chains[place] as Chains;
  }
}
