import type { Random } from '../../port/random.ts';

/** How far a label moves a seed: the golden ratio in 32 bits, as in splitmix32. */
const STEP = 0x9e3779b9;

/**
 * Chance that is the same for the same seed, on every machine and every version of Node: sfc32, in 32-bit integers.
 *
 * What is drawn for one purpose must not depend on how much is drawn for another, so each takes a branch of its own.
 */
export class Chance implements Random {
  readonly #seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** A whole number; 32 bits of it count. */
  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#a = mixed(this.#seed + STEP);
    this.#b = mixed(this.#a + STEP);
    this.#c = mixed(this.#b + STEP);
    for (let i = 0; i < 12; i += 1) this.#draw();
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    return this.#draw() / 2 ** 32;
  }

  /** A whole number from 0 up to, not including, `end`, which is at most 2³². */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True in one of `often` cases. */
  oneIn(often: number): boolean {
    return this.below(often) === 0;
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('pick(list): expected at least one to choose from');
    return list[this.below(list.length)] as T;
  }

  /** Chance for a purpose of its own. */
  branch(purpose: string): Chance {
    let seed = this.#seed;
    for (let i = 0; i < purpose.length; i += 1) seed = mixed(seed ^ Math.imul(purpose.charCodeAt(i) + i + 1, STEP));
    return new Chance(seed);
  }

  #draw(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
