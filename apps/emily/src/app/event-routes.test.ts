import { expect, test } from 'vitest';
import { epochMs, tenantId } from '../domain/names.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import { BodyRoom } from './body-room.ts';
import { rowsOf } from './event-rows.ts';
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

async function send({ server }: House, authorization: string, payload: object | string | Buffer, headers: object = {}): Promise<readonly [number, Record<string, unknown>]> {
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
  ['half a token', event('e', {}, { outputTokens: 0.5 }), 'data.outputTokens must be a whole number from 0 to 1000000000, not 0.5'],
  ['more than an event may count', event('e', {}, { inputTokens: 1_000_000_001 }), 'data.inputTokens must be a whole number from 0 to 1000000000, not 1000000001'],
  ['less than nothing', event('e', {}, { requests: -1 }), 'data.requests must be a whole number'],
  ['a number as text', event('e', {}, { requests: '1' }), 'data.requests must be a whole number'],
  ['half a surrogate pair', event('e', { subject: '\ud800' }), 'subject must be the user'],
  ['a list in a list', [[]], 'expected an object'],
  ['nothing', null, 'expected an object'],
])('%s is set aside with the reason', async (_what, payload, problem) => {
  const built = await house();
  const [status, answer] = await send(built, await built.bearer('ada', 'ingest'), JSON.stringify(payload));
  const error = { type: 'invalid_request_error', param: null, code: 'no_event_taken', expected: 'usage as CloudEvents 1.0', message: expect.stringContaining(problem), got: expect.stringContaining(problem), cure: expect.any(String) };
  expect([status, answer]).toEqual([400, { error, accepted: 0, refused: 1, problems: [{ index: 0, problem: expect.stringContaining(problem) }] }]);
  await built.program.caughtUp(logs.events);
  expect(built.program.bad()).toMatchObject([{ source: 'events', offset: 0, reason: 'malformed', message: expect.stringContaining(problem) }]);
});

