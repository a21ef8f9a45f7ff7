/* What the page of the budgets asks, and what comes back: docs/budgets.md says what each part means. Amounts are decimals as text. */

export const budgetScopes = ['organisation', 'project', 'key', 'user'] as const;
export const budgetPeriods = ['day', 'month', 'total'] as const;
export const budgetKinds = ['hard', 'soft'] as const;
export type BudgetScope = (typeof budgetScopes)[number];
export type BudgetPeriod = (typeof budgetPeriods)[number];
export type BudgetKind = (typeof budgetKinds)[number];

export type Budget = {
  readonly tenant: string;
  readonly id: string;
  readonly of: BudgetScope;
  readonly project?: string;
  readonly key?: string;
  readonly user?: string;
  readonly period: BudgetPeriod;
  readonly kind: BudgetKind | 'credit';
  readonly limit: string;
  readonly currency: string;
  readonly setBy: 'operator' | 'tenant';
  readonly setAt: string;
  readonly current: { readonly period: string; readonly spent: string; readonly reserved: string; readonly left: string };
  readonly alerts: readonly BudgetAlert[];
};

export type BudgetAlert = { readonly percent: number; readonly limit: string; readonly at: string };

export type Budgets = { readonly data: readonly Budget[] };

export const budgetPaths = {
  list: (tenant: string): string => `/v1/budgets${tenant === '' ? '' : `?${new URLSearchParams({ tenant }).toString()}`}`,
  set: '/v1/budgets',
  remove: '/v1/budgets/remove',
  credit: '/v1/credit',
} as const;
