import type { FastifyPluginAsync } from 'fastify';
import emily from '../../../package.json' with { type: 'json' };
import { openApiDocument } from './document.ts';
import { operations } from './operations.ts';

/** `GET /openapi.json`: what can be asked, in OpenAPI 3.1; for everybody. */
export const openApiRoute: FastifyPluginAsync = async (app) => {
  const document = JSON.stringify(openApiDocument(operations, emily.version));
  app.get('/openapi.json', async (_request, reply) => reply.type('application/json; charset=utf-8').send(document));
};
