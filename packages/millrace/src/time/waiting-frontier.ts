import type { Evidence } from './evidence.ts';
import { END, type Follower, Frontier } from './frontier.ts';
import type { Settler } from './settler.ts';

/** Whoever keeps events back. */
export interface Holder {
  /** Nothing will come any more: what waits has nothing to wait for. Called once, before the frontier moves. */
  inputEnded(): void;
}

/**
 * The frontier behind an operator that keeps events back: that of its input, but at most the least
 * time of what waits. So nothing that waits is late when it leaves, unless it was late when it came.
 */
export class WaitingFrontier extends Frontier implements Follower {
  /** The least time of what waits; END: nothing does. Whoever changes it calls `follow`. */
  held: number = END;
  readonly #input: Frontier;
  #holder: Holder | undefined;

  constructor(input: Frontier, settler?: Settler) {
    super(settler);
    this.#input = input;
    input.feeds(this);
  }

  tells(holder: Holder): void {
    this.#holder = holder;
  }

  moved(): void {
    if (this.#input.value === END) this.#holder?.inputEnded();
    this.follow();
  }

  override get isNumbered(): boolean {
    return this.#input.isNumbered;
  }

  /** It may lag behind its input: what it rests on is what that said when this moved. */
  override evidenceOf(from: number, to: number): Evidence {
    return this.isNumbered ? this.#input.evidenceOf(from, to) : this.evidence;
  }

  /** Moves as far as the input and what waits allow. */
  follow(): void {
    const to = Math.min(this.#input.value, this.held);
    if (to > this.value) this.advance(to, this.#input.evidence);
  }

  /** What waits is known to the owner alone, see `Reorder.restored`. */
  restoreFromInputs(): void {
    this.restore(this.#input.value, this.#input.evidence);
  }
}
