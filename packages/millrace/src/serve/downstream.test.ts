import { afterEach, expect, test } from 'vitest';
import { log } from '../connector/log.ts';
import { revise } from '../operator/late-policy.ts';
import type { HttpGetServer } from '../port/http-get.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { systemClock } from '../port/clock.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import { outOfOrder } from '../time/completeness.ts';
import { milliseconds } from '../time/duration.ts';
import { tumbling } from '../time/windowing.ts';

interface Use {
  readonly at: number;
  readonly n: bigint;
}

// A test takes what it needs of an answer, whatever it is.
// oxlint-disable-next-line typescript/no-explicit-any -- JSON of any shape
type Body = any; // any: as above

let server: HttpGetServer | undefined;
let program: Program | undefined;
let now = 1_000;

afterEach(async () => {
  await server?.close();
  await program?.stop().catch(() => {});
});

interface Served {
  get(path: string): Promise<{ readonly status: number; readonly body: Body }>;
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: Body }>;
}

/** Sums a late use, which is one correction that a sink and a changelog get. */
async function serving(acknowledge = true): Promise<Served> {
  now = 1_000;
  const usage = pipeline('usage', (app) => {
    const uses = app.source('uses', log<Use>(), { time: (use) => use.at, complete: outOfOrder(0), maxAhead: 'any' });
    const totals = uses.window(tumbling(10)).sum((use) => use.n, { name: 'totals', late: revise({ retain: 100 }) });
    totals.to(app.callback('screen', () => {}));
    totals.to(app.changelog('totals-changes', { keep: milliseconds(10) }));
    return { totals };
  });
  program = usage as unknown as Program;
  await usage.start({ store: memoryBackend(), clock: { ...systemClock, now: () => now } });
  await usage.append('uses', [{ at: 1, n: 5n }, { at: 15, n: 1n }, { at: 2, n: 2n }]);
  await usage.caughtUp('uses');
  await usage.committed();
  server = await usage.serve({ port: 0, acknowledge });
  const { url } = server.address;
  const answer = async (response: Response): Promise<{ status: number; body: Body }> => ({ status: response.status, body: await response.json() });
  return {
    get: async (path) => answer(await fetch(`${url}${path}`)),
    post: async (path, body) => answer(await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) })),
  };
}

test('a subscriber elsewhere subscribes, reads and acknowledges', async () => {
  const { get, post } = await serving();
  expect(await post('/changelogs/totals-changes/subscribe', { subscriber: 'crm' })).toEqual({ status: 200, body: { changelog: 'totals-changes', subscriber: 'crm', acknowledged: 0 } });
  const first = await get('/changelogs/totals-changes?subscriber=crm&max=1');
  expect(first.body).toMatchObject({ changelog: 'totals-changes', subscriber: 'crm', acknowledged: 0, changes: [{ position: 0, change: { after: '5', revision: 0, cause: { kind: 'frontier' } } }] });
  expect(await post('/changelogs/totals-changes/acknowledge', { subscriber: 'crm', position: 0 })).toEqual({ status: 200, body: { changelog: 'totals-changes', subscriber: 'crm', acknowledged: 1 } });
  expect((await get('/changelogs/totals-changes?subscriber=crm')).body).toMatchObject({ acknowledged: 1, changes: [{ position: 1, change: { before: '5', after: '7', cause: { kind: 'event', offset: 2 } } }] });
  expect((await get('/changelogs')).body).toEqual({ changelogs: [{ name: 'totals-changes', first: 0, changes: 2, subscribers: [{ name: 'crm', acknowledged: 1 }] }] });
  expect(await post('/changelogs/totals-changes/unsubscribe', { subscriber: 'crm' })).toMatchObject({ status: 200 });
  expect((await post('/changelogs/totals-changes/subscribe', { subscriber: 'crm', from: 'newest' })).body).toMatchObject({ acknowledged: 2 });
});

