import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { type AccountDesk, UnknownAccount } from '../account/account-desk.ts';
import type { Accounts, KeySummary, Tenant } from '../account/accounts.ts';
import type { NewKey } from '../account/api-key.ts';
import { isUserId, type Users } from '../account/users.ts';
import { keyId, type KeyId, type TenantId } from '../domain/names.ts';
import { excerpt } from '../gateway/problem.ts';
import type { Access } from './access.ts';
import { answered, tenantAsked, tenantFor, timeOf, unknown } from './account-answers.ts';
import { KEY_MEMBERS, LIMIT_MEMBERS, ROTATION_MEMBERS, TENANT_MEMBERS, keyLimitOf, keyWishOf, overlapOf, tenantWishOf } from './account-wishes.ts';
import type { KeyLimitDesk } from './key-limit-desk.ts';
import { questionOf } from './question.ts';
import { operatorOnly, refuse } from './refuse.ts';
import { badBody, wished } from './wished.ts';

export type AccountOptions = { readonly accounts: Accounts; readonly users: Users; readonly desk: AccountDesk; readonly access: Access; readonly limits: KeyLimitDesk };

const BODY_BYTES_MAX = 8 * 1_024;

/**
 * Tenants and keys. Of the operator: `POST /v1/tenants`; of the house: `GET`. Of the operator, and of a tenant's administrators for
 * their own: `GET` and `POST /v1/keys`, `POST /v1/keys/ID/rotate`, `POST /v1/keys/ID/limits`, `POST /v1/keys/ID/revoke`. What is done is
 * durable when the answer comes. The text of a key is in the answer to what made it, and nowhere else.
 */
export const accountRoutes = ({ accounts, users, desk, access, limits }: AccountOptions): FastifyPluginAsync => async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const limit = { bodyLimit: BODY_BYTES_MAX };

  app.get('/v1/tenants', async (request, reply) => {
    if (!(await access.onlyOperator(request, reply)) || questionOf(request.query, [], reply) === undefined) return reply;
    return { data: accounts.tenants().map(tenantOf) };
  });

  app.post('/v1/tenants', limit, async (request, reply) => {
    const by = await access.operatorBy(request, reply);
    if (by === undefined) return reply;
    const wish = wished(request.body, TENANT_MEMBERS, tenantWishOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, TENANT_MEMBERS));
    return answered(reply, async () => reply.code(201).send(tenantOf(await desk.createTenant(wish.id, wish.name, by))));
  });

  app.get('/v1/keys', async (request, reply) => {
    const who = await access.who(request, reply, 'look');
    if (who === undefined) return reply;
    const question = questionOf(request.query, ['tenant'], reply);
    if (question === undefined) return reply;
    const of = tenantAsked(accounts, question['tenant'], who);
    return 'status' in of ? refuse(reply, of) : { data: of.tenants.flatMap((tenant) => accounts.keysOf(tenant)).map((key) => limited(key, limits)) };
  });

  app.post('/v1/keys', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const wish = wished(request.body, KEY_MEMBERS, keyWishOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, KEY_MEMBERS));
    const tenant = tenantFor(wish.tenant, who, KEY_MEMBERS);
    if (typeof tenant !== 'string') return refuse(reply, tenant);
    if (wish.user !== undefined && isUserId(wish.user) && users.present(wish.user)?.tenant !== tenant) return refuse(reply, unknown(`there is no user ${wish.user}`));
    return answered(reply, async () => shown(reply, accounts, await desk.createKey({ ...wish, tenant }, who.by)));
  });

  app.post<{ Params: { id: string } }>('/v1/keys/:id/rotate', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const overlap = wished(request.body ?? Buffer.from('{}'), ROTATION_MEMBERS, overlapOf);
    if (typeof overlap === 'string') return refuse(reply, badBody(overlap, ROTATION_MEMBERS));
    return answered(reply, async () => shown(reply, accounts, await desk.rotateKey(mine(accounts, request.params.id, who.of), overlap.ms, who.by)));
  });

  app.post<{ Params: { id: string } }>('/v1/keys/:id/limits', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const wish = wished(request.body, LIMIT_MEMBERS, keyLimitOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, LIMIT_MEMBERS));
    return answered(reply, async () => {
      const id = mine(accounts, request.params.id, who.of);
      if (!(await limits.set(id, wish, who.by, who.of === undefined))) return refuse(reply, operatorOnly);
      return reply.send(limited(accounts.key(id) as KeySummary, limits));
    });
  });

  app.post<{ Params: { id: string } }>('/v1/keys/:id/revoke', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    return answered(reply, async () => {
      const id = mine(accounts, request.params.id, who.of);
      await desk.revokeKey(id, who.by);
      return reply.send(keyOf(accounts.key(id) as KeySummary));
    });
  });
};

/** A key that this administrator may see; others are not there for him. */
function mine(accounts: Accounts, id: string, of: TenantId | undefined): KeyId {
  const key = accounts.key(keyId(id));
  if (key === undefined || (of !== undefined && key.tenant !== of)) throw new UnknownAccount(`there is no key ${excerpt(id)}`);
  return key.id;
}

function shown(reply: FastifyReply, accounts: Accounts, { id, text }: Pick<NewKey, 'id' | 'text'>): FastifyReply {
  return reply.code(201).header('cache-control', 'no-store').send({ ...keyOf(accounts.key(id) as KeySummary), key: text });
}

const tenantOf = ({ id, name, createdAt }: Tenant): object => ({ id, name, createdAt: timeOf(createdAt) });

/** A key as lists show it: nothing in it opens anything. */
const keyOf = ({ id, tenant, user, project, name, scopes, createdAt, expiresAt, revokedAt }: KeySummary): object => ({ id, tenant, user, project, name, scopes, createdAt: timeOf(createdAt), expiresAt: timeOf(expiresAt), revokedAt: timeOf(revokedAt) });

const limited = (key: KeySummary, limits: KeyLimitDesk): object => ({ ...keyOf(key), ...limits.of(key.id) });
