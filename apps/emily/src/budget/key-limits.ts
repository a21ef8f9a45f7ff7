import type { KeyId } from '../domain/names.ts';
import { TokenBucket } from '../domain/token-bucket.ts';

/** How much a key may ask for in a minute; null: as much as it likes. */
export type KeyLimit = { readonly requestsPerMinute: number | null; readonly tokensPerMinute: number | null };

/** More is no limit. */
export const PER_MINUTE_MAX = 1_000_000_000;

type Buckets = { readonly requests: TokenBucket | undefined; readonly tokens: TokenBucket | undefined };

/**
 * How often keys may ask, and for how many tokens: a bucket each. They are in memory, and full when Emily starts: a
 * limit on how fast something goes, where a budget is one on what it comes to.
 */
export class KeyLimits {
  readonly #now: () => number;
  readonly #limits = new Map<KeyId, KeyLimit>();
  readonly #buckets = new Map<KeyId, Buckets>();

  /** `now` never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A limit that stays the same keeps its bucket as it stands. */
  set(key: KeyId, limit: KeyLimit): void {
    const former = this.#buckets.get(key);
    this.#limits.set(key, limit);
    this.#buckets.set(key, { requests: this.#bucket(limit.requestsPerMinute, former?.requests), tokens: this.#bucket(limit.tokensPerMinute, former?.tokens) });
  }

  of(key: KeyId): KeyLimit {
    return this.#limits.get(key) ?? { requestsPerMinute: null, tokensPerMinute: null };
  }

  /** Whether tokens of this key are counted. */
  limitsTokens(key: KeyId): boolean {
    return this.#buckets.get(key)?.tokens !== undefined;
  }

  /** Takes one request; or says in how many ms there is one. */
  takeRequest(key: KeyId): number | undefined {
    return this.#buckets.get(key)?.requests?.take(1, this.#now());
  }

  /** Takes so many tokens; or says in how many ms they are there. */
  takeTokens(key: KeyId, count: number): number | undefined {
    return this.#buckets.get(key)?.tokens?.take(count, this.#now());
  }

  giveBackTokens(key: KeyId, count: number): void {
    this.#buckets.get(key)?.tokens?.giveBack(count, this.#now());
  }

  /** Where the key stands, in the words of OpenAI's API; nothing of what is not limited. */
  headers(key: KeyId): Readonly<Record<string, string>> {
    const { requests, tokens } = this.#buckets.get(key) ?? {};
    return { ...this.#headersOf('requests', requests), ...this.#headersOf('tokens', tokens) };
  }

  #headersOf(of: 'requests' | 'tokens', bucket: TokenBucket | undefined): Record<string, string> {
    if (bucket === undefined) return {};
    const { remaining, fullInMs } = bucket.level(this.#now());
    return { [`x-ratelimit-limit-${of}`]: String(bucket.perMinute), [`x-ratelimit-remaining-${of}`]: String(remaining), [`x-ratelimit-reset-${of}`]: durationText(fullInMs) };
  }

  #bucket(perMinute: number | null, former: TokenBucket | undefined): TokenBucket | undefined {
    if (perMinute === null) return undefined;
    return former?.perMinute === perMinute ? former : new TokenBucket(perMinute, this.#now());
  }
}

/** `12ms`, `1s`, `1.5s`, `6m0s`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${(ms - minutes * 60_000) / 1_000}s`;
  return minutes === 0 ? seconds : `${minutes}m${seconds}`;
}
