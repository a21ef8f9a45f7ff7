import { strict as assert } from 'node:assert';
import type { EpochMs } from '../../domain/names.ts';

/**
 * The requests of a replay that are on the road.
 *
 * - Work starts in the order of the calls of `start`, which are made one after the other.
 * - At most `countMax` are on the road at once.
 * - No work starts before all work more than `spanMsMax` earlier (in the trace's time) is done: the
 *   meter takes nothing for late that is within that span, so no request of a replay ever is.
 * - The first failure of a work ends it all: every later call and every waiting one throws it.
 */
export class InFlight {
  readonly #countMax: number;
  readonly #spanMsMax: number;
  readonly #open = new Set<{ readonly at: EpochMs }>();
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(countMax: number, spanMsMax: number) {
    assert(Number.isInteger(countMax) && countMax >= 1, `${countMax} in flight, expected at least 1`);
    assert(spanMsMax >= 0, `a span of ${spanMsMax} ms, expected at least 0`);
    this.#countMax = countMax;
    this.#spanMsMax = spanMsMax;
  }

  /** Waits for room, starts the work and returns while it runs. */
  async start(at: EpochMs, work: () => Promise<void>): Promise<void> {
    while (!this.#hasRoom(at)) await this.#change();
    const place = { at };
    this.#open.add(place);
    void work().catch((error: unknown) => {
      this.#failure ??= { error };
    }).finally(() => {
      this.#open.delete(place);
      this.#wake();
    });
  }

  /** Waits until nothing is on the road. */
  async drained(): Promise<void> {
    while (this.#open.size > 0) await this.#change();
    this.#throwFailure();
  }

  #hasRoom(at: EpochMs): boolean {
    this.#throwFailure();
    if (this.#open.size >= this.#countMax) return false;
    for (const place of this.#open) if (place.at < at - this.#spanMsMax) return false;
    return true;
  }

  async #change(): Promise<void> {
    this.#throwFailure();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
