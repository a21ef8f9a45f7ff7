import { TokenBucket } from '../budget/token-bucket.ts';

/** So often in a minute one name is tried, and so many names are remembered. */
const TRIES_PER_MINUTE = 10;
const NAMES_MAX = 10_000;
/** A password takes a core for a while: so many wait for theirs, and the others are sent away. */
const WAITING_MAX = 16;

/** Sent away: after so long it makes sense to try again. */
export class TooManyTries extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('too many tries');
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Lets passwords be tried: each name so often, whether there is such a user or not, and one at a time of all. So
 * guessing takes long, and takes no more than one core from those who call models.
 */
export class PasswordGate {
  readonly #monotonicMs: () => number;
  readonly #names = new Map<string, TokenBucket>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Does the work of trying this name, when it is its turn. TooManyTries. */
  async through<T>(name: string, work: () => Promise<T>): Promise<T> {
    const wait = this.#bucketOf(name).take(1, this.#monotonicMs());
    if (wait !== undefined) throw new TooManyTries(wait);
    if (this.#waiting >= WAITING_MAX) throw new TooManyTries(1_000);
    this.#waiting += 1;
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined).then(() => void (this.#waiting -= 1));
    return done;
  }

  #bucketOf(name: string): TokenBucket {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    // The oldest is forgotten first; whoever tries so many names tries each of them once.
    const [oldest] = this.#names.keys();
    if (this.#names.size >= NAMES_MAX && oldest !== undefined) this.#names.delete(oldest);
    const bucket = new TokenBucket(TRIES_PER_MINUTE, this.#monotonicMs());
    this.#names.set(name, bucket);
    return bucket;
  }
}
