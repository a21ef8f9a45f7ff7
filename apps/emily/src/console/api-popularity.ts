/* What the last hour is asked by, and what comes back: docs/usage.md says what each part means. */
import type { AsOf, EpochMs, Evidence, Finality } from './api.ts';

export type PopularModel = {
  readonly model: string;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Requests of the hour before. */
  readonly before: number;
  readonly finality: Finality;
  readonly evidence: readonly Evidence[];
};

/** The most popular first. */
export type Popularity = { readonly window: { readonly start: EpochMs; readonly end: EpochMs }; readonly data: readonly PopularModel[]; readonly asOf: AsOf };

export const popularityPath = '/v1/popularity';
