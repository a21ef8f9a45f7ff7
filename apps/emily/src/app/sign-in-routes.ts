import type { FastifyPluginAsync } from 'fastify';
import type { Accounts } from '../account/accounts.ts';
import { HOUSE_ROLES, isHouseRole, type Person, type Role, TENANT_ROLES } from '../account/role.ts';
import type { Sessions } from '../account/session.ts';
import { tenantId, type TenantId } from '../domain/names.ts';
import { excerpt } from '../gateway/problem.ts';
import type { Access } from './access.ts';
import { operatorOnly, refuse } from './refuse.ts';
import { badBody, wished } from './wished.ts';

export type SignInOptions = { readonly accounts: Accounts; readonly sessions: Sessions; readonly access: Access; readonly operator: TenantId };

const MEMBERS: readonly string[] = ['tenant', 'role'];
const ROLES: readonly Role[] = [...HOUSE_ROLES, ...TENANT_ROLES];
const BODY_BYTES_MAX = 1_024;

/**
 * `POST /v1/sign-in-links` `{ tenant, role }`: a link that signs somebody in to the console, once, within a day. Of a
 * tenant's administrators for its people, of the operator for everybody. The link is in this answer, and nowhere else.
 */
export const signInRoutes = ({ accounts, sessions, access, operator }: SignInOptions): FastifyPluginAsync => async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.post('/v1/sign-in-links', { bodyLimit: BODY_BYTES_MAX }, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const wish = wished(request.body, MEMBERS, wishOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, MEMBERS));
    if (who.of !== undefined && (isHouseRole(wish.role) || (wish.tenant ?? who.of) !== who.of)) return refuse(reply, operatorOnly);
    const person = personOf(wish, who.of, { accounts, operator });
    if (typeof person === 'string') return refuse(reply, badBody(person, MEMBERS));
    const { token, expiresAt } = await sessions.issueLinkFor(person, who.by);
    return reply.code(201).header('cache-control', 'no-store').send({ tenant: person.tenant ?? null, role: person.role, path: `/sign-in?token=${token}`, expiresAt: new Date(expiresAt).toISOString() });
  });
};

type Wish = { readonly tenant: TenantId | undefined; readonly role: Role };

function wishOf({ tenant, role }: Readonly<Record<string, unknown>>): Wish | string {
  if (tenant !== undefined && typeof tenant !== 'string') return 'tenant must be the id of a tenant.';
  const known = ROLES.find((one) => one === role);
  if (known === undefined) return `role must be one of ${ROLES.join(', ')}.`;
  return { tenant: tenant === undefined ? undefined : tenantId(tenant), role: known };
}

/** Who is to be let in; or why nobody can be, in a sentence. */
function personOf({ role, tenant: asked }: Wish, own: TenantId | undefined, { accounts, operator }: Pick<SignInOptions, 'accounts' | 'operator'>): Person | string {
  if (isHouseRole(role)) return asked === undefined ? { role, tenant: undefined } : `tenant must be left out: ${role} is no role within a tenant.`;
  const tenant = asked ?? own;
  if (tenant === undefined) return 'tenant must be the id of a tenant: the operator lets people of all of them in.';
  if (tenant === operator) return `tenant must be a customer: of the operator's own people, the roles are ${HOUSE_ROLES.join(', ')}, without tenant.`;
  return accounts.tenant(tenant) === undefined ? `tenant must be the id of a tenant; there is none called '${excerpt(tenant)}'.` : { role, tenant };
}
