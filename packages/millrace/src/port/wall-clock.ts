const DAY_MS = 86_400_000;

/** By so much the wall clock may be set while the process runs; further is taken for a fault of the machine. */
export const STEP_MS_MAX: number = 31 * DAY_MS;

/**
 * The wall clock, as far as it can be believed.
 *
 * Frontiers follow clocks and never go back: were a broken clock to say 9999 for a second, everything up to then would
 * be closed for good. Where the wall clock is suddenly further from the monotonic one than `STEP_MS_MAX`, time goes on
 * as before, until it is back, or the process is started again.
 */
export class WallClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  readonly #told: (text: string) => void;
  #believed: number;
  /** When it was believed last; monotonic. */
  #at: number;
  #isDoubted = false;

  /** `told`: with a sentence, when it is not believed any more, and when it is again. */
  constructor(wall: () => number, monotonic: () => number, told: (text: string) => void) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#told = told;
    this.#believed = wall();
    this.#at = monotonic();
  }

  /** In ms since the Unix epoch. */
  now(): number {
    const wall = this.#wall();
    const at = this.#monotonic();
    const expected = Math.round(this.#believed + at - this.#at);
    const isDoubted = Math.abs(wall - expected) > STEP_MS_MAX;
    if (isDoubted !== this.#isDoubted) {
      this.#isDoubted = isDoubted;
      this.#told(isDoubted ? doubt(wall, expected) : 'the wall clock is back where it should be, and is believed again');
    }
    if (isDoubted) return expected;
    this.#believed = wall;
    this.#at = at;
    return wall;
  }
}

function doubt(wall: number, expected: number): string {
  const days = Math.round(Math.abs(wall - expected) / DAY_MS);
  const [found, known] = [wall, expected].map((time) => new Date(time).toISOString());
  return `the wall clock has been set to ${found}, ${days} days ${wall > expected ? 'ahead' : 'back'}: expected a time within ${STEP_MS_MAX / DAY_MS} days of ${known}. Time goes on from there until the clock is back. If it is right, start the process again`;
}
