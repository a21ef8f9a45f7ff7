import type { Units } from '../domain/usage-fact.ts';

/** What an engine has counted of a call so far. */
export type CountedTokens = Pick<Units, 'inputTokens' | 'cachedInputTokens' | 'outputTokens'>;

/**
 * What a token takes of a GPU beside other tokens. Reading is done many tokens at once, writing one after the other,
 * and what is cached is hardly touched. They say how calls that run together share a time, never how long it was.
 */
export const COST_OF = { uncachedInput: 10, cachedInput: 1, output: 40 } as const;

export const costUnits = ({ inputTokens, cachedInputTokens, outputTokens }: CountedTokens): number =>
  COST_OF.uncachedInput * (inputTokens - cachedInputTokens) + COST_OF.cachedInput * cachedInputTokens + COST_OF.output * outputTokens;
