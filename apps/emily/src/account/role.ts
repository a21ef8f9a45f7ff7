import { strict as assert } from 'node:assert';
import type { TenantId } from '../domain/names.ts';

/** Roles of whoever runs Emily, over all tenants: what each may do is in `rights.ts`. */
export const HOUSE_ROLES = ['operator', 'finance', 'auditor'] as const;
/** Roles within one tenant. */
export const TENANT_ROLES = ['admin', 'developer'] as const;

export type HouseRole = (typeof HOUSE_ROLES)[number];
export type TenantRole = (typeof TENANT_ROLES)[number];
export type Role = HouseRole | TenantRole;

/** Somebody who is signed in, or will be: of the house, or of one tenant. */
export type Person = { readonly role: HouseRole; readonly tenant: undefined } | { readonly role: TenantRole; readonly tenant: TenantId };

export const isHouseRole = (role: Role): role is HouseRole => (HOUSE_ROLES as readonly Role[]).includes(role);

/** Somebody of this role, there: of the house, which is no tenant, or of a tenant. */
export function personOf(role: Role, tenant: TenantId | undefined): Person {
  if (isHouseRole(role)) return { role, tenant: undefined };
  assert(tenant !== undefined, `nobody has the role ${role} without a tenant`);
  return { role, tenant };
}
