import type { Evidence } from './evidence.ts';
import { type Follower, Frontier } from './frontier.ts';
import type { Settler } from './settler.ts';

/** A frontier that may lag behind the one that it follows: on what it rests, it asks that one. */
export abstract class LaggingFrontier extends Frontier implements Follower {
  protected readonly input: Frontier;

  constructor(input: Frontier, settler?: Settler) {
    super(settler);
    this.input = input;
    input.feeds(this);
  }

  abstract moved(): void;

  abstract restoreFromInputs(): void;

  override get isNumbered(): boolean {
    return this.input.isNumbered;
  }

  /** Without numbered producers: what its input rested on when this one moved. */
  override evidenceOf(from: number, to: number): Evidence {
    return this.isNumbered ? this.input.evidenceOf(from, to) : this.evidence;
  }
}
