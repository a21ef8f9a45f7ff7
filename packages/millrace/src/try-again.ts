/**
 * Why rows were not taken, where it helps to try again: the receiver is not there, or has no room. It is tried until
 * it takes them, with pauses that grow; with `retry` for so long.
 */
export class TryAgain extends Error {
  /** How long the receiver asks to be left alone, in ms. */
  readonly afterMs: number | undefined;

  constructor(reason: string, options: { readonly afterMs?: number | undefined; readonly cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
    this.name = 'TryAgain';
    this.afterMs = options.afterMs;
  }
}
