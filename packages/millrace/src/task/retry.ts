import type { Clock } from '../port/clock.ts';
import { isA, reasonOf } from '../reason.ts';
import { TryAgain } from '../try-again.ts';

/** How long it waits after the first failure, and at most, unless the receiver asks for more; and how much it may ask for, in ms. */
const PAUSE_MS_MIN = 500;
const PAUSE_MS_MAX = 60_000;
const ASKED_MS_MAX = 3_600_000;

/** A sink that does not take its rows, and is tried again. */
export interface Failing {
  readonly sink: string;
  /** Since when, in ms since the Unix epoch. */
  readonly since: number;
  /** How often it was tried in vain. */
  readonly attempts: number;
  /** What it said last. */
  readonly reason: string;
  /** When it is tried again, in ms since the Unix epoch. */
  readonly nextAt: number;
}

/**
 * Tries something again where that may help: twice as long after each failure.
 *
 * What says `TryAgain` is tried for `forMs`, without that for ever; anything else for `forMs`, without that once.
 */
export class Retry {
  /** Set from the first failure on, until it succeeds or is given up. */
  failing: Failing | undefined;
  readonly #sink: string;
  readonly #clock: Clock;
  readonly #forMs: number | undefined;
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(sink: string, clock: Clock, forMs: number | undefined) {
    this.#sink = sink;
    this.#clock = clock;
    this.#forMs = forMs;
  }

  /** Rejects with the last failure when it gives up. `failed`: told at each. */
  async run(what: () => Promise<void> | undefined, failed: () => void): Promise<void> {
    const begun = this.#clock.monotonic();
    const since = this.#clock.now();
    try {
      for (let attempts = 1, pauseMs = PAUSE_MS_MIN; ; attempts += 1, pauseMs = Math.min(PAUSE_MS_MAX, 2 * pauseMs)) {
        try {
          return await what();
        } catch (error) {
          const asks = isA(error, TryAgain) ? error : undefined;
          const waitMs = Math.max(pauseMs, Math.min(ASKED_MS_MAX, asks?.afterMs ?? 0));
          const forMs = this.#forMs ?? (asks === undefined ? 0 : Number.POSITIVE_INFINITY);
          if (this.#isOver || this.#clock.monotonic() + waitMs - begun > forMs) throw error;
          this.failing = { sink: this.#sink, since, attempts, reason: reasonOf(error), nextAt: this.#clock.now() + waitMs };
          failed();
          if (!this.#isOver) await this.#pause(waitMs);
          if (this.#isOver) throw error;
        }
      }
    } finally {
      this.failing = undefined;
    }
  }

  /** It is not waited for any longer: what fails now has failed. */
  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  async #pause(ms: number): Promise<void> {
    const release = this.#clock.hold?.();
    let callOff: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      callOff = this.#clock.after(ms, resolve);
    });
    callOff?.();
    release?.();
    this.#wake = undefined;
  }
}
