import type { FastifyPluginAsync } from 'fastify';
import type { AccountDesk } from '../account/account-desk.ts';
import type { Accounts } from '../account/accounts.ts';
import type { Project } from '../account/projects.ts';
import { projectId } from '../domain/budget.ts';
import type { Access } from './access.ts';
import { answered, tenantAsked, tenantFor, timeOf } from './account-answers.ts';
import { OF_TENANT_MEMBERS, PROJECT_MEMBERS, projectWishOf, tenantOf } from './account-wishes.ts';
import { questionOf } from './question.ts';
import { refuse } from './refuse.ts';
import { badBody, wished } from './wished.ts';

export type ProjectOptions = { readonly accounts: Accounts; readonly desk: AccountDesk; readonly access: Access };

const BODY_BYTES_MAX = 1_024;

/**
 * Projects, the parts of a tenant's work: `GET` and `POST /v1/projects`, `POST /v1/projects/ID/close`. Who may see
 * accounts sees them; the operator and a tenant's administrators make and close them.
 */
export const projectRoutes = ({ accounts, desk, access }: ProjectOptions): FastifyPluginAsync => async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const limit = { bodyLimit: BODY_BYTES_MAX };

  app.get('/v1/projects', async (request, reply) => {
    const who = await access.who(request, reply, 'look');
    if (who === undefined) return reply;
    const question = questionOf(request.query, ['tenant'], reply);
    if (question === undefined) return reply;
    const of = tenantAsked(accounts, question['tenant'], who);
    return 'status' in of ? refuse(reply, of) : { data: of.tenants.flatMap((tenant) => accounts.projects.of(tenant)).map(projectOf) };
  });

  app.post('/v1/projects', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const wish = wished(request.body, PROJECT_MEMBERS, projectWishOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, PROJECT_MEMBERS));
    const tenant = tenantFor(wish.tenant, who, PROJECT_MEMBERS);
    if (typeof tenant !== 'string') return refuse(reply, tenant);
    return answered(reply, async () => reply.code(201).send(projectOf(await desk.createProject(tenant, wish.id, wish.name, who.by))));
  });

  app.post<{ Params: { id: string } }>('/v1/projects/:id/close', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const wish = wished(request.body ?? Buffer.from('{}'), OF_TENANT_MEMBERS, tenantOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, OF_TENANT_MEMBERS));
    const tenant = tenantFor(wish.tenant, who, OF_TENANT_MEMBERS);
    if (typeof tenant !== 'string') return refuse(reply, tenant);
    return answered(reply, async () => reply.send(projectOf(await desk.closeProject(tenant, projectId(request.params.id), who.by))));
  });
};

const projectOf = ({ id, tenant, name, createdAt, closedAt }: Project): object => ({ id, tenant, name, createdAt: timeOf(createdAt), closedAt: timeOf(closedAt) });
