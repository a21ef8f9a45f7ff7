/*
 * What the console asks the server, and what comes back.
 *
 * The console has no private door: `/v1/usage` and `/v1/invoices` are what every customer calls.
 * `/console/hello` says whom one is talking to; `/console/live` is the stream of how things stand.
 * Amounts are decimal strings, because a bill does not pass through a float.
 */

import type { Count } from './format/number.ts';

/** Milliseconds since the Unix epoch. */
export type EpochMs = number;

/** Why a number can be believed: every producer proved it, the input ended, a bound was assumed, a person said so. */
export type Evidence = 'proved' | 'ended' | 'assumed' | 'declared';
export type Finality = 'provisional' | 'final';

export type Hello = {
  readonly product: 'Emily';
  readonly who: Who;
  readonly may: readonly Act[];
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

/** Whose session it is: of the house, or of one tenant, which is told of nobody else. */
export type Who = { readonly user: Own | null } & ({ readonly role: 'operator' | 'finance' | 'auditor'; readonly tenant: null } | { readonly role: 'admin' | 'developer'; readonly tenant: { readonly id: string; readonly name: string } });

/** What a user is told of themselves. `asksCurrent`: a new password takes the one until now. */
export type Own = { readonly id: string; readonly name: string | null; readonly hasPassword: boolean; readonly asksCurrent: boolean };

/** What one may do: see numbers, see accounts, change them, see who did what, see how Emily runs, record payments, decide what is the operator's. */
export type Act = 'read' | 'look' | 'administer' | 'audit' | 'watch' | 'credit' | 'operate';

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
  /** The same of what is sent in from elsewhere; null as long as nothing was. */
  readonly sentIn: { readonly frontier: EpochMs | null; readonly evidence: readonly Evidence[] } | null;
  readonly producers: readonly Producer[];
  readonly missing: readonly Missing[];
  /** What waits for a person, the oldest first, and what was decided last, the newest first; also `GET /v1/holds`. */
  readonly holds: readonly Hold[];
  readonly decided: readonly DecidedHold[];
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
  readonly requests: Count;
  readonly inputTokens: Count;
  readonly outputTokens: Count;
  readonly amount: string;
  readonly currency: string;
  readonly byTenant: readonly TenantUsage[];
  readonly byModel: readonly ModelUsage[];
};

export type TenantUsage = {
  readonly tenant: string;
  readonly name: string;
  readonly requests: Count;
  readonly inputTokens: Count;
  readonly outputTokens: Count;
  readonly amount: string;
};

export type ModelUsage = {
  readonly model: string;
  readonly requests: Count;
  readonly inputTokens: Count;
  readonly outputTokens: Count;
  /** Of the month's requests, 0 to 1. */
  readonly share: number;
};

/** How far one gateway's numbered facts have arrived. */
export type Producer = {
  readonly producer: string;
  /** Its latest life; 0: nothing was heard of it. */
  readonly epoch: number;
  /** The last number of that life up to which all have come; −1: none. */
  readonly sequence: number;
  /** Null: it has said nothing. */
  readonly lastAt: EpochMs | null;
  /** Nothing older follows. Null: it has promised nothing, or is set aside. */
  readonly promise: EpochMs | null;
  /** Expected: never heard. Gapped: something that it sent has not come. Lost: given up. Closed: it said goodbye. */
  readonly state: 'expected' | 'live' | 'gapped' | 'silent' | 'closed' | 'lost';
  /** Stretches of time in which nothing is missing. */
  readonly segments: readonly { readonly from: EpochMs; readonly to: EpochMs }[];
  readonly gaps: readonly Gap[];
};

/** Missing sequence numbers, each range with both its ends included. */
export type Gap = {
  readonly epoch: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly ranges: readonly (readonly [number, number])[];
};

/**
 * Who is missing what. `sequences`: numbers that were said to be sent and have not come, since an arrival;
 * `epoch`: nobody said how a life ended; `expected` and `silent`: nobody knows what there would be.
 */
export type Missing =
  | { readonly what: 'sequences'; readonly source: string; readonly producer: string; readonly epoch: number; readonly ranges: Gap['ranges']; readonly since: EpochMs; readonly lost: boolean }
  | { readonly what: 'epoch'; readonly source: string; readonly producer: string; readonly epoch: number; readonly known: number; readonly lost: boolean }
  | { readonly what: 'expected' | 'silent'; readonly source: string; readonly producer: string }
  | { readonly what: 'offsets'; readonly source: string; readonly ranges: Gap['ranges']; readonly count: number };

export type HoldReason = 'late-to-final' | 'contradiction' | 'silent' | 'bad-input-rate' | 'threw' | 'reopenings' | 'sink-refused';
export type HoldChoice = 'wait' | 'accept' | 'discard' | 'declare-lost' | 'proceed' | 'retry';

/** Something stands still until a person decides. */
export type Hold = {
  readonly id: number;
  readonly reason: HoldReason;
  readonly since: EpochMs;
  readonly producer: string | null;
  /** What was seen, in words. */
  readonly evidence: string;
  readonly scope:
    | { readonly kind: 'partition'; readonly source: string; readonly partition: number }
    | { readonly kind: 'key'; readonly operator: string; readonly key: unknown }
    | { readonly kind: 'sink'; readonly sink: string }
    | { readonly kind: 'pipeline' };
  /** `frontier`: what is counted goes on, but nothing becomes final beyond `upTo`. */
  readonly waits: { readonly what: 'frontier' | 'input' | 'key' | 'delivery'; readonly source: string | null; readonly upTo: EpochMs | null; readonly messages: number };
  readonly choices: readonly HoldChoice[];
};

export type DecidedHold = {
  readonly hold: number;
  readonly at: EpochMs;
  readonly reason: string;
  readonly producer: string | null;
  readonly evidence: string;
  readonly choice: string;
  /** The name that was given, and what it was signed in with. */
  readonly by: string;
  readonly credential: string;
  readonly because: string;
};

/** What is posted to `paths.hold(id)`. */
export type HoldDecision = { readonly choice: HoldChoice; readonly by: string; readonly reason: string };

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

export type AsOf = Pick<Now, 'commit' | 'frontier' | 'evidence' | 'sentIn'>;

/** By our own gateways, or by somebody else who sent it in. What the two come to is never added up by the server. */
export type Measured = 'here' | 'elsewhere';

/** Windows are ascending, here before elsewhere; one in which nothing happened is left out. */
export type Usage = { readonly data: readonly UsageWindow[]; readonly asOf: AsOf };

export type UsageWindow = {
  readonly window: { readonly start: EpochMs; readonly end: EpochMs };
  readonly tenant?: string;
  readonly model?: string;
  readonly user?: string;
  /** A project's id; '' of keys without one. */
  readonly project?: string;
  /** A key's id; '' of what was sent in. */
  readonly key?: string;
  readonly measured: Measured;
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
  readonly measured: Measured;
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
  hold: (id: number): string => `/v1/holds/${id}`,
  minutes: (from: EpochMs, to: EpochMs): string => `/v1/usage?window=minute&from=${from}&to=${to}&group=none`,
  invoices: (month: string): string => `/v1/invoices?month=${month}&limit=${INVOICES_MAX}`,
} as const;
