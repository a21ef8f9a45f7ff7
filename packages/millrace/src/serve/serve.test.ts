import { afterEach, expect, test } from 'vitest';
import { log } from '../connector/log.ts';
import type { HttpGetServer } from '../port/http-get.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';

interface Use {
  readonly at: number;
  readonly tenant: string;
  readonly model: number;
  readonly tokens: bigint;
}

// A test takes what it needs of an answer, whatever it is.
// oxlint-disable-next-line typescript/no-explicit-any -- JSON of any shape
type Body = any; // any: as above

let server: HttpGetServer | undefined;
let program: Program | undefined;

afterEach(async () => {
  await server?.close();
  await program?.stop().catch(() => {});
});

async function serving(uses: readonly Use[]): Promise<(path: string, init?: RequestInit) => Promise<{ status: number; body: Body }>> {
  const usage = pipeline('usage', (app) => {
    const source = app.source('uses', log<Use>(), { time: (use) => use.at, complete: outOfOrder(0), maxAhead: 'any' });
    const perWindow = source.keyBy({ tenant: (use) => use.tenant, model: (use) => use.model }).window(tumbling(10)).sum((use) => use.tokens, { name: 'per-window', keep: 'forever' });
    const total = source.keyBy((use) => use.tenant).count({ name: 'total', history: 1_000 });
    const all = source.window(tumbling(10)).count({ name: 'all', keep: 'forever' });
    return { 'per window': perWindow, total, all };
  });
  program = usage as unknown as Program;
  await usage.start({ store: memoryBackend(new MemoryDisk()) });
  await usage.append('uses', uses);
  await usage.caughtUp('uses');
  server = await usage.serve({ port: 0 });
  const { url } = server.address;
  return async (path, init) => {
    const response = await fetch(`${url}${path}`, init);
    return { status: response.status, body: await response.json() };
  };
}

const uses: readonly Use[] = [
  { at: 1, tenant: 'acme', model: 7, tokens: 5n },
  { at: 2, tenant: 'acme', model: 7, tokens: 2n ** 60n },
  { at: 3, tenant: '7', model: 7, tokens: 1n },
  { at: 12, tenant: 'acme', model: 8, tokens: 9n },
];

test('a row is found by its key and an event time in its window; a bigint is its digits', async () => {
  const ask = await serving(uses);
  const { status, body } = await ask('/tables/per%20window/row?key.tenant=acme&key.model=7&at=4');
  expect(status).toBe(200);
  expect(body).toEqual({
    commit: expect.any(Number),
    row: { key: { tenant: 'acme', model: 7 }, window: { start: 0, end: 10 }, value: String(2n ** 60n + 5n), time: 9, revision: 0, finality: 'final', evidence: ['assumed'] },
  });
  expect((await ask('/tables/per%20window/row?key.tenant=acme&key.model=8&at=1970-01-01T00:00:00.015Z')).body.row.finality).toBe('provisional');
  expect((await ask('/tables/total/row?key=acme')).body.row.value).toBe(3);
});

test('a part of a key that looks like a number is found as what it is', async () => {
  const ask = await serving(uses);
  expect((await ask('/tables/total/row?key=7')).body.row.key).toBe('7');
  expect((await ask('/tables/total/row?key=%227%22')).body.row.key).toBe('7');
  expect((await ask('/tables/per%20window/row?key.tenant=7&key.model=7&at=1')).body.row.value).toBe('1');
  expect((await ask('/tables/per%20window/row?key.tenant=7&key.model=%227%22&at=1')).status).toBe(404);
});

test('rows are chosen by parts of their key and by the time of their windows', async () => {
  const ask = await serving(uses);
  const keys = async (query: string): Promise<unknown> => (await ask(`/tables/per%20window?${query}`)).body.rows.map(({ key }: Body) => `${key.tenant} ${key.model}`);
  expect(await keys('')).toEqual(['acme 7', '7 7', 'acme 8']);
  expect(await keys('key.tenant=acme')).toEqual(['acme 7', 'acme 8']);
  expect(await keys('key.model=7&key.tenant=acme')).toEqual(['acme 7']);
  expect(await keys('from=10')).toEqual(['acme 8']);
  expect(await keys('to=10')).toEqual(['acme 7', '7 7']);
  expect((await ask('/tables/all')).body.rows.map(({ value }: Body) => value)).toEqual([3, 1]);
});

