/** How much of a bucket is there, and in how many ms it is full again. */
export type Level = { readonly remaining: number; readonly fullInMs: number };

const MINUTE_MS = 60_000;

/**
 * A bucket that holds what is allowed in a minute and fills evenly, so that a burst of that size is let through and
 * then as much as comes in. Counted in 1/60,000 of a piece, which is what comes in for each that is allowed in 1 ms:
 * whole numbers throughout.
 */
export class TokenBucket {
  readonly perMinute: number;
  #level: number;
  #at: number;

  /** It begins full. `perMinute`: from 1 to 1,000,000,000, so that sums stay safe integers. */
  constructor(perMinute: number, nowMs: number) {
    this.perMinute = perMinute;
    this.#level = perMinute * MINUTE_MS;
    this.#at = nowMs;
  }

  /**
   * Takes so many; or says in how many ms it has them. More than it ever holds is let in when it is full, and then
   * nothing is until that is made up for: a large request waits, and is not refused for ever.
   */
  take(count: number, nowMs: number): number | undefined {
    this.#fill(nowMs);
    const needed = Math.min(count, this.perMinute) * MINUTE_MS;
    if (this.#level < needed) return Math.ceil((needed - this.#level) / this.perMinute);
    this.#level -= count * MINUTE_MS;
    return undefined;
  }

  /** They were not used after all. */
  giveBack(count: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#level = Math.min(this.#level + count * MINUTE_MS, this.perMinute * MINUTE_MS);
  }

  level(nowMs: number): Level {
    this.#fill(nowMs);
    return { remaining: Math.max(0, Math.floor(this.#level / MINUTE_MS)), fullInMs: Math.ceil((this.perMinute * MINUTE_MS - this.#level) / this.perMinute) };
  }

  #fill(nowMs: number): void {
    const passed = Math.floor(nowMs - this.#at);
    if (passed <= 0) return;
    this.#at += passed;
    this.#level = Math.min(this.#level + passed * this.perMinute, this.perMinute * MINUTE_MS);
  }
}
