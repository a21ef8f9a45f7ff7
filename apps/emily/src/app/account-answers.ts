import type { FastifyReply } from 'fastify';
import { AccountConflict, UnknownAccount } from '../account/account-desk.ts';
import type { Accounts } from '../account/accounts.ts';
import { tenantId, type TenantId } from '../domain/names.ts';
import { excerpt, type Problem } from '../gateway/problem.ts';
import type { Who } from './access.ts';
import { operatorOnly, refuse } from './refuse.ts';
import { badBody } from './wished.ts';

/** Does what was asked of an account, and answers with it; 404 and 409 where the desk says why it cannot be done. */
export async function answered(reply: FastifyReply, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnknownAccount) return refuse(reply, unknown(error.message));
    if (error instanceof AccountConflict) return refuse(reply, { status: 409, code: 'account_conflict', message: `${upper(error.message)}.`, expected: 'an account in whose state that can be done', got: error.message, cure: 'Look at it with `GET /v1/keys`, `GET /v1/projects` or `GET /v1/tenants`.' });
    throw error;
  }
}

export const unknown = (what: string): Problem => ({ status: 404, code: 'unknown_account', message: `${upper(what)}.`, expected: 'an account of yours', got: what, cure: 'Take the id from `GET /v1/keys`, `GET /v1/projects` or `GET /v1/tenants`.' });

const upper = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

export const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** The tenants whose accounts are asked about: the one that is named, one's own, or for those of the house all. */
export function tenantAsked(accounts: Accounts, asked: string | undefined, { of }: Who): { readonly tenants: readonly TenantId[] } | Problem {
  if (of !== undefined && (asked ?? of) !== of) return operatorOnly;
  const tenant = asked === undefined ? of : tenantId(asked);
  if (tenant === undefined) return { tenants: accounts.tenants().map(({ id }) => id) };
  return accounts.tenant(tenant) === undefined ? unknown(`there is no tenant ${excerpt(tenant)}`) : { tenants: [tenant] };
}

/** The tenant whose accounts are to change: one's own, or for the operator the one that is named. */
export function tenantFor(asked: TenantId | undefined, { of }: Who, members: readonly string[]): TenantId | Problem {
  const tenant = asked ?? of;
  if (tenant === undefined) return badBody('tenant must be the id of a tenant: the operator acts for all of them.', members);
  return of !== undefined && tenant !== of ? operatorOnly : tenant;
}
