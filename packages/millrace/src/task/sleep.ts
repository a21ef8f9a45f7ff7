import type { Clock } from '../port/clock.ts';

/**
 * Waits until something happens or a time has come, and misses nothing: what has happened since somebody last
 * looked is not slept over.
 */
export class Sleep {
  readonly #clock: Clock;
  #wake: (() => void) | undefined;
  /** Something has happened since somebody last looked. */
  #woken = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Somebody looks now at what there is to do. */
  look(): void {
    this.#woken = false;
  }

  wakeUp(): void {
    this.#woken = true;
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Until it is woken, or for `ms`; Infinity: until it is woken. False: it did not sleep. */
  async forMs(ms: number): Promise<boolean> {
    if (this.#woken) return false;
    const callOff = ms === Number.POSITIVE_INFINITY ? undefined : this.#clock.after(Math.max(0, ms), () => this.wakeUp());
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    callOff?.();
    return true;
  }
}