test('what is behind a table, and what a correction reached, is told with how far it has come', async () => {
  const { get, post } = await serving();
  await post('/changelogs/totals-changes/subscribe', { subscriber: 'crm' });
  expect((await get('/tables/totals/dependents')).body).toEqual({
    dependents: [
      { kind: 'sink', name: 'screen', takes: 'revisable', delivered: 2 },
      { kind: 'changelog', name: 'totals-changes', changes: 2 },
      { kind: 'subscriber', name: 'crm', changelog: 'totals-changes', acknowledged: 0 },
    ],
  });
  const correction = {
    number: 0,
    at: 1_000,
    commit: expect.any(Number),
    table: 'totals',
    window: { start: 0, end: 10 },
    before: '5',
    after: '7',
    revision: 1,
    cause: { kind: 'event', source: 'uses', partition: 0, offset: 2 },
    reached: [
      { dependent: 'screen', kind: 'sink', first: 1, end: 2, delivered: true, subscribers: [] },
      { dependent: 'totals-changes', kind: 'changelog', first: 1, end: 2, delivered: true, subscribers: [{ name: 'crm', acknowledged: false }] },
    ],
  };
  expect((await get('/corrections')).body).toEqual({ corrections: [correction] });
  await post('/changelogs/totals-changes/acknowledge', { subscriber: 'crm', position: 1 });
  expect((await get('/corrections?table=totals&from=0&since=1000&max=1')).body.corrections[0].reached[1].subscribers).toEqual([{ name: 'crm', acknowledged: true }]);
  expect((await get('/corrections?from=1')).body).toEqual({ corrections: [] });
  expect((await get('/corrections?since=1001')).body).toEqual({ corrections: [] });
});

test('a subscriber that came too late is told from where it can go on', async () => {
  const { get, post } = await serving();
  await post('/changelogs/totals-changes/subscribe', { subscriber: 'crm' });
  now += 1_000;
  await program?.append('uses', [{ at: 25, n: 1n }]);
  await program?.caughtUp('uses');
  now += 1_000;
  await program?.append('uses', [{ at: 35, n: 1n }]);
  await program?.caughtUp('uses');
  const { status, body } = await get('/changelogs/totals-changes?subscriber=crm');
  expect({ status, code: body.error.code }).toEqual({ status: 410, code: 'SUBSCRIBER_BEHIND' });
  const { first } = (await get('/changelogs')).body.changelogs[0];
  expect(body.error.got).toContain(`before ${first}`);
  await post('/changelogs/totals-changes/acknowledge', { subscriber: 'crm', position: first - 1 });
  expect((await get('/changelogs/totals-changes?subscriber=crm')).body.changes[0].position).toBe(first);
});

test.each<readonly [string, number, string]>([
  ['/tables/none/dependents', 404, 'TABLE_NOT_FOUND'],
  ['/tables/totals/dependents?table=x', 400, 'BAD_QUERY'],
  ['/corrections?table=none', 404, 'TABLE_NOT_FOUND'],
  ['/corrections?from=x', 400, 'BAD_QUERY'],
  ['/corrections?max=1001', 400, 'BAD_QUERY'],
  ['/corrections?since=soon', 400, 'BAD_QUERY'],
  ['/changelogs/none?subscriber=crm', 404, 'UNKNOWN_CHANGELOG'],
  ['/changelogs/totals-changes', 400, 'BAD_QUERY'],
  ['/changelogs/totals-changes?subscriber=crm', 404, 'UNKNOWN_SUBSCRIBER'],
  ['/changelogs/totals-changes?subscriber=crm&max=0', 400, 'BAD_QUERY'],
  ['/changelogs/totals-changes?subscriber=crm&limit=5', 400, 'BAD_QUERY'],
])('%s is refused with what was expected, what came and what to do', async (path, status, code) => {
  const { get } = await serving();
  const refused = await get(path);
  expect(refused).toEqual({ status, body: { error: { code, message: expect.any(String), expected: expect.any(String), got: expect.any(String), cure: expect.any(String) } } });
});

