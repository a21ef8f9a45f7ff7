import type { KeyId } from '../domain/names.ts';
import type { Units } from '../domain/usage-fact.ts';
import type { KnownCaller } from './caller.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { refuse } from './refusal.ts';

/** More is as good as endless, and sums of it are safe integers. */
const TOKENS_MAX = 100_000_000_000;

/** The tokens that a call may come to, taken from what its key may ask for; what it did not use goes back at its end. */
export class TokenHold {
  readonly #rates: RateLimiter;
  readonly #key: KeyId;
  readonly #count: number;

  private constructor(rates: RateLimiter, key: KeyId, count: number) {
    this.#rates = rates;
    this.#key = key;
    this.#count = count;
  }

  /** Undefined where the tokens of this key are not limited. */
  static take(rates: RateLimiter | undefined, caller: KnownCaller, most: Units): TokenHold | undefined {
    const { key } = caller.credential;
    if (rates?.limitsTokens(key) !== true) return undefined;
    const count = Math.min(most.inputTokens + most.outputTokens, TOKENS_MAX);
    const retryAfterMs = rates.takeTokens(key, count);
    caller.tell(rates.headers(key));
    if (retryAfterMs !== undefined) throw refuse('rate_limited', { what: 'tokens', retryAfterMs });
    return new TokenHold(rates, key, count);
  }

  /** The call has used so much. */
  end({ inputTokens, outputTokens }: Pick<Units, 'inputTokens' | 'outputTokens'>): void {
    this.#rates.giveBackTokens(this.#key, Math.max(0, this.#count - inputTokens - outputTokens));
  }
}
