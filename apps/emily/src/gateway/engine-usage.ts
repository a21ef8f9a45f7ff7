import type { Units } from '../domain/usage-fact.ts';
import type { Endpoint } from './endpoint.ts';

/** The engine's own count of a call, in its answer's `usage`. */
export type EngineUsage = Pick<Units, 'inputTokens' | 'cachedInputTokens' | 'outputTokens'>;

/** Reads a `usage` object of an endpoint; undefined where there is none, or where it does not hold counts. */
export function readEngineUsage(usage: unknown, { counts }: Endpoint): EngineUsage | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const { [counts.input]: input, [counts.output]: made, [counts.details]: details } = usage as Record<string, unknown>;
  const output = counts.generates ? made : (made ?? 0);
  if (!isCount(input) || !isCount(output)) return undefined;
  const cached = (details as { cached_tokens?: unknown } | null | undefined)?.cached_tokens;
  return { inputTokens: input, cachedInputTokens: isCount(cached) ? Math.min(cached, input) : 0, outputTokens: output };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
