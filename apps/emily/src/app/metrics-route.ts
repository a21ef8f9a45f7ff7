import type { FastifyPluginAsync } from 'fastify';
import type { Registry } from 'prom-client';
import type { Access } from './access.ts';
import { questionOf } from './question.ts';

/** `GET /metrics`, for a Prometheus with a key of the operator: how much is served is nobody else's business. */
export const metricsRoute = ({ access, registry }: { readonly access: Access; readonly registry: Registry }): FastifyPluginAsync => async (app) => {
  app.get('/metrics', async (request, reply) => {
    if (!(await access.onlyOperator(request, reply)) || questionOf(request.query, [], reply) === undefined) return reply;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
};
