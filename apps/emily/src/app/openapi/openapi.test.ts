import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { KnownRoutes } from '../../gateway/known-routes.ts';
import { house } from '../testing/house.ts';
import { isOfConsole, operations } from './operations.ts';

test('every route is told of, and none that there is not', async () => {
  const { server } = await house();
  const known = KnownRoutes.of(server).filter((route) => !/^(HEAD|OPTIONS) /.test(route) && !isOfConsole(route));
  expect(Object.keys(operations).toSorted()).toEqual(known.toSorted());
});

test('the document is one of OpenAPI 3.1, for everybody, with every operation under a name of its own', async () => {
  const { server } = await house();
  const response = await server.inject('/openapi.json');
  expect(response.statusCode).toBe(200);
  const document = response.json<{ readonly paths: Record<string, Record<string, { readonly operationId: string }>> }>();
  expect(await new Validator().validate(structuredClone(document) as object as Record<string, unknown>)).toMatchObject({ valid: true });
  const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('getUsage');
  expect(document).toMatchObject({
    openapi: '3.1.0',
    paths: {
      '/v1/tenants': { post: { requestBody: { required: true, content: { 'application/json': { schema: { additionalProperties: false, required: ['id', 'name'] } } } } } },
      '/v1/models/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true }] } },
      '/v1/usage': { get: { responses: { 200: { description: 'The windows' }, 422: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } } } } } },
    },
  });
});
