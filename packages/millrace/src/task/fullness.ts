import { MillraceError } from '../error.ts';
import type { Clock } from '../port/clock.ts';
import { isA } from '../reason.ts';

/** Of a store that has no room. */
export interface Full {
  /** Since when, in ms since the Unix epoch. */
  readonly since: number;
  /** What the store says. */
  readonly reason: string;
}

/**
 * Whether a store has room for the next commit. From the first commit that finds none up to the next one that does
 * nothing is taken and nothing acknowledged; people are told once when that begins, and once when it ends.
 */
export class Fullness {
  /** Set while there is no room. */
  full: Full | undefined;
  /** What the last commit failed with, while there is no room. */
  failure: MillraceError | undefined;
  /** Told that there was none for somebody else's rows: a commit will show whether there is for it. */
  noticed: () => void = () => {};
  readonly #clock: Clock;
  readonly #say: (line: string) => void;

  constructor(clock: Clock, say: (line: string) => void = () => {}) {
    this.#clock = clock;
    this.#say = say;
  }

  /** A commit found no room. */
  began(failure: MillraceError): void {
    const { full } = this;
    if (full === undefined) this.#say(`${failure.message}: nothing is taken until there is room. ${failure.cure}`);
    this.failure = failure;
    this.full = { since: full?.since ?? this.#clock.now(), reason: failure.message };
  }

  /** A commit has found room. */
  ended(): void {
    if (this.full === undefined) return;
    this.#say(`there is room again: it goes on, after ${Math.round((this.#clock.now() - this.full.since) / 1_000)} s in which ${this.full.reason}`);
    this.failure = undefined;
    this.full = undefined;
  }
}

export const isFull = (error: unknown): error is MillraceError => isA(error, MillraceError) && error.code === 'STORE_FULL';
