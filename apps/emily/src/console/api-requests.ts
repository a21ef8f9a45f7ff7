/* What the page of the requests asks, and what comes back: docs/usage.md says what each part means. */
import type { AsOf, EpochMs, Evidence, Finality } from './api.ts';

export type RequestOutcome = 'open' | 'completed' | 'cancelled' | 'failed' | 'lost' | 'refused';
export const requestOutcomes: readonly RequestOutcome[] = ['open', 'completed', 'cancelled', 'failed', 'lost', 'refused'];

export type RequestUnits = { readonly requests: number; readonly inputTokens: number; readonly cachedInputTokens: number; readonly outputTokens: number };

export type RequestRow = {
  readonly id: string;
  readonly admittedAt: EpochMs;
  readonly tenant: string | null;
  readonly user: string | null;
  readonly key: string | null;
  readonly model: string | null;
  readonly outcome: RequestOutcome;
  readonly priceId: string | null;
  readonly units: RequestUnits | null;
  /** Where the units come from. */
  readonly provenance: string | null;
  readonly replica: string | null;
  readonly firstTokenMs: number | null;
  readonly totalMs: number | null;
  readonly refusal: { readonly status: number; readonly code: string } | null;
  /** Null: it costs nothing, or has not ended. */
  readonly amount: string | null;
  readonly writtenOff: string | null;
  readonly currency: string;
};

/** The newest first; `among`: so many were there to choose from. */
export type Requests = { readonly data: readonly RequestRow[]; readonly among: number; readonly asOf: AsOf };

export type Count = { readonly budget: string; readonly period: string };

/** A fact of the usage log under its number; what else it says depends on its kind. */
export type RequestFact = {
  readonly producer: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly kind: string;
  readonly at: EpochMs;
  readonly stream?: boolean;
  readonly idempotencyKey?: string | null;
  readonly reserve?: { readonly amount: string; readonly counts: readonly Count[] } | null;
  readonly outcome?: string;
  readonly units?: RequestUnits;
  readonly provenance?: string;
  readonly replica?: string | null;
  readonly firstTokenMs?: number | null;
  readonly totalMs?: number;
  readonly charge?: { readonly charged: string; readonly writtenOff: string; readonly counts: readonly Count[] } | null;
  readonly status?: number;
  readonly code?: string;
};

export type RequestWindow = { readonly window: 'minute' | 'month'; readonly start: EpochMs; readonly end: EpochMs; readonly requests: number; readonly finality: Finality; readonly evidence: readonly Evidence[] };

export type RequestInvoice = {
  readonly id: string;
  readonly user: string;
  readonly tenant: string;
  readonly period: { readonly start: EpochMs; readonly end: EpochMs; readonly zone: string };
  readonly finality: Finality;
  readonly evidence: readonly Evidence[];
  readonly total: string;
  readonly currency: string;
  readonly line: { readonly unit: string; readonly quantity: number; readonly priceId: string; readonly unitPrice: string; readonly amount: string } | null;
};

/** What became of one request. */
export type RequestStory = {
  readonly request: RequestRow & { readonly why: 'charged' | 'open' | 'refused' | 'failed' | 'lost' | 'estimate' };
  readonly facts: readonly RequestFact[];
  readonly price: { readonly id: string; readonly unit: string; readonly unitPrice: string; readonly currency: string; readonly reason: string } | null;
  readonly windows: readonly RequestWindow[];
  readonly invoice: RequestInvoice | null;
  readonly unended: { readonly timedOut: boolean; readonly endCameLate: boolean } | null;
  readonly asOf: AsOf;
};

/** So many are listed. */
export const REQUESTS_SHOWN_MAX = 200;

export type RequestQuestion = { readonly tenant: string; readonly model: string; readonly outcome: string; readonly key: string; readonly user: string };

export const requestPaths = {
  list: (question: RequestQuestion): string => {
    const asked = Object.entries(question).filter(([, value]) => value !== '');
    return `/v1/requests?${new URLSearchParams([...asked, ['limit', String(REQUESTS_SHOWN_MAX)]]).toString()}`;
  },
  one: (id: string): string => `/v1/requests/${encodeURIComponent(id)}`,
} as const;
