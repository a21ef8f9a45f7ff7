import { epochMs, type EpochMs } from '../domain/names.ts';
import type { Clock } from './clock.ts';

/** The admission times of a gateway: the clock's, except that they never go back when the clock does. */
export class Stamps {
  readonly #clock: Clock;
  #last: EpochMs;

  /** `last` is the newest stamp of the gateway's earlier lives, where it is known. */
  constructor(clock: Clock, last: EpochMs = epochMs(0)) {
    this.#clock = clock;
    this.#last = last;
  }

  next(): EpochMs {
    this.#last = epochMs(Math.max(this.#last, this.#clock.now()));
    return this.#last;
  }
}
