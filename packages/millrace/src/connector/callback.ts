import { checkCallable } from '../argument.ts';
import { decodeRows, encodeRows } from '../store/rows.ts';
import type { Json } from '../task/source.ts';
import type { Parcel, SinkDriver, SinkSpec } from '../task/sink.ts';

/**
 * Calls `call` with each row and its number, in their order, one after the other: where it returns a
 * promise, the next row waits for it.
 *
 * With a store, a row may come again after a crash, under the same number: whoever must not act twice
 * remembers the last number together with what it did.
 */
export function callback<T>(call: (row: T, number: number) => void | Promise<void>): SinkSpec<T> {
  checkCallable('callback(call)', call);
  return { text: 'callback', open: async () => new CallbackDriver(call) };
}

class CallbackDriver<T> implements SinkDriver<T> {
  readonly #call: (row: T, number: number) => unknown;
  /** The call that later rows wait for; it stays when it has failed, so that no row is called after it. */
  #last: Promise<void> | undefined;
  /** How many calls have not ended. */
  #waiting = 0;

  constructor(call: (row: T, number: number) => unknown) {
    this.#call = call;
  }

  write(row: T, number: number): void {
    if (this.#last !== undefined) return this.#wait(this.#last.then(() => this.#call(row, number) as undefined));
    const returned = this.#call(row, number);
    if (returned !== undefined && isPromise(returned)) this.#wait(returned);
  }

  flush(): Promise<void> | undefined {
    return this.#last;
  }

  encode(rows: readonly T[]): Uint8Array {
    return encodeRows(rows);
  }

  async deliver(parcels: readonly Parcel[]): Promise<void> {
    for (const { payload, first } of parcels) {
      let number = first;
      for (const row of decodeRows(payload) as T[]) {
        const returned = this.#call(row, number);
        if (returned !== undefined && isPromise(returned)) await returned;
        number += 1;
      }
    }
  }

  position(): Json {
    return null;
  }

  async close(): Promise<void> {}

  #wait(call: PromiseLike<unknown>): void {
    this.#waiting += 1;
    this.#last = this.#settle(call);
    // Whoever flushes is told of a failure; until then it is not unhandled.
    this.#last.catch(() => {});
  }

  async #settle(call: PromiseLike<unknown>): Promise<void> {
    await call;
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#last = undefined;
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