test.each<readonly [string, unknown, number, string]>([
  ['subscribe', '{', 400, 'BAD_SUBSCRIPTION'],
  ['subscribe', [], 400, 'BAD_SUBSCRIPTION'],
  ['subscribe', {}, 400, 'BAD_SUBSCRIPTION'],
  ['subscribe', { subscriber: ' ' }, 400, 'BAD_SUBSCRIPTION'],
  ['subscribe', { subscriber: 'x'.repeat(201) }, 400, 'BAD_SUBSCRIPTION'],
  ['subscribe', { subscriber: 'bi', from: 'now' }, 400, 'BAD_SUBSCRIPTION'],
  ['subscribe', { subscriber: 'bi', more: 1 }, 400, 'BAD_SUBSCRIPTION'],
  ['acknowledge', { subscriber: 'crm' }, 400, 'BAD_SUBSCRIPTION'],
  ['acknowledge', { subscriber: 'crm', position: -1 }, 400, 'BAD_SUBSCRIPTION'],
  ['acknowledge', { subscriber: 'crm', position: '0' }, 400, 'BAD_SUBSCRIPTION'],
  ['acknowledge', { subscriber: 'crm', position: 2 }, 409, 'ACKNOWLEDGED_AHEAD'],
  ['acknowledge', { subscriber: 'bi', position: 0 }, 404, 'UNKNOWN_SUBSCRIBER'],
  ['unsubscribe', { subscriber: 'bi' }, 404, 'UNKNOWN_SUBSCRIBER'],
])('%s %j is refused, and nothing has changed', async (path, body, status, code) => {
  const { get, post } = await serving();
  await post('/changelogs/totals-changes/subscribe', { subscriber: 'crm' });
  const before = (await get('/changelogs')).body;
  expect(await post(`/changelogs/totals-changes/${path}`, body)).toMatchObject({ status, body: { error: { code } } });
  expect((await get('/changelogs')).body).toEqual(before);
});

test('acknowledging backwards is refused; a changelog that is not there, too', async () => {
  const { post } = await serving();
  await post('/changelogs/totals-changes/subscribe', { subscriber: 'crm' });
  await post('/changelogs/totals-changes/acknowledge', { subscriber: 'crm', position: 1 });
  expect(await post('/changelogs/totals-changes/acknowledge', { subscriber: 'crm', position: 0 })).toMatchObject({ status: 409, body: { error: { code: 'ACKNOWLEDGED_BACKWARDS' } } });
  expect(await post('/changelogs/none/subscribe', { subscriber: 'crm' })).toMatchObject({ status: 404, body: { error: { code: 'UNKNOWN_CHANGELOG' } } });
});

test('without { acknowledge: true } nobody subscribes here, and the OpenAPI document does not say so', async () => {
  const { get, post } = await serving(false);
  expect(await post('/changelogs/totals-changes/subscribe', { subscriber: 'crm' })).toMatchObject({ status: 405 });
  const paths = Object.keys((await get('/openapi.json')).body.paths);
  expect(paths).toContain('/changelogs/totals-changes');
  expect(paths).not.toContain('/changelogs/totals-changes/acknowledge');
});

test('the OpenAPI document has all of it where it is', async () => {
  const { get } = await serving();
  const { paths } = (await get('/openapi.json')).body;
  for (const deed of ['subscribe', 'acknowledge', 'unsubscribe']) expect(paths[`/changelogs/totals-changes/${deed}`].post).toMatchObject({ requestBody: { required: true } });
  expect(paths['/tables/totals/dependents'].get).toBeDefined();
  expect(paths['/corrections'].get.parameters.map(({ name }: Body) => name)).toEqual(['table', 'from', 'since', 'max']);
});
