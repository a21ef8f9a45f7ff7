import type { EpochMs } from '../../domain/names.ts';

/** A request of a trace: when it came and how long it was. */
export interface Arrival {
  readonly at: EpochMs;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of `inputTokens`, never in addition to them. */
  readonly cachedInputTokens: number;
}

/** An arrival with its number in the file, from 0. */
export interface TraceRow extends Arrival {
  readonly row: number;
}

/** Traces without a date begin at 2024-01-01T00:00:00Z. */
export const traceStartMs: number = Date.UTC(2024, 0, 1);
