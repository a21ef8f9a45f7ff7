import { ENDED, type Evidence, PROVED, combined } from './evidence.ts';
import { END, type Follower, Frontier } from './frontier.ts';
import type { Settler } from './settler.ts';

const PROOF = PROVED | ENDED;

/** Whoever keeps what has to come after the first input. */
export interface Successor {
  /** The first input has ended: what waits may leave. Called once, before the second input's frontier counts. */
  firstEnded(): void;
}

/**
 * The frontier of one stream after another: the first's until that has ended, then the second's.
 *
 * It does not go back when the second is behind where the first was: what the second has below that
 * is late for those behind. Nor does it go along with the first to that end, if that takes several steps.
 * Its evidence is that of the input it follows; after the first has ended, that of both, of the second
 * as it was when what leaves came.
 */
export class ConcatFrontier extends Frontier implements Follower {
  readonly second: Frontier;
  readonly #first: Frontier;
  #successor: Successor | undefined;
  #over = false;
  /** On what the second stood when what leaves now came; undefined: nothing leaves. */
  #stood: Evidence | undefined;

  constructor(first: Frontier, second: Frontier, settler?: Settler) {
    super(settler);
    this.#first = first;
    this.second = second;
    first.feeds(this);
    if (second !== first) second.feeds(this);
  }

  /** Whether the first input has ended. */
  get over(): boolean {
    return this.#over;
  }

  tells(successor: Successor): void {
    this.#successor = successor;
  }

  moved(): void {
    if (!this.#over) {
      if (this.#first.value !== END) {
        if (this.#first.value > this.value && !this.#first.ending) this.advance(this.#first.value, this.#first.evidence);
        return;
      }
      this.#over = true;
      this.#successor?.firstEnded();
    }
    this.#follow(this.second.value, this.second.evidence, this.second.ending);
  }

  /** The second input stood at `to` when what leaves now came. */
  follow(to: number, evidence: Evidence): void {
    this.#stood = evidence;
    this.#follow(to, evidence, to === END);
    this.#stood = undefined;
  }

  #follow(to: number, evidence: Evidence, ending: boolean): void {
    if (to > this.value) this.advance(to, combined(this.#first.evidence, evidence), ending);
  }

  override get isNumbered(): boolean {
    return this.#first.isNumbered || this.second.isNumbered;
  }

  override evidenceOf(from: number, to: number): Evidence {
    if (!this.isNumbered) return this.evidence;
    const first = this.#first.evidenceOf(from, to);
    if (!this.#over) return first;
    const second = this.second.evidenceOf(from, to);
    return combined(first, this.#stood === undefined ? second : (second & ~PROOF) | (this.#stood & PROOF));
  }

  /** Where it follows from; behind an ended first input the owner knows better, see `Concat.restored`. */
  restoreFromInputs(): void {
    this.#over = this.#first.value === END;
    const followed = this.#over ? this.second : this.#first;
    this.restore(followed.value, followed.evidence);
  }
}
