import type { KeyId } from '../domain/names.ts';

/** How often a key may ask, and for how many tokens, in a minute. */
export interface RateLimiter {
  /** Takes one request; or says in how many ms there is one. */
  takeRequest(key: KeyId): number | undefined;
  /** Whether tokens of this key are counted. */
  limitsTokens(key: KeyId): boolean;
  /** Takes so many tokens; or says in how many ms they are there. */
  takeTokens(key: KeyId, count: number): number | undefined;
  /** They were not used after all. */
  giveBackTokens(key: KeyId, count: number): void;
  /** Where the key stands; nothing of what is not limited. */
  headers(key: KeyId): Readonly<Record<string, string>>;
}
