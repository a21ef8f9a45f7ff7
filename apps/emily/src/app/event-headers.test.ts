import { expect, test } from 'vitest';
import type { UsageEvent } from '../domain/usage-event.ts';
import { eventAttributes } from './event-headers.ts';
import { logs } from './program.ts';
import { house, type House } from './testing/house.ts';

const attributes = { 'ce-specversion': '1.0', 'ce-id': 'e-1', 'ce-source': 'meter-7', 'ce-type': 'usage', 'ce-subject': 'ana', 'ce-time': '2023-11-16T18:15:46Z' };
const usage = { model: 'phi-4', inputTokens: 3, cachedInputTokens: 1, outputTokens: 5 };

async function send({ server }: House, authorization: string, payload: object | string, headers: object = {}): Promise<readonly [number, Record<string, unknown>]> {
  const response = await server.inject({ method: 'POST', url: '/v1/events', payload, headers: { authorization, 'content-type': 'application/json', ...headers } });
  return [response.statusCode, response.json<Record<string, unknown>>()];
}

const stored = ({ program }: House): UsageEvent[] => [...program.read(logs.events)] as UsageEvent[];

test('an event may have its attributes in headers and its data as the body', async () => {
  const built = await house();
  const key = await built.bearer('ada', 'ingest');
  const ofJurgen = { ...attributes, 'ce-subject': 'J%C3%BCrgen%20%E2%82%AC' };
  expect(await send(built, key, usage, ofJurgen)).toEqual([200, { accepted: 1 }]);
  expect(await send(built, key, usage, { ...ofJurgen, 'ce-id': '"e \\"2\\""' })).toEqual([200, { accepted: 1 }]);
  expect(stored(built)).toMatchObject([
    { id: 'e-1', source: 'meter-7', at: Date.UTC(2023, 10, 16, 18, 15, 46), tenant: 'ada', user: 'Jürgen €', model: 'phi-4', units: { requests: 1, inputTokens: 3, cachedInputTokens: 1, outputTokens: 5 } },
    { id: 'e "2"' },
  ]);
  // The same event in the other mode is the same event.
  await send(built, key, { specversion: '1.0', id: 'e-1', source: 'meter-7', type: 'usage', subject: 'Jürgen €', time: '2023-11-16T18:15:46Z', data: usage });
  await built.program.caughtUp(logs.events);
  expect((await built.program.tables.sentInPerMonth.scan()).map(({ value }) => value.requests)).toEqual([2]);
});

test.each([
  ['a type of its own', { 'ce-type': 'usage.v2' }, {}, "type must be 'usage'"],
  ['no id', { 'ce-id': '' }, {}, 'id must be a string of 1 to 256 characters'],
  ['bytes that are no UTF-8', { 'ce-subject': '%ff' }, {}, 'the header ce-subject is no text'],
  ['half an escape', { 'ce-subject': '100%' }, {}, 'the header ce-subject is no text'],
  ['a count that is none', {}, { inputTokens: '3' }, 'data.inputTokens must be a whole number'],
  ['data that is no object', {}, [], 'data must be an object'],
])('in headers, %s is no usage event, and is set aside', async (_name, more, data, problem) => {
  const built = await house();
  const [status, body] = await send(built, await built.bearer('ada', 'ingest'), Array.isArray(data) ? data : { model: 'phi-4', ...data }, { ...attributes, ...more });
  expect([status, body]).toMatchObject([400, { accepted: 0, refused: 1, problems: [{ index: 0, problem: expect.stringContaining(problem) }] }]);
  expect(built.program.status().sources[logs.events]?.[0]?.bad).toBe(1);
});

test('a member of the data that comes twice is refused, however the event came', async () => {
  const built = await house();
  expect(await send(built, await built.bearer('ada', 'ingest'), '{"model":"phi-4","inputTokens":1,"inputTokens":2}', attributes)).toMatchObject([400, { problems: [{ problem: expect.stringContaining('inputTokens') }] }]);
});

test('headers that are no attributes are none; one that comes twice is refused', () => {
  expect(eventAttributes({ rawHeaders: ['Content-Type', 'application/json', 'X-Ce-Id', 'e'] })).toBeUndefined();
  expect(eventAttributes({ rawHeaders: ['CE-Id', 'e', 'ce-time', 'now', 'Ce-__proto__', 'x'] })).toEqual({ id: 'e', time: 'now', ['__proto__']: 'x' });
  expect(eventAttributes({ rawHeaders: ['ce-id', 'e', 'Ce-Id', 'f'] })).toBe('there is more than one header ce-id');
});

test('in the structured mode headers say nothing', async () => {
  const built = await house();
  const one = { specversion: '1.0', id: 'e-9', source: 'meter-7', type: 'usage', subject: 'ana', time: '2023-11-16T18:15:46Z', data: usage };
  expect(await send(built, await built.bearer('ada', 'ingest'), one, { ...attributes, 'content-type': 'application/cloudevents+json' })).toEqual([200, { accepted: 1 }]);
  expect(stored(built)).toMatchObject([{ id: 'e-9' }]);
});