test('256 characters and the largest count are taken: the limits themselves are allowed', async () => {
  const built = await house();
  const key = await built.bearer('ada', 'ingest');
  expect((await send(built, key, event('e', { id: 'x'.repeat(256), subject: 'y'.repeat(256) }, { inputTokens: 1_000_000_000 })))[0]).toBe(200);
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
  const replaying = await house({ secret: 'of this run', latest: epochMs(Date.parse('2999-01-01T00:00:00Z')) });
  const late = async (time: string, secret: string): Promise<unknown> => (await send(replaying, await replaying.bearer('ada', 'ingest'), event('e', { time }), { 'x-replay-secret': secret }))[0];
  expect([await late('2999-01-01T00:00:00Z', 'of this run'), await late('2999-01-01T00:00:01Z', 'of this run'), await late('2023-11-16T18:15:46Z', 'of another')]).toEqual([200, 400, 409]);
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

const ndjson = { 'content-type': 'application/x-ndjson' };
const list = (count: number): string => `[${'1,'.repeat(count - 1)}1]`;
const lines = (count: number): string => '1\n'.repeat(count);

test.each([['a list', list, {}], ['lines', lines, ndjson]] as const)('%s of 10,000 events are taken, one more is not, and nothing of it is set aside', async (_what, bodyOf, headers) => {
  const built = await house();
  const key = await built.bearer('ada', 'ingest');
  const [status, answer] = await send(built, key, bodyOf(10_001), headers);
  expect([status, answer]).toEqual([413, { error: {
    type: 'invalid_request_error', param: null, code: 'too_many_events', expected: 'at most 10000 events', got: '10001', cure: expect.stringContaining('fewer'),
    message: 'The body has 10001 events, and at most 10000 are taken in a request; send fewer in each. None of them was taken.',
  } }]);
  expect(stored(built)).toEqual([]);
  expect(await send(built, key, bodyOf(10_000), headers)).toMatchObject([400, { refused: 10_000 }]);
});

test.each([['a list', list(8_000_000), {}], ['lines', lines(8_000_000), ndjson]] as const)('%s of millions of events is refused for the price of reading it once', async (_what, body, headers) => {
  const built = await house();
  const before = process.memoryUsage().heapUsed;
  const [status, answer] = await send(built, await built.bearer('ada', 'ingest'), body, headers);
  expect([status, answer]).toMatchObject([413, { error: { code: 'too_many_events', got: '8000000' } }]);
  // A row for each would be more than a GB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
});

test('reading a request of the most and largest events leaves others their turns', async () => {
  const padded = Array.from({ length: 10_000 }, (_, i) => event(`e-${i}`, { note: 'x'.repeat(1_300) }));
  const rules = { tenant: tenantId('ada'), isTenant: () => true, latest: Number.POSITIVE_INFINITY };
  let [turns, done] = [0, false];
  const others = (): void => {
    turns += 1;
    if (!done) setImmediate(others);
  };
  others();
  const read = await rowsOf(Buffer.from(JSON.stringify(padded)), { asLines: false, rules, closedBefore: 0 });
  done = true;
  expect(read).toMatchObject({ problems: [], late: 0 });
  // 14 MB take tens of ms to read, and a turn is 5 ms.
  expect(turns).toBeGreaterThan(4);
});

const deep = `${'['.repeat(6_000)}${']'.repeat(6_000)}`;
const good = (id: string): string => JSON.stringify(event(id));
const spoilt: readonly (readonly [what: string, spoil: (text: string) => Buffer | string, problem: string])[] = [
  ['a deep id', (text) => text.replace('"e-2"', deep), 'nests deeper than 32 levels'],
  ['a deep specversion', (text) => text.replace('"1.0"', deep), 'nests deeper than 32 levels'],
  ['a deep subject', (text) => text.replace('"ana"', deep), 'nests deeper than 32 levels'],
  ['a member that nobody knows, deep', (text) => text.replace('{', `{"x":${deep},`), 'nests deeper than 32 levels'],
  ['bytes that are no UTF-8', (text) => Buffer.concat([Buffer.from(text.slice(0, text.indexOf('ana'))), Buffer.from([0xff, 0xfe]), Buffer.from(text.slice(text.indexOf('ana')))]), 'is not UTF-8'],
  ['two ids', (text) => text.replace('{', '{"id":"e-9",'), 'has more than one id'],
  ['two ids, one of them with an escape', (text) => text.replace('{', '{"\\u0069d":"e-9",'), 'has more than one id'],
  ['two counts', (text) => text.replace('"inputTokens":3', '"inputTokens":3,"inputTokens":100'), 'has more than one data.inputTokens'],
  ['more bytes than an event may have', (text) => text.replace('{', `{"x":"${'x'.repeat(65_536)}",`), 'is larger than 65536 bytes'],
];

test.each(spoilt)('%s spoils that event, and no other', async (_what, spoil, problem) => {
  for (const asLines of [true, false]) {
    const built = await house();
    const key = await built.bearer('ada', 'ingest');
    const [open, comma, close, headers] = asLines ? ['', '\n', '', ndjson] as const : ['[', ',', ']', {}] as const;
    const body = Buffer.concat([open, good('e-1'), comma, spoil(good('e-2')), comma, good('e-3'), close].map((part) => Buffer.from(part)));
    expect(await send(built, key, body, headers)).toEqual([207, { accepted: 2, refused: 1, problems: [{ index: 1, problem: expect.stringContaining(problem) }] }]);
    await built.program.caughtUp(logs.events);
    expect(built.program.bad()).toMatchObject([{ offset: 1, message: expect.stringContaining(problem) }]);
    const [status, answer] = await send(built, key, Buffer.from(spoil(good('e-2'))), headers);
    expect([status, answer]).toMatchObject([400, { accepted: 0, problems: [{ index: 0, problem: expect.stringContaining(problem) }] }]);
  }
});

test('32 levels are taken: the limit itself is allowed', async () => {
  const built = await house();
  const nested = (levels: number): string => good('e-1').replace('{', `{"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)},`);
  const key = await built.bearer('ada', 'ingest');
  expect([(await send(built, key, nested(32)))[0], (await send(built, key, nested(33)))[0]]).toEqual([200, 400]);
});

test.each([
  ['[{},,{}]', 'is not JSON: it has an empty place in its list'],
  ['[{},]', 'is not JSON: it has an empty place in its list'],
  ['[{}', 'is not JSON: it ends within its list'],
  ['["x', 'is not JSON: it ends within its list'],
  ['[{}] {}', 'is not JSON: it goes on after its list'],
  ['[}]', 'is not JSON: it closes what it has not opened'],
  ['[1 2]', 'in member 0 of the list'],
  [`[${good('e-1')},{"a":}]`, 'in member 1 of the list'],
])('%s is no list of JSON: all of it is set aside, as one', async (body, problem) => {
  const built = await house();
  const [status, answer] = await send(built, await built.bearer('ada', 'ingest'), body);
  expect([status, answer]).toMatchObject([400, { accepted: 0, refused: 1, problems: [{ index: 0, problem: expect.stringContaining(problem) }] }]);
  expect(stored(built).filter(({ id }) => id !== undefined)).toEqual([]);
});

test('blank lines, white space, carriage returns and a byte order mark are no events', async () => {
  const built = await house();
  const key = await built.bearer('ada', 'ingest');
  expect(await send(built, key, `\ufeff${good('e-1')}\r\n\r\n  \n${good('e-2')}`, ndjson)).toEqual([200, { accepted: 2 }]);
  expect(await send(built, key, `\ufeff \n[ ${good('e-3')} , ${good('e-4')}\t]\n`)).toEqual([200, { accepted: 2 }]);
  expect(await send(built, key, `\ufeff${good('e-5')}`)).toEqual([200, { accepted: 1 }]);
  expect(await send(built, key, ' [ ] ')).toEqual([200, { accepted: 0 }]);
  expect(await send(built, key, '', ndjson)).toEqual([200, { accepted: 0 }]);
  expect(stored(built).map(({ id }) => id)).toEqual(['e-1', 'e-2', 'e-3', 'e-4', 'e-5']);
});

test('two sources may give the same id: both count, and what one of them repeats does not', async () => {
  const built = await house();
  const key = await built.bearer('ada', 'ingest');
  expect((await send(built, key, [event('same', { source: 'm1' }), event('same', { source: 'm2' }), event('same', { source: 'm1' })]))[1]).toEqual({ accepted: 3 });
  await built.program.caughtUp(logs.events);
  expect((await built.program.tables.sentInPerMonth.scan()).map(({ value }) => value.requests)).toEqual([2]);
});

test('the answer says how many are of a month that has closed, and so are not counted', async () => {
  const built = await house();
  const key = await built.bearer('ada', 'ingest');
  // In Berlin the November of 2023 ends at 23:00 UTC.
  await send(built, key, event('e-1', { time: '2023-12-02T00:00:00Z' }));
  await built.program.caughtUp(logs.events);
  const [last, first] = [event('e-2', { time: '2023-11-30T22:59:59.999Z' }), event('e-3', { time: '2023-11-30T23:00:00Z' })];
  expect(await send(built, key, [last, first, 7])).toEqual([207, { accepted: 2, late: 1, refused: 1, problems: [expect.anything()] }]);
  expect(await send(built, key, [last])).toEqual([207, { accepted: 1, late: 1 }]);
  expect(await send(built, key, [first])).toEqual([200, { accepted: 1 }]);
  await built.program.caughtUp(logs.events);
  expect((await built.program.tables.sentInPerMonth.scan()).map(({ value }) => value.requests)).toEqual([2]);
});

test('bodies of one tenant that are on their way have a limit; others still send', async () => {
  const room = new BodyRoom(100, 60);
  const leave = room.enter('ada', 60);
  expect([room.enter('ada', 1), room.enter('bob', 41)]).toEqual([undefined, undefined]);
  expect(room.enter('bob', 40)).toBeTypeOf('function');
  leave?.();
  leave?.();
  expect([room.enter('bob', 21), room.enter('ada', 60)]).toEqual([undefined, expect.any(Function)]);
});
