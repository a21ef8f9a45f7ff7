/** Between how many replicas a model has, and how busy each is to be. */
export type Scaling = {
  readonly min: number;
  readonly max: number;
  /** How many calls at a time a replica is to have. */
  readonly callsPerReplica: number;
  /** For so long more must be needed before there are more; a burst that is over sooner starts nothing. */
  readonly upAfterMs: number;
  /** For so long fewer must do before there are fewer: starting one takes its time, too. */
  readonly downAfterMs: number;
};

/** One goes only where the others would be at most so full without it: at the edge it would be back at once. */
export const FULL_AFTER_DOWN = 0.8;

type Seen = { readonly at: number; readonly calls: number };

/**
 * How many replicas a model should have, from the calls that it has under way.
 *
 * - It grows to what was needed all through `upAfterMs`, and shrinks to what did all through `downAfterMs`.
 * - Between the load that makes it grow and the one that makes it shrink there is a gap, so a load that stays in it
 *   changes nothing, however it moves.
 * - After each change both times begin anew.
 */
export class Scaler {
  readonly #terms: Scaling;
  #wanted: number;
  #seen: Seen[] = [];
  #since: number | undefined;

  constructor(terms: Scaling) {
    this.#terms = terms;
    this.#wanted = terms.min;
  }

  /** `nowMs` never goes back. */
  wanted(calls: number, nowMs: number): number {
    const { min, max, upAfterMs, downAfterMs } = this.#terms;
    const within = (count: number): number => Math.min(max, Math.max(min, count));
    this.#since ??= nowMs;
    this.#seen.push({ at: nowMs, calls });
    this.#seen = this.#seen.filter(({ at }) => at >= nowMs - Math.max(upAfterMs, downAfterMs));
    const during = (ms: number): readonly number[] => this.#seen.filter(({ at }) => at >= nowMs - ms).map((seen) => seen.calls);
    const elapsed = nowMs - this.#since;
    const up = within(this.#needed(Math.min(...during(upAfterMs)), 1));
    const down = within(this.#needed(Math.max(...during(downAfterMs)), FULL_AFTER_DOWN));
    if (elapsed >= upAfterMs && up > this.#wanted) this.#change(up, nowMs);
    else if (elapsed >= downAfterMs && down < this.#wanted) this.#change(down, nowMs);
    return this.#wanted;
  }

  #needed(calls: number, full: number): number {
    return Math.ceil(calls / (this.#terms.callsPerReplica * full));
  }

  #change(wanted: number, nowMs: number): void {
    this.#wanted = wanted;
    this.#seen = [];
    this.#since = nowMs;
  }
}
