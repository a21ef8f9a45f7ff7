import { setImmediate } from 'node:timers/promises';

/** For how long one request is worked on before others have their turn, in ms. */
const TURN_MS = 5;

/** Lets others have their turn in the middle of long work: to be asked often, between pieces of it. */
export class Turns {
  #ends = performance.now() + TURN_MS;

  /** Whether it is the others' turn; then `others` is to be waited for. */
  get over(): boolean {
    return performance.now() > this.#ends;
  }

  async others(): Promise<void> {
    await setImmediate();
    this.#ends = performance.now() + TURN_MS;
  }
}
