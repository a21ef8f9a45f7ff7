import type { FastifyPluginAsync } from 'fastify';
import { UnknownAccount } from '../account/account-desk.ts';
import type { Accounts } from '../account/accounts.ts';
import { isHouseRole } from '../account/role.ts';
import type { Sessions } from '../account/session.ts';
import type { UserDesk } from '../account/user-desk.ts';
import type { User, Users } from '../account/users.ts';
import { userId, type TenantId } from '../domain/names.ts';
import { excerpt } from '../gateway/problem.ts';
import type { Access, Who } from './access.ts';
import { answered, tenantAsked, timeOf } from './account-answers.ts';
import { questionOf } from './question.ts';
import { operatorOnly, refuse } from './refuse.ts';
import { NO_MEMBERS, personFor, ROLE_MEMBERS, roleOf, USER_MEMBERS, userWishOf } from './user-wishes.ts';
import { badBody, wished } from './wished.ts';

export type UserOptions = { readonly accounts: Accounts; readonly users: Users; readonly desk: UserDesk; readonly sessions: Sessions; readonly access: Access };

const BODY_BYTES_MAX = 1_024;

/**
 * Users, who sign in to the console: `GET` and `POST /v1/users`, and of one of them `POST /v1/users/ID/role`, `…/link`,
 * `…/remove` and `…/erase`. Who may see accounts sees them; the operator, and a tenant's administrators for their own,
 * make and unmake them. A new one comes with a link that signs in once.
 */
export const userRoutes = ({ accounts, users, desk, sessions, access }: UserOptions): FastifyPluginAsync => async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const limit = { bodyLimit: BODY_BYTES_MAX };

  app.get('/v1/users', async (request, reply) => {
    const who = await access.who(request, reply, 'look');
    if (who === undefined) return reply;
    const question = questionOf(request.query, ['tenant'], reply);
    if (question === undefined) return reply;
    const of = tenantAsked(accounts, question['tenant'], who);
    if ('status' in of) return refuse(reply, of);
    const house = who.of === undefined && question['tenant'] === undefined ? users.of(undefined) : [];
    return { data: [...house, ...of.tenants.flatMap((tenant) => users.of(tenant))].map(userOf) };
  });

  app.post('/v1/users', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const wish = wished(request.body, USER_MEMBERS, userWishOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, USER_MEMBERS));
    if (isBeyond(wish, who)) return refuse(reply, operatorOnly);
    const person = personFor(wish, who.of, access.operatorTenant);
    if (typeof person === 'string') return refuse(reply, badBody(person, USER_MEMBERS));
    return answered(reply, async () => {
      const user = await desk.create(person, wish.name, who.by);
      const { token, expiresAt } = await sessions.issueLinkFor({ ...person, user: user.id }, who.by);
      return reply.code(201).header('cache-control', 'no-store').send({ ...userOf(user), link: linkOf(token, expiresAt) });
    });
  });

  app.post<{ Params: { id: string } }>('/v1/users/:id/role', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const wish = wished(request.body, ROLE_MEMBERS, roleOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, ROLE_MEMBERS));
    return answered(reply, async () => reply.send(userOf(await desk.setRole(mine(users, request.params.id, who).id, wish.role, who.by))));
  });

  app.post<{ Params: { id: string } }>('/v1/users/:id/link', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const flaw = wished(request.body ?? Buffer.from('{}'), NO_MEMBERS, () => undefined);
    if (flaw !== undefined) return refuse(reply, badBody(flaw, NO_MEMBERS));
    return answered(reply, async () => {
      const user = mine(users, request.params.id, who);
      const { token, expiresAt } = await desk.linkFor(user.id, sessions, who.by);
      return reply.code(201).header('cache-control', 'no-store').send({ ...userOf(user), link: linkOf(token, expiresAt) });
    });
  });

  for (const act of ['remove', 'erase'] as const) {
    app.post<{ Params: { id: string } }>(`/v1/users/:id/${act}`, limit, async (request, reply) => {
      const who = await access.administrator(request, reply);
      if (who === undefined) return reply;
      const flaw = wished(request.body ?? Buffer.from('{}'), NO_MEMBERS, () => undefined);
      if (flaw !== undefined) return refuse(reply, badBody(flaw, NO_MEMBERS));
      return answered(reply, async () => reply.send(userOf(await desk[act](mine(users, request.params.id, who).id, who.by))));
    });
  }
};

/** A user that this administrator may see; others are not there for them. */
function mine(users: Users, id: string, { of }: Who): User {
  const user = users.get(userId(id));
  if (user === undefined || (of !== undefined && user.tenant !== of)) throw new UnknownAccount(`there is no user ${excerpt(id)}`);
  return user;
}

/** Whether it is about somebody else's people. */
const isBeyond = ({ role, tenant }: { readonly role: User['role']; readonly tenant: TenantId | undefined }, { of }: Who): boolean =>
  of !== undefined && (isHouseRole(role) || (tenant ?? of) !== of);

const linkOf = (token: string, expiresAt: number): object => ({ path: `/sign-in?token=${token}`, expiresAt: timeOf(expiresAt) });

const userOf = ({ id, tenant, name, role, createdAt, removedAt, erasedAt, hasPassword }: User): object => ({ id, tenant: tenant ?? null, name, role, createdAt: timeOf(createdAt), removedAt: timeOf(removedAt), erasedAt: timeOf(erasedAt), hasPassword });
