import { z } from 'zod';
import type { Answer, Operation, Parameter } from './operation.ts';
import { problem } from './shapes.ts';

type Json = Readonly<Record<string, unknown>>;

/** What any route may answer: a request that is odd, or too long, and a failure of ours. */
const ALWAYS = [400, 408, 414, 431, 500, 503];
const WITH_ACCESS = [401, 403, 429];
const WITH_BODY = [413, 415];

const problemTexts: Readonly<Record<number, string>> = {
  400: 'The request is not as it should be',
  401: 'Nobody who is known asks',
  403: 'Who asks may not',
  404: 'There is none, or it is somebody else’s',
  408: 'The request did not come to its end in time',
  409: 'It cannot be done as things are',
  413: 'The body is too large',
  414: 'The address is too long',
  415: 'The body is of another type',
  422: 'It is understood, and cannot be done',
  429: 'Too much at once, or more than a budget has left',
  431: 'The headers are too large',
  500: 'Something went wrong in Emily',
  502: 'The engine failed',
  503: 'Not now',
  504: 'The engine took too long',
};

/** The document of these operations, as OpenAPI 3.1 has it. */
export function openApiDocument(operations: Readonly<Record<string, Operation>>, version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [route, operation] of Object.entries(operations)) {
    const [method = '', pattern = ''] = route.split(' ');
    const path = pattern.replace(/:id|\*/, '{id}');
    (paths[path] ??= {})[method.toLowerCase()] = operationOf(route, operation);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Emily', version, description: 'Metering, pricing and billing for model serving; calls in the language of OpenAI’s API.' },
    paths,
    components: {
      schemas: { Problem: schemaOf(problem) },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key, em_…' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-emily', description: 'A session of the console; `emily` where there is no TLS' },
      },
    },
  };
}

function operationOf(route: string, { summary, tag, access, id, query = {}, headers = {}, body, answers, problems = [] }: Operation): Json {
  const errors = [...ALWAYS, ...(access === undefined ? [] : WITH_ACCESS), ...(body === undefined ? [] : WITH_BODY), ...problems];
  const parameters = [
    ...(id === undefined ? [] : [parameterOf('path', 'id', id)]),
    ...Object.entries(query).map(([name, one]) => parameterOf('query', name, one)),
    ...Object.entries(headers).map(([name, one]) => parameterOf('header', name, one)),
  ];
  return {
    operationId: idOf(route),
    summary,
    tags: [tag],
    ...(access === undefined ? {} : { description: `For: ${access}`, security: [{ key: [] }, { session: [] }] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: body.optional !== true, content: Object.fromEntries(body.types.map((type) => [type, { schema: schemaOf(body.shape) }])) } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)])),
      ...Object.fromEntries([...new Set(errors)].toSorted().map((status) => [status, { description: problemTexts[status], content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } } }])),
    },
  };
}

/** `GET /v1/holds/:id` is `getHoldsId`. */
function idOf(route: string): string {
  const [method = '', ...words] = route.replace('/v1', '').replace('*', 'one').split(/[^a-zA-Z]+/);
  return [method.toLowerCase(), ...words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)].join('');
}

const parameterOf = (where: 'path' | 'query' | 'header', name: string, { about, shape }: Parameter): Json => ({ name, in: where, description: about, required: where === 'path', schema: schemaOf(shape) });

const answerOf = ({ about, content }: Answer): Json => ({
  description: about,
  content: Object.fromEntries(Object.entries(content).map(([type, shape]) => [type, { schema: shape !== 'text' ? schemaOf(shape) : type === 'text/event-stream' ? {} : { type: 'string' } }])),
});

function schemaOf(shape: z.ZodType): Json {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io: 'input' }) as Json;
  return schema;
}
