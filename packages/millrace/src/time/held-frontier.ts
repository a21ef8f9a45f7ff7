import type { Evidence } from './evidence.ts';
import { BEGINNING, END, type Frontier, type HoldBack } from './frontier.ts';
import { LaggingFrontier } from './lagging-frontier.ts';
import type { Settler } from './settler.ts';

/**
 * The frontier behind an operator that may still emit facts older than its input's frontier: what it
 * holds back, waits for, or leaves unmatched.
 */
export class HeldFrontier extends LaggingFrontier {
  readonly #back: HoldBack | undefined;
  #limit: number = END;
  /** Something waits for a person: whatever the limit, it is not the end. */
  #isOpen = false;
  /** Where it stood at recovery: it does not go back behind that. */
  #least: number = BEGINNING;

  constructor(input: Frontier, settler?: Settler, back?: HoldBack) {
    super(input, settler);
    this.#back = back;
  }

  /** The operator may still emit facts at `limit` and later; END: it holds nothing back. */
  hold(limit: number, isOpen = false): void {
    this.#limit = limit;
    this.#isOpen = isOpen;
    this.moved();
  }

  /** As `hold`, told while the input moves, or where it stands: it moves when that has. */
  limitTo(limit: number): void {
    this.#limit = limit;
  }

  moved(): void {
    const to = this.#to();
    if (to > this.value && !(to === END && this.#isOpen)) this.advance(to, this.input.evidence, this.input.ending && this.#limit === END && !this.#isOpen);
    else this.rest(this.input.evidence);
  }

  /** As `hold`, at recovery, for one that had come to `value`: nothing fires. */
  restoreAt(value: number, evidence: Evidence, limit: number, isOpen: boolean): void {
    this.#limit = limit;
    this.#isOpen = isOpen;
    this.#least = value;
    this.restore(value, evidence);
  }

  /** As `hold`, at recovery: nothing fires. It had stood at `least`, which may be beyond what is held since then. */
  restoreHold(limit: number, least: number = BEGINNING): void {
    this.#limit = limit;
    this.#least = least;
    this.restoreFromInputs();
  }

  restoreFromInputs(): void {
    this.restore(Math.max(this.#to(), this.#least), this.input.evidence);
  }

  #to(): number {
    const { value } = this.input;
    const back = this.#back === undefined || value === BEGINNING || value === END ? value : Math.max(BEGINNING, this.#back.of(value));
    return Math.min(back, this.#limit);
  }
}
