import { type Evidence, combined } from './evidence.ts';
import { END, type Follower, Frontier } from './frontier.ts';
import type { Settler } from './settler.ts';

/** The least of several frontiers, with the evidence of all of them. */
export class MergedFrontier extends Frontier implements Follower {
  readonly #inputs: readonly Frontier[];

  constructor(inputs: readonly Frontier[], settler?: Settler) {
    super(settler);
    this.#inputs = inputs;
    for (const input of inputs) input.feeds(this);
  }

  moved(): void {
    const { value, evidence, ending } = this.#least();
    if (value > this.value) this.advance(value, evidence, ending);
    else this.rest(evidence);
  }

  override get isNumbered(): boolean {
    return this.#inputs.some((input) => input.isNumbered);
  }

  override evidenceOf(from: number, to: number): Evidence {
    let evidence = 0;
    for (const input of this.#inputs) evidence = combined(evidence, input.evidenceOf(from, to));
    return evidence;
  }

  restoreFromInputs(): void {
    const { value, evidence } = this.#least();
    this.restore(value, evidence);
  }

  #least(): { value: number; evidence: Evidence; ending: boolean } {
    let value = END;
    let evidence = 0;
    let ending = true;
    for (const input of this.#inputs) {
      if (input.value < value) value = input.value;
      evidence = combined(evidence, input.evidence);
      ending &&= input.ending;
    }
    return { value, evidence, ending };
  }
}
