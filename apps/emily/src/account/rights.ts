import type { Scope } from '../domain/credential.ts';
import type { Role } from './role.ts';

/*
 * Who may do what: one table for people, by their role, and one for keys, by their scopes. Routes ask for an act, and
 * nothing else decides; `right-routes.test.ts` goes over every route with everybody.
 */

/** What is done over HTTP with accounts and numbers. Calls of models and usage that is sent in go by the scopes of keys alone. */
export type Act =
  /** See numbers: usage, invoices, budgets, what was written off. */
  | 'read'
  /** See accounts: projects, people, keys without their texts. */
  | 'look'
  /** Make and unmake them: keys, people, projects, budgets. */
  | 'administer'
  /** See who did what. */
  | 'audit'
  /** See how Emily itself runs: what is live, held, missing. */
  | 'watch'
  /** Record what was paid. */
  | 'credit'
  /** Decide what is the operator's alone: tenants, holds. */
  | 'operate';

/** What an administrator of a tenant may do there, with a session or with a key. */
const administrators: readonly Act[] = ['read', 'look', 'administer', 'audit'];

/** The operator, finance and auditors are of the house, and see all tenants; the others see their own. */
export const actsOfRole: Readonly<Record<Role, readonly Act[]>> = {
  operator: ['read', 'look', 'administer', 'audit', 'watch', 'credit', 'operate'],
  finance: ['read', 'look', 'watch', 'credit'],
  auditor: ['read', 'look', 'watch', 'audit'],
  admin: administrators,
  developer: ['read', 'look'],
};

/** What a key of a tenant may do there. One of the operator's own tenant with the scope `admin` may what the operator may. */
export const actsOfScope: Readonly<Record<Scope, readonly Act[]>> = { infer: [], ingest: [], read: ['read'], admin: administrators };
