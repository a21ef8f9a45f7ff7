/*
 * Budgets as the rooms speak of them: who set what is the log of commands' affair, what was reserved and charged
 * is in the facts of the calls themselves.
 */
import type { Pico } from './money.ts';
import type { Branded, KeyId, TenantId, UserId } from './names.ts';

export type BudgetId = Branded<string, 'BudgetId'>;
/** A part of a tenant's work; keys belong to one, or to none. */
export type ProjectId = Branded<string, 'ProjectId'>;

export const budgetId = (id: string): BudgetId => id as BudgetId;
export const projectId = (id: string): ProjectId => id as ProjectId;

/** Whose calls a budget counts, within its tenant. */
export type BudgetScope =
  | { readonly kind: 'organisation' }
  | { readonly kind: 'project'; readonly project: ProjectId }
  | { readonly kind: 'key'; readonly key: KeyId }
  | { readonly kind: 'user'; readonly user: UserId };

/** After what it begins anew: a calendar day or month of the billing zone, or never. */
export type BudgetPeriod = 'day' | 'month' | 'total';

/** `hard` and `credit` refuse what would pass the limit; `soft` only says so. Credit is what was paid before. */
export type BudgetKind = 'hard' | 'soft' | 'credit';

export type Budget = {
  readonly id: BudgetId;
  readonly tenant: TenantId;
  readonly scope: BudgetScope;
  readonly period: BudgetPeriod;
  readonly kind: BudgetKind;
  readonly limit: Pico;
};

/** One period of one budget: `2026-11-24`, `2026-11`, or `total`. */
export type Count = { readonly budget: BudgetId; readonly period: string };

/** The most that a call may cost, held back in each of these when it was admitted. */
export type Reserve = { readonly amount: Pico; readonly counts: readonly Count[] };

/** What a call is charged, counted in each of these, and what of its cost they had no room for. */
export type Charge = { readonly charged: Pico; readonly writtenOff: Pico; readonly counts: readonly Count[] };
