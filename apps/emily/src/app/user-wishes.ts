import { passwordFlaw } from '../account/password.ts';
import { HOUSE_ROLES, isHouseRole, type Person, type Role, TENANT_ROLES } from '../account/role.ts';
import { tenantId, type TenantId } from '../domain/names.ts';
import { isName, isText } from './account-wishes.ts';

/*
 * What people want of users, read from what they sent: a wish, or what is wrong with it in a sentence.
 */

export const USER_MEMBERS: readonly string[] = ['name', 'role', 'tenant'];
export const ROLE_MEMBERS: readonly string[] = ['role'];
export const NO_MEMBERS: readonly string[] = [];
export const PASSWORD_MEMBERS: readonly string[] = ['password', 'current'];
export const SIGN_IN_MEMBERS: readonly string[] = ['tenant', 'name', 'password'];

export const ROLES: readonly Role[] = [...HOUSE_ROLES, ...TENANT_ROLES];

type Body = Readonly<Record<string, unknown>>;

export function roleOf({ role }: Body): { readonly role: Role } | string {
  const known = ROLES.find((one) => one === role);
  return known === undefined ? `role must be one of ${ROLES.join(', ')}.` : { role: known };
}

/** Of whom it is, which the role decides with the tenant. */
export function personWishOf({ role, tenant }: Body): { readonly role: Role; readonly tenant: TenantId | undefined } | string {
  if (tenant !== undefined && !isName(tenant)) return 'tenant must be the id of a tenant.';
  const known = roleOf({ role });
  return typeof known === 'string' ? known : { ...known, tenant: tenant === undefined ? undefined : tenantId(tenant) };
}

export function userWishOf({ name, ...body }: Body): { readonly name: string; readonly role: Role; readonly tenant: TenantId | undefined } | string {
  if (!isText(name)) return 'name must be what they sign in by, 1 to 100 characters in one line.';
  const person = personWishOf(body);
  return typeof person === 'string' ? person : { name: name.trim(), ...person };
}

/** Who is meant by a role, and a tenant or one's own; or why nobody can be, in a sentence. `operator`: the tenant that is no customer. */
export function personFor({ role, tenant: asked }: { readonly role: Role; readonly tenant: TenantId | undefined }, own: TenantId | undefined, operator: TenantId): Person | string {
  if (isHouseRole(role)) return asked === undefined ? { role, tenant: undefined } : `tenant must be left out: ${role} is no role within a tenant.`;
  const tenant = asked ?? own;
  if (tenant === undefined) return 'tenant must be the id of a tenant: the operator lets people of all of them in.';
  return tenant === operator ? `tenant must be a customer: of the operator's own people, the roles are ${HOUSE_ROLES.join(', ')}, without tenant.` : { role, tenant };
}

export function newPasswordOf({ password, current }: Body): { readonly password: string; readonly current: string | undefined } | string {
  const flaw = passwordFlaw(password);
  if (flaw !== undefined) return flaw;
  if (current !== undefined && typeof current !== 'string') return 'current must be the password until now, or left out.';
  return { password: password as string, current };
}

export function signInOf({ tenant, name, password }: Body): { readonly tenant: TenantId | undefined; readonly name: string; readonly password: string } | string {
  if (tenant !== undefined && !isName(tenant)) return 'tenant must be the id of a tenant; it is left out by those of the house.';
  if (!isText(name)) return 'name must be the name of a user.';
  if (passwordFlaw(password) !== undefined) return passwordFlaw(password) as string;
  return { tenant: tenant === undefined ? undefined : tenantId(tenant), name: name.trim(), password: password as string };
}
