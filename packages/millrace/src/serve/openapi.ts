import { downstreamPaths } from './openapi-downstream.ts';
import { json, operation, parameter, pathPart, time } from './openapi-parts.ts';
import { type ServedProgram, type ServedTable, parameterNames } from './served.ts';

/** What can be asked, as OpenAPI 3.1; one path for each table, because each has its own key. */
export function openapi(program: ServedProgram): object {
  const { name, tables, resolve } = program;
  return {
    openapi: '3.1.0',
    info: { title: `The tables of '${name}'`, version: '1', description: 'Every answer, and all pages of one, is of one commit.' },
    paths: {
      '/tables': { get: operation('The tables of the program', [], { type: 'object' }) },
      '/health': { get: operation('That it runs and takes what comes; 503 with the reason where not', [], { type: 'object', required: ['status', 'commit'], properties: { status: { const: 'ok' }, commit: { type: 'integer' } } }) },
      '/status': { get: operation('What has come in, what was set aside, and where each frontier stands', [], { type: 'object' }) },
      '/holds': { get: operation('What waits for a person: what stands still, why, since when, and what can be chosen', [], { type: 'object', required: ['holds'], properties: { holds: { type: 'array', items: hold } } }) },
      '/missing': { get: operation('Who is missing what', [], { type: 'object', required: ['missing'], properties: { missing: { type: 'array', items: { type: 'object' } } } }) },
      ...(resolve !== undefined && { '/holds/{hold}': { post: deciding } }),
      ...Object.fromEntries(tables.flatMap((table) => Object.entries(pathsOf(table)))),
      ...downstreamPaths(program),
    },
    components: { schemas: { Row: row, Page: page, Problem: problem } },
  };
}

function pathsOf(table: ServedTable): Record<string, object> {
  const keys = parameterNames(table);
  const rows = [
    ...keys.map((key) => parameter(key, 'Only rows with this part of the key.', { type: 'string' })),
    parameter('from', 'Only rows whose window ends after this event time: ms since the Unix epoch, or RFC 3339.', time),
    parameter('to', 'Only rows whose window begins before this event time.', time),
    parameter('limit', 'The most rows of a page.', { type: 'integer', minimum: 1, maximum: 1000, default: 100 }),
    parameter('after', 'The `next` of the page before.', { type: 'string' }),
  ];
  const one = [
    ...keys.map((key) => ({ ...parameter(key, 'A part of the key; in double quotes it is a string, whatever it looks like.', { type: 'string' }), required: true })),
    parameter('asKnownAt', 'The number of an earlier commit: what did the table say then? Of tables that keep a history.', { type: 'integer', minimum: 0 }),
    ...(table.hasWindows ? [{ ...parameter('at', 'An event time in the window.', time), required: true }] : []),
    ...(table.isVersioned ? [parameter('at', 'What did the table hold at this event time? Left out: what it holds last.', time)] : []),
  ];
  const found = { type: 'object', required: ['commit', 'row'], properties: { commit: { type: 'integer' }, row: { $ref: '#/components/schemas/Row' } } };
  const path = `/tables/${pathPart(table.name)}`;
  return {
    [path]: { get: operation(`The rows of '${table.name}'`, rows, { $ref: '#/components/schemas/Page' }) },
    [`${path}/row`]: { get: operation(`One row of '${table.name}'`, one, found) },
  };
}

const hold = {
  type: 'object',
  required: ['id', 'scope', 'reason', 'evidence', 'since', 'choices', 'stops'],
  properties: {
    id: { type: 'integer', minimum: 1 },
    scope: { type: 'object', required: ['kind'], properties: { kind: { enum: ['key', 'partition', 'pipeline', 'sink'] } } },
    reason: { type: 'string' },
    evidence: { type: 'object' },
    since: { type: 'integer', description: 'When it began, in ms since the Unix epoch.' },
    choices: { type: 'array', items: { type: 'string' } },
    stops: { type: 'array', items: { type: 'object' }, description: 'Partitions that are not read because too much waits behind it.' },
  },
};

const decision = {
  type: 'object',
  required: ['choice', 'by', 'reason'],
  additionalProperties: false,
  properties: {
    choice: { type: 'string', description: 'One of the choices of the hold.' },
    by: { type: 'string', description: 'The name of who decides.' },
    reason: { type: 'string', description: 'Why, in words.' },
    at: { type: 'integer', description: 'Of declare-lost: up to which event time, in ms since the Unix epoch.' },
  },
};

const deciding = {
  ...operation('Decides on a hold; answers once that is durable', [], { type: 'object', required: ['resolved'], properties: { resolved: { type: 'integer' } } }),
  parameters: [{ name: 'hold', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }],
  requestBody: { required: true, content: json(decision) },
};

const row = {
  type: 'object',
  required: ['key', 'value', 'time', 'revision', 'finality', 'evidence'],
  properties: {
    key: { description: 'A value, or an object with the parts of the key. A bigint is a string of digits.' },
    window: { type: 'object', required: ['start', 'end'], properties: { start: { type: 'integer' }, end: { type: 'integer', description: 'Not within the window.' } } },
    value: {},
    time: { type: 'integer', description: 'The event time of the result, in ms since the Unix epoch.' },
    revision: { type: 'integer', minimum: 0 },
    finality: { enum: ['provisional', 'final'] },
    evidence: { type: 'array', items: { enum: ['proved', 'ended', 'assumed', 'declared'] } },
  },
};

const page = {
  type: 'object',
  required: ['commit', 'rows'],
  properties: {
    commit: { type: 'integer', description: 'The commit that all pages of this answer are of.' },
    rows: { type: 'array', items: { $ref: '#/components/schemas/Row' } },
    next: { type: 'string', description: 'Asks for the next page; not there on the last one.' },
  },
};

const problem = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'expected', 'got', 'cure'],
      properties: Object.fromEntries(['code', 'message', 'expected', 'got', 'cure'].map((name) => [name, { type: 'string' }])),
    },
  },
};
