interface Deed {
  readonly carryOut: () => void;
  /** Told where it never is. */
  readonly reject: (error: unknown) => void;
}

/** What is to be done between two batches, and is part of the next commit. */
export class Deeds {
  #waiting: Deed[] = [];
  /** Why nothing is done any more. */
  #over: (() => Error) | undefined;

  add(carryOut: () => void, reject: Deed['reject'] = () => {}): void {
    if (this.#over === undefined) this.#waiting.push({ carryOut, reject });
    else reject(this.#over());
  }

  carryOut(): void {
    for (const deed of this.#waiting.splice(0)) deed.carryOut();
  }

  /** Whoever waits for one that is not done yet would wait for ever. */
  end(why: () => Error): void {
    this.#over = why;
    for (const { reject } of this.#waiting.splice(0)) reject(why());
  }
}
