import type { Json } from '../../task/source.ts';

/** A batch that the program has taken, or that a partition has ended. */
export interface Taken {
  readonly source: string;
  readonly partition: number;
  /** The rows from `from` up to, not including, `to` of the partition; empty: it has ended. */
  readonly from: number;
  readonly to: number;
  readonly arrival: number;
  /** How many decisions were in the input before it. */
  readonly decisions: number;
}

/**
 * What the program has taken, in the order in which it took it: with the decisions its whole input.
 *
 * What a process took behind its last commit is taken again by the next, perhaps otherwise: it goes when the
 * sources are opened from where that commit left them.
 */
export class TakenRecord {
  #taken: Taken[] = [];

  add(one: Taken): void {
    // A partition that was told that it has ended, and has forgotten it, is told again.
    if (one.from === one.to) this.#taken = this.#taken.filter((other) => !(isSame(other, one) && other.from === other.to));
    this.#taken.push(one);
  }

  /** The partitions of a source are read from here on. */
  opened(source: string, cursors: readonly (Json | undefined)[]): void {
    this.#taken = this.#taken.filter((one) => one.source !== source || one.to <= Number(cursors[one.partition] ?? 0));
  }

  all(): readonly Taken[] {
    return this.#taken;
  }
}

const isSame = (one: Taken, other: Taken): boolean => one.source === other.source && one.partition === other.partition;
