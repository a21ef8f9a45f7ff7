/** How often progress is shown where it is not a terminal, in ms. */
const EVERY_MS = 10_000;

/** Says on standard error how far a long run is: in one line that changes, or now and then a line. */
export class Progress {
  readonly #what: string;
  readonly #begun = performance.now();
  #shown = this.#begun;

  constructor(what: string) {
    this.#what = what;
  }

  at(done: number, of: number): void {
    const now = performance.now();
    const { stderr } = process;
    if (now - this.#shown < (stderr.isTTY ? 100 : EVERY_MS)) return;
    this.#shown = now;
    const left = Math.round(((now - this.#begun) / done) * (of - done) / 1000);
    stderr.write(`${stderr.isTTY ? '\r' : ''}${done.toLocaleString('en')} of ${of.toLocaleString('en')} ${this.#what}, ${left} s left${stderr.isTTY ? ' ' : '\n'}`);
  }

  /** Gives how long it took, in s. */
  end(): number {
    if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
    return Math.round((performance.now() - this.#begun) / 100) / 10;
  }
}