test('all pages of an answer are of one commit, whatever is committed meanwhile', async () => {
  const many = Array.from({ length: 250 }, (_, i): Use => ({ at: 5, tenant: `t${i}`, model: 1, tokens: 1n }));
  const ask = await serving(many);
  const first = (await ask('/tables/total')).body;
  expect(first.rows).toHaveLength(100);
  await program?.append('uses', many.map((use) => ({ ...use, at: 6 })));
  await program?.caughtUp('uses');
  const second = (await ask(`/tables/total?limit=120&after=${first.next}`)).body;
  const third = (await ask(`/tables/total?after=${second.next}`)).body;
  const rows = [...first.rows, ...second.rows, ...third.rows];
  expect(rows.map(({ key }: Body) => key)).toEqual(many.map(({ tenant }) => tenant));
  expect(rows.every(({ value }: Body) => value === 1)).toBe(true);
  expect([second.commit, third.commit, third.next]).toEqual([first.commit, first.commit, undefined]);
  const now = (await ask('/tables/total/row?key=t3')).body;
  expect(now.row.value).toBe(2);
  expect(now.commit).toBeGreaterThan(first.commit);
});

test('what a table said at an earlier commit is asked for by its number', async () => {
  const ask = await serving(uses);
  const { commit } = (await ask('/tables/total/row?key=acme')).body;
  await program?.append('uses', [{ at: 13, tenant: 'acme', model: 8, tokens: 1n }]);
  await program?.caughtUp('uses');
  expect((await ask('/tables/total/row?key=acme')).body.row.value).toBe(4);
  expect((await ask(`/tables/total/row?key=acme&asKnownAt=${commit}`)).body).toMatchObject({ commit, row: { value: 3 } });
});

test.each<readonly [string, number, string]>([
  ['/tables/all/row?at=3&asKnownAt=1', 400, 'NO_HISTORY'],
  ['/tables/total/row?key=acme&asKnownAt=-1', 400, 'BAD_QUERY'],
  ['/tables/none', 404, 'TABLE_NOT_FOUND'],
  ['/tables/total/row?key=nobody', 404, 'ROW_NOT_FOUND'],
  ['/tables/total/row', 400, 'BAD_QUERY'],
  ['/tables/per%20window/row?key.tenant=acme&key.model=7', 400, 'BAD_QUERY'],
  ['/tables/per%20window/row?key.tenant=acme&key.model=7&at=soon', 400, 'BAD_QUERY'],
  ['/tables/total?limit=0', 400, 'BAD_QUERY'],
  ['/tables/total?limit=1001', 400, 'BAD_QUERY'],
  ['/tables/total?tenant=acme', 400, 'BAD_QUERY'],
  ['/tables/total?after=1.100', 410, 'PAGE_GONE'],
  ['/tables/total?after=x', 410, 'PAGE_GONE'],
  ['/elsewhere', 404, 'NOT_FOUND'],
  ['/tables/%E0%A4%A', 400, 'BAD_TARGET'],
  // Half of a pair of surrogates, in the path and in the query; and a byte that begins nothing.
  ['/tables/%ED%A0%80', 400, 'BAD_TARGET'],
  ['/tables/%ED%A0%80/dependents', 400, 'BAD_TARGET'],
  ['/tables/total/row?key=%ED%A0%80', 400, 'BAD_QUERY'],
  ['/tables/total/row?key=%FF', 400, 'BAD_QUERY'],
  // Given twice, one of them would not count.
  ['/tables/total/row?key=acme&key=7', 400, 'BAD_QUERY'],
  ['/tables/total/row?key=acme&asKnownAt=1&asKnownAt=1', 400, 'BAD_QUERY'],
  ['/tables/per%20window?from=1&from=5', 400, 'BAD_QUERY'],
  ['/status?x=1', 400, 'BAD_QUERY'],
  ['/openapi.json?x=1', 400, 'BAD_QUERY'],
  ['/corrections?max=1&max=2', 400, 'BAD_QUERY'],
  // It has no windows: no time chooses one.
  ['/tables/total/row?key=acme&at=3', 400, 'BAD_QUERY'],
])('%s is refused with what was expected, what came and what to do', async (path, status, code) => {
  const ask = await serving(uses);
  const refused = await ask(path);
  expect(refused.status).toBe(status);
  expect(refused.body.error).toEqual({ code, message: expect.any(String), expected: expect.any(String), got: expect.any(String), cure: expect.any(String) });
});

