/* What the pages of the tenants and the audit ask, and what comes back: docs/accounts.md and docs/budgets.md say what each part means. */

export type TenantRow = { readonly id: string; readonly name: string; readonly createdAt: string };

export type KeyRow = {
  readonly id: string;
  readonly tenant: string;
  readonly user: string | null;
  readonly project: string | null;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
};

export type BudgetRow = {
  readonly tenant: string;
  readonly id: string;
  /** Whose calls it counts: `organisation`, `project`, `key` or `user`, which is then named. */
  readonly of: string;
  readonly key?: string;
  readonly user?: string;
  readonly project?: string;
  readonly period: string;
  readonly kind: 'hard' | 'soft' | 'credit';
  readonly limit: string;
  readonly currency: string;
  readonly setBy: string;
  readonly current: { readonly period: string; readonly spent: string; readonly reserved: string; readonly left: string };
};

/** One administrative act: what else it says depends on its kind. */
export type Act = { readonly number: number; readonly at: string; readonly act: string; readonly by?: string; readonly chain: string | null } & Readonly<Record<string, unknown>>;

/** The oldest first, from the one that was asked for. */
export type Audit = { readonly data: readonly Act[]; readonly next: number | null; readonly head: { readonly chain: string; readonly commands: number } };

export type ChainVerdict = { readonly holds: boolean; readonly acts: number; readonly chain: string; readonly flaw: string | null; readonly keptAt: number | null };

/** So many acts come in one answer. */
export const ACTS_MAX = 1_000;

export const accountPaths = {
  tenants: '/v1/tenants',
  keys: (tenant: string): string => `/v1/keys?${new URLSearchParams({ tenant }).toString()}`,
  budgets: (tenant: string): string => `/v1/budgets?${new URLSearchParams({ tenant }).toString()}`,
  audit: (from: number, tenant: string): string => `/v1/audit?${new URLSearchParams({ from: String(from), ...(tenant === '' ? {} : { tenant }) }).toString()}`,
  chain: (kept: string): string => `/v1/audit/chain${kept === '' ? '' : `?${new URLSearchParams({ kept }).toString()}`}`,
} as const;
