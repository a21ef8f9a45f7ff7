import type { KeyWish } from '../account/account-desk.ts';
import { PER_MINUTE_MAX, type KeyLimit } from '../budget/key-limits.ts';
import type { Scope } from '../domain/credential.ts';
import { projectId, type ProjectId } from '../domain/budget.ts';
import { epochMs, tenantId, userId, type EpochMs, type TenantId } from '../domain/names.ts';
import { rfc3339Ms } from './rfc3339.ts';

/*
 * What people want of accounts, read from what they sent: a wish, or what is wrong with it in a sentence.
 */

export const TENANT_MEMBERS: readonly string[] = ['id', 'name'];
export const PROJECT_MEMBERS: readonly string[] = ['id', 'name', 'tenant'];
export const OF_TENANT_MEMBERS: readonly string[] = ['tenant'];
export const KEY_MEMBERS: readonly string[] = ['tenant', 'name', 'scopes', 'user', 'project', 'expiresAt'];
export const LIMIT_MEMBERS: readonly string[] = ['requestsPerMinute', 'tokensPerMinute'];
export const ROTATION_MEMBERS: readonly string[] = ['overlapMinutes'];

const SCOPES: readonly Scope[] = ['infer', 'ingest', 'read', 'admin'];
const NAME_LENGTH_MAX = 100;
const MINUTE_MS = 60_000;
/** How long both of two keys are good where one takes the place of the other. */
const OVERLAP_MINUTES_USUAL = 60;
const OVERLAP_MINUTES_MAX = 30 * 24 * 60;

type Body = Readonly<Record<string, unknown>>;

export function tenantWishOf({ id, name }: Body): { readonly id: TenantId; readonly name: string } | string {
  if (!isName(id)) return `id must be ${NAME_EXPECTED}: it is in every invoice and never changes.`;
  if (!isText(name)) return `name must be what the tenant is called, 1 to ${NAME_LENGTH_MAX} characters in one line.`;
  return { id: tenantId(id), name: name.trim() };
}

export function projectWishOf({ id, name, tenant }: Body): { readonly id: ProjectId; readonly name: string; readonly tenant: TenantId | undefined } | string {
  if (!isName(id)) return `id must be the name of a project, ${NAME_EXPECTED}: its keys keep it for good.`;
  if (!isText(name)) return `name must be what the project is called, 1 to ${NAME_LENGTH_MAX} characters in one line.`;
  const of = tenantOf({ tenant });
  return typeof of === 'string' ? of : { id: projectId(id), name: name.trim(), ...of };
}

/** Whose it is, where a body names a tenant besides. */
export function tenantOf({ tenant }: Body): { readonly tenant: TenantId | undefined } | string {
  if (tenant !== undefined && !isName(tenant)) return 'tenant must be the id of a tenant.';
  return { tenant: tenant === undefined ? undefined : tenantId(tenant) };
}

export function keyWishOf({ tenant, name, scopes, user, project, expiresAt }: Body): (Omit<KeyWish, 'tenant'> & { readonly tenant: TenantId | undefined }) | string {
  if (tenant !== undefined && !isName(tenant)) return 'tenant must be the id of a tenant.';
  if (!isText(name)) return `name must say what the key is for, in 1 to ${NAME_LENGTH_MAX} characters in one line.`;
  if (!areScopes(scopes)) return `scopes must be a list of one or more of ${SCOPES.join(', ')}, each once.`;
  if (user !== undefined && user !== null && !isText(user)) return `user must be the name of the user whose key it is, 1 to ${NAME_LENGTH_MAX} characters in one line, or left out.`;
  if (project !== undefined && project !== null && !isName(project)) return `project must be the name of a project, ${NAME_EXPECTED}, or left out.`;
  const until = expiresAt === undefined || expiresAt === null ? undefined : instantOfText(expiresAt);
  if (until === 'flawed') return 'expiresAt must be a time as 2027-01-31T12:00:00Z, or left out.';
  return { tenant: tenant === undefined ? undefined : tenantId(tenant), name: name.trim(), scopes, user: typeof user === 'string' ? userId(user) : undefined, project: typeof project === 'string' ? projectId(project) : undefined, expiresAt: until };
}

export function overlapOf({ overlapMinutes = OVERLAP_MINUTES_USUAL }: Body): { readonly ms: number } | string {
  if (typeof overlapMinutes !== 'number' || !Number.isSafeInteger(overlapMinutes) || overlapMinutes < 0 || overlapMinutes > OVERLAP_MINUTES_MAX) {
    return `overlapMinutes must be how long the former key is good for yet, a whole number of minutes from 0 to ${OVERLAP_MINUTES_MAX}.`;
  }
  return { ms: overlapMinutes * MINUTE_MS };
}

/** What is left out, or null, is not limited. */
export function keyLimitOf({ requestsPerMinute = null, tokensPerMinute = null }: Body): KeyLimit | string {
  for (const [name, value] of Object.entries({ requestsPerMinute, tokensPerMinute })) {
    if (value !== null && !(typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= PER_MINUTE_MAX)) return `${name} must be a whole number from 1 to ${PER_MINUTE_MAX}, or null for no limit.`;
  }
  return { requestsPerMinute, tokensPerMinute } as KeyLimit;
}

/** Of a tenant, a project, a budget. */
export const isName = (value: unknown): value is string => typeof value === 'string' && /^[a-z][a-z0-9-]{0,62}$/.test(value);
export const NAME_EXPECTED = '1 to 63 lower-case letters, digits and hyphens, beginning with a letter';

export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '' && value.length <= NAME_LENGTH_MAX && value.isWellFormed() && !/\p{Cc}/u.test(value);

const areScopes = (value: unknown): value is readonly Scope[] =>
  Array.isArray(value) && value.length > 0 && value.every((one: unknown) => (SCOPES as readonly unknown[]).includes(one)) && new Set(value).size === value.length;

function instantOfText(value: unknown): EpochMs | 'flawed' {
  const ms = rfc3339Ms(value);
  return ms === undefined ? 'flawed' : epochMs(ms);
}
