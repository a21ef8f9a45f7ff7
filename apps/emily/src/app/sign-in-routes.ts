import type { FastifyPluginAsync } from 'fastify';
import type { Accounts } from '../account/accounts.ts';
import { isHouseRole } from '../account/role.ts';
import type { Sessions } from '../account/session.ts';
import type { Access } from './access.ts';
import { unknown } from './account-answers.ts';
import { operatorOnly, refuse } from './refuse.ts';
import { personFor, personWishOf } from './user-wishes.ts';
import { badBody, wished } from './wished.ts';

export type SignInOptions = { readonly accounts: Accounts; readonly sessions: Sessions; readonly access: Access };

const MEMBERS: readonly string[] = ['tenant', 'role'];
const BODY_BYTES_MAX = 1_024;

/**
 * `POST /v1/sign-in-links` `{ tenant, role }`: a link that signs somebody in to the console, once, within a day. Of a
 * tenant's administrators for its people, of the operator for everybody. The link is in this answer, and nowhere else.
 */
export const signInRoutes = ({ accounts, sessions, access }: SignInOptions): FastifyPluginAsync => async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.post('/v1/sign-in-links', { bodyLimit: BODY_BYTES_MAX }, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const wish = wished(request.body, MEMBERS, personWishOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, MEMBERS));
    if (who.of !== undefined && (isHouseRole(wish.role) || (wish.tenant ?? who.of) !== who.of)) return refuse(reply, operatorOnly);
    const person = personFor(wish, who.of, access.operatorTenant);
    if (typeof person === 'string') return refuse(reply, badBody(person, MEMBERS));
    if (person.tenant !== undefined && accounts.tenant(person.tenant) === undefined) return refuse(reply, unknown(`there is no tenant ${person.tenant}`));
    const { token, expiresAt } = await sessions.issueLinkFor(person, who.by);
    return reply.code(201).header('cache-control', 'no-store').send({ tenant: person.tenant ?? null, role: person.role, path: `/sign-in?token=${token}`, expiresAt: new Date(expiresAt).toISOString() });
  });
};
