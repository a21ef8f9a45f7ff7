import { json, operation, parameter, pathPart, time } from './openapi-parts.ts';
import type { ServedProgram } from './served.ts';

/** What is behind tables, as OpenAPI: dependents, corrections, changelogs and their subscribers. */
export function downstreamPaths(program: ServedProgram): Record<string, object> {
  return {
    '/corrections': { get: operation('What tables have said otherwise after all, oldest first, and which sinks and changelogs that reached', asked, listOf('corrections', correction)) },
    '/changelogs': { get: operation('The changelogs, with their subscribers', [], listOf('changelogs', changelog)) },
    ...Object.fromEntries(program.changelogNames.flatMap((name) => Object.entries(pathsOf(name, program.subscriptions !== undefined)))),
    ...Object.fromEntries(program.tables.map(({ name }) => [`/tables/${pathPart(name)}/dependents`, { get: operation(`What gets what '${name}' says, in the order of the program`, [], listOf('dependents', dependent)) }])),
  };
}

/** One path for each changelog. */
function pathsOf(name: string, takes: boolean): Record<string, object> {
  const path = `/changelogs/${pathPart(name)}`;
  const reading = { get: operation(`The changes of '${name}' that a subscriber has not acknowledged, oldest first`, [{ ...parameter('subscriber', 'Who reads.', subscriber), required: true }, most], read) };
  if (!takes) return { [path]: reading };
  return {
    [path]: reading,
    [`${path}/subscribe`]: { post: posting('Makes a subscriber known: what it has not acknowledged is kept for it', { from: { enum: ['oldest', 'newest'], default: 'oldest' } }, []) },
    [`${path}/acknowledge`]: { post: posting('The subscriber has dealt with this change and all before it', { position: { type: 'integer', minimum: 0 } }, ['position']) },
    [`${path}/unsubscribe`]: { post: posting('Forgets a subscriber', {}, []) },
  };
}

const listOf = (name: string, items: object): object => ({ type: 'object', required: [name], properties: { [name]: { type: 'array', items } } });

const most = parameter('max', 'At most so many.', { type: 'integer', minimum: 1, maximum: 1000, default: 100 });
const acknowledged = { type: 'integer', minimum: 0, description: 'Every change with a smaller position has been acknowledged.' };
const subscriber = { type: 'string', minLength: 1, maxLength: 200 };

const asked = [
  parameter('table', 'Only of this table.', { type: 'string' }),
  parameter('from', 'Only from the correction with this number on.', { type: 'integer', minimum: 0 }),
  parameter('since', 'Only those committed then or later: ms since the Unix epoch, or RFC 3339.', time),
  most,
];

const change = {
  type: 'object',
  required: ['position', 'change'],
  properties: { position: { type: 'integer', minimum: 0, description: 'From 0, without gaps.' }, change: {} },
};

const read = {
  type: 'object',
  required: ['changelog', 'subscriber', 'acknowledged', 'changes'],
  properties: { changelog: { type: 'string' }, subscriber, acknowledged, changes: { type: 'array', items: change } },
};

function posting(summary: string, properties: object, required: readonly string[]): object {
  const said = { type: 'object', required: ['changelog', 'subscriber'], properties: { changelog: { type: 'string' }, subscriber, acknowledged } };
  const body = { type: 'object', required: ['subscriber', ...required], additionalProperties: false, properties: { subscriber, ...properties } };
  return { ...operation(`${summary}; answers once that is durable`, [], said), requestBody: { required: true, content: json(body) } };
}

const changelog = {
  type: 'object',
  required: ['name', 'first', 'changes', 'subscribers'],
  properties: {
    name: { type: 'string' },
    first: { type: 'integer', minimum: 0, description: 'The position of the oldest change that is kept.' },
    changes: { type: 'integer', minimum: 0, description: 'The position of the next change.' },
    subscribers: { type: 'array', items: { type: 'object', required: ['name', 'acknowledged'], properties: { name: { type: 'string' }, acknowledged } } },
  },
};

const dependent = {
  type: 'object',
  required: ['kind', 'name'],
  properties: {
    kind: { enum: ['table', 'sink', 'changelog', 'subscriber'] },
    name: { type: 'string' },
    takes: { enum: ['revisable', 'adjustable', 'irreversible'], description: 'Of a sink.' },
    delivered: { type: 'integer', minimum: 0, description: 'Of a sink: every row with a smaller number has been taken.' },
    changes: { type: 'integer', minimum: 0, description: 'Of a changelog: the position of the next change.' },
    changelog: { type: 'string', description: 'Of a subscriber: what it subscribes to.' },
    acknowledged: { ...acknowledged, description: 'Of a subscriber: every change with a smaller position has been acknowledged.' },
  },
};

const correction = {
  type: 'object',
  required: ['number', 'commit', 'table', 'key', 'revision', 'cause', 'reached'],
  properties: {
    number: { type: 'integer', minimum: 0, description: 'Among all corrections, from 0 without gaps.' },
    at: { type: 'integer', description: 'When it was committed, in ms since the Unix epoch.' },
    commit: { type: 'integer', minimum: 0 },
    table: { type: 'string' },
    key: {},
    window: { type: 'object', properties: { start: { type: 'integer' }, end: { type: 'integer' } } },
    before: { description: 'What the table had said; not there: nothing.' },
    after: { description: 'What it says; not there: nothing.' },
    revision: { type: 'integer', minimum: 0 },
    cause: { type: 'object', required: ['kind'], properties: { kind: { enum: ['event', 'frontier', 'rebuild', 'reconciliation', 'decision'] } } },
    reached: {
      type: 'array',
      items: {
        type: 'object',
        required: ['dependent', 'kind', 'first', 'end', 'delivered', 'subscribers'],
        properties: {
          dependent: { type: 'string' },
          kind: { enum: ['sink', 'changelog'] },
          first: { type: 'integer', description: 'The number of the first row that went there in this step.' },
          end: { type: 'integer', description: 'The number behind the last one.' },
          delivered: { type: 'boolean' },
          subscribers: { type: 'array', items: { type: 'object', required: ['name', 'acknowledged'], properties: { name: { type: 'string' }, acknowledged: { type: 'boolean' } } } },
        },
      },
    },
  },
};
