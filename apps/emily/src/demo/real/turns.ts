/** A few things that many want: who comes first takes one first, and gives it back. */
export class Turns<Thing> {
  readonly #free: Thing[];
  readonly #waiting: ((thing: Thing) => void)[] = [];

  constructor(things: readonly Thing[]) {
    this.#free = [...things];
  }

  /** Resolves with a thing when it is the caller's turn; rejects, out of the queue, when the signal fires before. */
  async take(signal: AbortSignal): Promise<Thing> {
    signal.throwIfAborted();
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const { promise, resolve, reject } = Promise.withResolvers<Thing>();
    const leave = (): void => {
      this.#waiting.splice(this.#waiting.indexOf(take), 1);
      reject(signal.reason as Error);
    };
    const take = (thing: Thing): void => {
      signal.removeEventListener('abort', leave);
      resolve(thing);
    };
    this.#waiting.push(take);
    signal.addEventListener('abort', leave, { once: true });
    return promise;
  }

  giveBack(thing: Thing): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(thing);
    else next(thing);
  }
}
