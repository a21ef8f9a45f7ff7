import type { Units } from '../domain/usage-fact.ts';

/** The engine's own count of a call, in its answer's `usage`. */
export type EngineUsage = Pick<Units, 'inputTokens' | 'cachedInputTokens' | 'outputTokens'>;

/** Reads a `usage` object; undefined where there is none, or where it does not hold counts. What does not generate may leave its output out. */
export function readEngineUsage(usage: unknown, generates = true): EngineUsage | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const { prompt_tokens: input, completion_tokens, prompt_tokens_details: details } = usage as Record<string, unknown>;
  const output = generates ? completion_tokens : (completion_tokens ?? 0);
  if (!isCount(input) || !isCount(output)) return undefined;
  const cached = (details as { cached_tokens?: unknown } | null | undefined)?.cached_tokens;
  return { inputTokens: input, cachedInputTokens: isCount(cached) ? Math.min(cached, input) : 0, outputTokens: output };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
