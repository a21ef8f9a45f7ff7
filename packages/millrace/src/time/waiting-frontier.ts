import { END } from './frontier.ts';
import { LaggingFrontier } from './lagging-frontier.ts';

/** Whoever keeps events back. */
export interface Holder {
  /** Nothing will come any more: what waits has nothing to wait for. Called once, before the frontier moves. */
  inputEnded(): void;
}

/**
 * The frontier behind an operator that keeps events back: that of its input, but at most the least
 * time of what waits. So nothing that waits is late when it leaves, unless it was late when it came.
 */
export class WaitingFrontier extends LaggingFrontier {
  /** The least time of what waits; END: nothing does. Whoever changes it calls `follow`. */
  held: number = END;
  #holder: Holder | undefined;

  tells(holder: Holder): void {
    this.#holder = holder;
  }

  moved(): void {
    if (this.input.value === END) this.#holder?.inputEnded();
    this.follow();
  }

  /** Moves as far as the input and what waits allow. */
  follow(): void {
    const to = Math.min(this.input.value, this.held);
    if (to > this.value) this.advance(to, this.input.evidence, this.input.ending && this.held === END);
    else this.rest(this.input.evidence);
  }

  /** What waits is known to the owner alone, see `Reorder.restored`. */
  restoreFromInputs(): void {
    this.restore(this.input.value, this.input.evidence);
  }
}
