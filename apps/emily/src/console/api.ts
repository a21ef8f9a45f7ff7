/*
 * What the console asks the server, and what comes back.
 *
 * The console has no private door: `/v1/usage` and `/v1/invoices` are what every customer calls.
 * `/console/hello` says whom one is talking to; `/console/live` is the stream of how things stand.
 * Amounts are decimal strings, because a bill does not pass through a float.
 */

/** Milliseconds since the Unix epoch. */
export type EpochMs = number;

/** Why a number can be believed: every producer proved it, the input ended, a bound was assumed, a person said so. */
export type Evidence = 'proved' | 'ended' | 'assumed' | 'declared';
export type Finality = 'provisional' | 'final';

export type Hello = {
  readonly product: 'Emily';
  readonly now: EpochMs;
  readonly mode: 'demo' | 'replay' | 'serve';
  readonly address: string;
  readonly demoKey: string | null;
  readonly curl: string;
  readonly currency: string;
  readonly zone: string;
  readonly models: readonly Model[];
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  readonly replay: { readonly file: string; readonly rows: number; readonly done: number; readonly finished: boolean } | null;
};

export type Model = { readonly id: string; readonly owner: string; readonly simulated: boolean };

/** The event `now` of the stream: about one a second, each complete in itself. */
export type Now = {
  readonly at: EpochMs;
  readonly commit: number;
  /** No fact with an earlier time will come. Null: nothing is promised yet. */
  readonly frontier: EpochMs | null;
  readonly evidence: readonly Evidence[];
  readonly rates: Rates;
  readonly month: Month;
  readonly producers: readonly Producer[];
  readonly replay: ReplayProgress | null;
  readonly health: Health;
};

export type Rates = {
  readonly requestsPerSecond: number;
  readonly inputTokensPerSecond: number;
  readonly outputTokensPerSecond: number;
  readonly inFlight: number;
  readonly refusedPerSecond: number;
};

export type Month = {
  readonly start: EpochMs;
  readonly end: EpochMs;
  readonly zone: string;
  /** Year and month, `2026-11`. */
  readonly label: string;
  readonly finality: Finality;
  readonly evidence: readonly Evidence[];
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly amount: string;
  readonly currency: string;
  readonly byTenant: readonly TenantUsage[];
  readonly byModel: readonly ModelUsage[];
};

export type TenantUsage = {
  readonly tenant: string;
  readonly name: string;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly amount: string;
};

export type ModelUsage = {
  readonly model: string;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the month's requests, 0 to 1. */
  readonly share: number;
};

/** How far one gateway's numbered facts have arrived. */
export type Producer = {
  readonly producer: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly lastAt: EpochMs;
  readonly state: 'live' | 'silent' | 'closed';
  /** Stretches of time in which nothing is missing. */
  readonly segments: readonly { readonly from: EpochMs; readonly to: EpochMs }[];
  readonly gaps: readonly Gap[];
};

/** Missing sequence numbers, each range with both its ends included. */
export type Gap = {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly ranges: readonly (readonly [number, number])[];
};

export type ReplayProgress = {
  readonly rows: number;
  readonly done: number;
  readonly finished: boolean;
  readonly requestsPerSecond: number;
};

export type Health = {
  readonly replicas: readonly Replica[];
  readonly bad: number;
  readonly late: number;
};

export type Replica = {
  readonly id: string;
  readonly model: string;
  readonly state: string;
  readonly outstanding: number;
};

export type AsOf = { readonly commit: number; readonly frontier: EpochMs | null; readonly evidence: readonly Evidence[] };

/** Windows are ascending; one in which nothing happened is left out. */
export type Usage = { readonly data: readonly UsageWindow[]; readonly asOf: AsOf };

export type UsageWindow = {
  readonly window: { readonly start: EpochMs; readonly end: EpochMs };
  readonly tenant?: string;
  readonly model?: string;
  readonly user?: string;
  readonly requests: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly finality: Finality;
  readonly evidence: readonly Evidence[];
};

/** The largest first. */
export type Invoices = { readonly data: readonly Invoice[]; readonly asOf: AsOf };

export type Invoice = {
  readonly id: string;
  readonly tenant: string;
  readonly user: string;
  readonly period: { readonly start: EpochMs; readonly end: EpochMs; readonly zone: string };
  readonly status: 'open' | 'final';
  readonly lines: readonly InvoiceLine[];
  readonly total: string;
  readonly currency: string;
  readonly finality: Finality;
  readonly evidence: readonly Evidence[];
  /** Numbers are given out when an invoice becomes final. */
  readonly number: string | null;
};

export type InvoiceLine = {
  readonly unit: string;
  readonly quantity: number;
  readonly priceId: string;
  readonly unitPrice: string;
  readonly amount: string;
};

/** The most invoices the page asks for; the largest come first. */
export const INVOICES_MAX = 200;

export const paths = {
  hello: '/console/hello',
  live: '/console/live',
  minutes: (from: EpochMs, to: EpochMs): string => `/v1/usage?window=minute&from=${from}&to=${to}&group=none`,
  invoices: (month: string): string => `/v1/invoices?month=${month}&limit=${INVOICES_MAX}`,
} as const;