test('a name that no path can say is refused where the program is to be served', async () => {
  const usage = pipeline('usage', (app) => ({ 'a\ud800': app.source('uses', log<Use>(), { time: (use) => use.at, complete: outOfOrder(0) }).keyBy((use) => use.tenant).count({ name: 'total' }) }));
  program = usage as unknown as Program;
  await usage.start({ store: memoryBackend(new MemoryDisk()) });
  await expect(async () => usage.serve({ port: 0 })).rejects.toThrow('"a\\ud800" is the name of a table or a changelog, and has half of a pair of surrogates');
});

test('it only answers questions, and says so to whoever posts', async () => {
  const ask = await serving(uses);
  expect(await ask('/tables/total', { method: 'POST', body: '{}' })).toMatchObject({ status: 405, body: { error: { expected: 'GET' } } });
});

test('a time chooses a window of any table that has windows, and what a versioned table held', async () => {
  const usage = pipeline('usage', (app) => {
    const source = app.source('uses', log<Use>(), { time: (use) => use.at, complete: outOfOrder(0), maxAhead: 'any' });
    const perWindow = source.keyBy((use) => use.tenant).window(tumbling(10)).count({ name: 'per-window', keep: 'forever' });
    const models = source.keyBy((use) => use.tenant).toTable({ name: 'models', versioned: 1_000, value: (use) => use.model });
    const grouped = perWindow.groupBy(({ value }) => value).count({ name: 'grouped', keep: 'forever' });
    return { models, grouped, mapped: perWindow.map(({ value }) => value * 2), of: models.map(({ value }) => value * 2) };
  });
  program = usage as unknown as Program;
  await usage.start({ store: memoryBackend(new MemoryDisk()) });
  await usage.append('uses', [...uses, { at: 25, tenant: 'acme', model: 9, tokens: 1n }]);
  await usage.caughtUp('uses');
  server = await usage.serve({ port: 0 });
  const { url } = server.address;
  const value = async (path: string): Promise<unknown> => {
    const body = (await (await fetch(`${url}/tables/${path}`)).json()) as Body;
    return body.error?.code ?? body.row.value;
  };
  expect([await value('models/row?key=acme&at=3'), await value('models/row?key=acme&at=13'), await value('models/row?key=acme')]).toEqual([7, 8, 9]);
  expect([await value('mapped/row?key=acme&at=3'), await value('mapped/row?key=acme')]).toEqual([4, 'BAD_QUERY']);
  expect([await value('grouped/row?key=1&at=3'), await value('grouped/row?key=1')]).toEqual([1, 'BAD_QUERY']);
  expect([await value('of/row?key=acme&at=13'), await value('of/row?key=acme')]).toEqual([16, 18]);
});

test('what can be asked is an OpenAPI document: every path in it answers', async () => {
  const ask = await serving(uses);
  const { body } = await ask('/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  expect(Object.keys(body.paths)).toEqual(['/tables', '/health', '/status', '/holds', '/missing', '/tables/per%20window', '/tables/per%20window/row', '/tables/total', '/tables/total/row', '/tables/all', '/tables/all/row', '/corrections', '/changelogs', '/tables/per%20window/dependents', '/tables/total/dependents', '/tables/all/dependents']);
  const examples: Readonly<Record<string, string>> = { 'key.tenant': 'acme', 'key.model': '7', key: 'acme', at: '3' };
  for (const [path, { get }] of Object.entries<Body>(body.paths)) {
    const query = get.parameters.filter(({ required }: Body) => required === true).map(({ name }: Body) => `${name}=${examples[name]}`);
    expect((await ask(`${path}?${query.join('&')}`)).status).toBe(200);
  }
  expect((await ask('/status')).body.sources.uses[0].events).toBe(4);
});

test('while the program does not run it says so', async () => {
  const ask = await serving(uses);
  await program?.stop();
  expect(await ask('/tables/total')).toMatchObject({ status: 503, body: { error: { code: 'NOT_RUNNING' } } });
});
