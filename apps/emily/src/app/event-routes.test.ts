import { expect, test } from 'vitest';
import type { UsageEvent } from '../domain/usage-event.ts';
import { logs } from './program.ts';
import { house, type House } from './testing/house.ts';

const event = (id: string, more: object = {}, data: object = {}): object => ({
  specversion: '1.0',
  id,
  source: 'meter-7',
  type: 'usage',
  subject: 'ana',
  time: '2023-11-16T18:15:46Z',
  data: { model: 'phi-4', inputTokens: 3, cachedInputTokens: 1, outputTokens: 5, ...data },
  ...more,
});

async function send({ server }: House, authorization: string, payload: object | string, headers: object = {}): Promise<readonly [number, Record<string, unknown>]> {
  const response = await server.inject({ method: 'POST', url: '/v1/events', payload, headers: { authorization, 'content-type': 'application/json', ...headers } });
  return [response.statusCode, response.json<Record<string, unknown>>()];
}

const stored = ({ program }: House): UsageEvent[] => [...program.read(logs.events)] as UsageEvent[];

test('an event becomes usage of the tenant whose key sent it, whatever it says itself', async () => {
  const built = await house();
  const key = await built.bearer('ada', 'ingest');
  expect(await send(built, key, event('e-1', {}, { tenant: 'bob', requests: 2 }))).toEqual([200, { accepted: 1 }]);
  expect(stored(built)).toEqual([
    { id: 'e-1', source: 'meter-7', at: Date.UTC(2023, 10, 16, 18, 15, 46), tenant: 'ada', user: 'ana', model: 'phi-4', units: { requests: 2, inputTokens: 3, cachedInputTokens: 1, outputTokens: 5 } },
  ]);
  // An administrator of a customer is one of its own tenant only.
  await send(built, await built.bearer('bob', 'ingest', 'admin'), event('e-2', {}, { tenant: 'ada' }));
  expect(stored(built)[1]?.tenant).toBe('bob');
});

test("the operator's administrators send usage for every tenant, and only for those that exist", async () => {
  const built = await house();
  const admin = await built.bearer('mle', 'ingest', 'admin');
  expect(await send(built, admin, [event('e-1', {}, { tenant: 'ada' }), event('e-2', {}, { tenant: 'carl' }), event('e-3')])).toEqual([
    207,
    {
      accepted: 1,
      refused: 2,
      problems: [{ index: 1, problem: 'data.tenant must be a tenant of this Emily, not "carl"' }, { index: 2, problem: 'data.tenant must be a tenant of this Emily, not missing' }],
    },
  ]);
  expect((await send(built, await built.bearer('mle', 'ingest'), event('e-4', {}, { tenant: 'ada' })))[0]).toBe(200);
  expect(stored(built).flatMap((one) => (one.tenant === undefined ? [] : [`${one.id} ${one.tenant}`]))).toEqual(['e-1 ada', 'e-4 mle']);
});

test.each([
  ['an id of 257 characters', event('e', { id: 'x'.repeat(257) }), 'id must be a string of 1 to 256 characters'],
  ['no user', event('e', { subject: '' }), 'subject must be the user'],
  ['no source', event('e', { source: 7 }), 'source must be a string'],
  ['another type', event('e', { type: 'usage.v2' }), "type must be 'usage'"],
  ['no data', event('e', { data: [] }), 'data must be an object'],
  ['no model', event('e', {}, { model: undefined }), 'data.model must be a string'],
  ['half a token', event('e', {}, { outputTokens: 0.5 }), 'whole numbers from 0 on'],
  ['more than can be counted', event('e', {}, { inputTokens: 2 ** 53 }), 'whole numbers from 0 on'],
  ['a number as text', event('e', {}, { requests: '1' }), 'whole numbers from 0 on'],
  ['a list in a list', [[]], 'expected an object'],
  ['nothing', null, 'expected an object'],
])('%s is set aside with the reason', async (_what, payload, problem) => {
  const built = await house();
  const [status, answer] = await send(built, await built.bearer('ada', 'ingest'), JSON.stringify(payload));
  expect([status, answer]).toEqual([400, { accepted: 0, refused: 1, problems: [{ index: 0, problem: expect.stringContaining(problem) }] }]);
  await built.program.caughtUp(logs.events);
  expect(built.program.bad()).toMatchObject([{ source: 'events', offset: 0, reason: 'malformed', message: expect.stringContaining(problem) }]);
});

test('256 characters and the largest count are taken: the limits themselves are allowed', async () => {
  const built = await house();
  const key = await built.bearer('ada', 'ingest');
  expect((await send(built, key, event('e', { id: 'x'.repeat(256), subject: 'y'.repeat(256) }, { inputTokens: 2 ** 53 - 1 })))[0]).toBe(200);
});

test('of many that are no good a hundred are named, and all are counted and set aside', async () => {
  const built = await house();
  const [status, { accepted, refused, problems }] = await send(built, await built.bearer('ada', 'ingest'), Array.from({ length: 150 }, (_, i) => i));
  expect([status, accepted, refused, (problems as unknown[]).length]).toEqual([400, 0, 150, 100]);
  await built.program.caughtUp(logs.events);
  expect(built.program.status().bad).toBe(150);
});

test('times ahead of ours are taken up to ten minutes, and in a replay any', async () => {
  const ahead = (ms: number): object => event('e', { time: new Date(Date.now() + ms).toISOString() });
  const live = await house();
  expect((await send(live, await live.bearer('ada', 'ingest'), ahead(590_000)))[0]).toBe(200);
  expect(await send(live, await live.bearer('ada', 'ingest'), ahead(660_000))).toMatchObject([400, { problems: [{ problem: expect.stringContaining('too far ahead') }] }]);
  await live.program.caughtUp(logs.events);
  expect(live.program.bad()).toMatchObject([{ reason: 'future-time' }]);
  const replaying = await house(true);
  expect((await send(replaying, await replaying.bearer('ada', 'ingest'), event('e', { time: '2999-01-01T00:00:00Z' })))[0]).toBe(200);
});

test('who may not send is told so before anything is read', async () => {
  const built = await house();
  const code = async (...args: Parameters<typeof send>): Promise<unknown> => {
    const [status, { error }] = await send(...args);
    return [status, (error as { code: string }).code];
  };
  expect(await code(built, 'Bearer em_wrong', event('e'))).toEqual([401, 'invalid_api_key']);
  expect(await code(built, await built.bearer('ada', 'infer', 'read', 'admin'), event('e'))).toEqual([403, 'insufficient_scope']);
  expect(await code(built, await built.bearer('ada', 'ingest'), event('e'), { 'content-type': 'text/csv' })).toEqual([415, 'unsupported_media_type']);
  expect(await code(built, await built.bearer('ada', 'ingest'), event('e'), { 'content-encoding': 'gzip' })).toEqual([415, 'unsupported_media_type']);
  expect(stored(built)).toEqual([]);
});

test('when the log has ended, or the program has stopped, the sender is told that nothing was taken', async () => {
  const built = await house();
  const key = await built.bearer('ada', 'ingest');
  await built.program.end(logs.events);
  expect(await send(built, key, event('e'))).toMatchObject([409, { error: { code: 'log_ended' } }]);
  await built.program.stop();
  expect(await send(built, key, event('e'))).toMatchObject([503, { error: { code: 'log_unavailable', type: 'server_error' } }]);
});
