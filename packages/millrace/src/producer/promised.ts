import { errors } from '../error.ts';
import { reasonOf, textOf } from '../reason.ts';
import type { Clock } from '../port/clock.ts';

/** How far behind the clock a producer promises that is told nothing else, in ms. */
export const PROMISE_BEHIND_MS = 10_000;

/**
 * How far a producer has promised: nothing with a time below it will follow. It never goes back, also not
 * over restarts, and it is kept: an event below it is not sent.
 *
 * Where nobody says better, the promise is 10 s behind the clock. That is proved, not assumed, because an
 * event that breaks it is refused at the producer. A clock that is set forward while the process runs does
 * not move it; a producer whose events are older when it is given them needs a promise of its own.
 */
export class Promised {
  readonly #producer: string;
  readonly #ask: () => number;

  constructor(producer: string, clock: Clock, ask: (() => number) | undefined) {
    const start = clock.now() - clock.monotonic();
    this.#producer = producer;
    this.#ask = ask ?? ((): number => Math.max(0, Math.floor(Math.min(clock.now(), start + clock.monotonic())) - PROMISE_BEHIND_MS));
  }

  /** What can be promised now: never less than `former`. BAD_PROMISE where it is no time. */
  next(former: number): number {
    let found: unknown;
    try {
      found = this.#ask();
    } catch (error) {
      throw errors.BAD_PROMISE({ producer: this.#producer, found: `not known, its function threw (${reasonOf(error)})` }, error);
    }
    if (!Number.isSafeInteger(found) || (found as number) < 0) throw errors.BAD_PROMISE({ producer: this.#producer, found: textOf(found) });
    return Math.max(former, found as number);
  }
}
