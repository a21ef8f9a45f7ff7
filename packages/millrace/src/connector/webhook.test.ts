import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { type Clock, systemClock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import { outOfOrder } from '../time/completeness.ts';
import type { Duration } from '../time/duration.ts';
import { log } from './log.ts';
import { type WebhookOptions, webhook } from './webhook.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, yes').toString('base64')}`;
/** A hundred times as fast as time: nobody waits for pauses. */
const FASTER = 100;
const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() * FASTER, after: (ms, task) => systemClock.after(ms / FASTER, task) };

/** A receiver that answers does so within that, also on a busy machine; who does not is waited for twice. */
const TIMEOUT_MS = 1_500;

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (response: ServerResponse, count: number) => void;
const ok: Answer = (response) => void response.writeHead(204).end();

/** A receiver that keeps what it gets, and answers as it is told. */
async function receiver(answer: Answer = ok): Promise<{ readonly url: string; readonly got: Got[] }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => void (body += data.toString()));
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      answer(response, got.length);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/usage`, got };
}

interface Started {
  readonly program: Program;
  readonly done: Promise<unknown>;
}

async function started(url: string, options: WebhookOptions, sink: { readonly onRefused?: 'hold'; readonly retry?: Duration } = {}, disk: MemoryDisk = new MemoryDisk()): Promise<Started> {
  const program = pipeline('usage / day', (app) => {
    app.source('numbers', log<number>(), { time: (n) => n, complete: outOfOrder(0), maxAhead: 'any' }).to(app.sink('billing', webhook<number>(url, options), sink));
  });
  await program.start({ store: memoryBackend(disk), clock, commit: { everyMs: 60_000 } });
  const done = program.done.catch((error: unknown) => error);
  onTestFinished(async () => void (await program.stop().catch(() => {})));
  return { program: program as unknown as Program, done };
}

async function send(program: Program, numbers: readonly number[]): Promise<void> {
  await program.append('numbers', numbers);
  await program.caughtUp('numbers');
  await program.committed();
}

const numbersIn = (got: readonly Got[]): unknown[] => got.flatMap(({ body }) => (JSON.parse(body) as { rows: { row: unknown }[] }).rows.map(({ row }) => row));

test('rows are posted in order, with their numbers, and a stock library verifies the signature', async () => {
  const { url, got } = await receiver();
  const { program, done } = await started(url, { secret: SECRET, rowsMax: 2, headers: { authorization: 'Bearer x' } });
  await send(program, [1, 2, 3]);
  await program.end('numbers');
  expect(await done).toBeUndefined();
  expect(got.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { pipeline: 'usage / day', sink: 'billing', rows: [{ number: 0, row: 1 }, { number: 1, row: 2 }] },
    { pipeline: 'usage / day', sink: 'billing', rows: [{ number: 2, row: 3 }] },
  ]);
  for (const { headers, body } of got) {
    expect(headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer x', 'idempotency-key': headers['webhook-id'] as string });
    expect(new Verifier(SECRET).verify(body, headers as Record<string, string>)).toEqual(JSON.parse(body));
    expect(() => new Verifier(SECRET).verify(body.replace('"row":', '"row": '), headers as Record<string, string>)).toThrow('No matching signature found');
  }
  expect(got.map(({ headers }) => headers['webhook-id'])).toEqual(['usage%20%2F%20day.billing.0', 'usage%20%2F%20day.billing.2']);
});

test.each<[string, Answer]>([
  ['says 503', (response) => void response.writeHead(503).end('busy')],
  ['says 429, and when to come again', (response) => void response.writeHead(429, { 'retry-after': '2' }).end()],
  ['cuts the connection', (response) => void response.socket?.destroy()],
  ['answers by half', (response) => void response.writeHead(200, { 'content-length': '10' }).write('abc', () => response.socket?.destroy())],
  ['does not answer in time', () => {}],
])('a receiver that %s gets the same request again until it takes it, and what comes after it waits', async (_, trouble) => {
  const { url, got } = await receiver((response, count) => (count <= 2 ? trouble : ok)(response, count));
  const { program, done } = await started(url, { secret: SECRET, timeoutMs: TIMEOUT_MS });
  await send(program, [1]);
  await send(program, [2, 3]);
  await program.end('numbers');
  expect(await done).toBeUndefined();
  expect(numbersIn(got)).toEqual([1, 1, 1, 2, 3]);
  expect(new Set(got.slice(0, 3).map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
});

test('while it is tried again the status says so, and the program goes on', async () => {
  let isUp = false;
  const { url, got } = await receiver((response) => void response.writeHead(isUp ? 200 : 500).end('not today'));
  const { program, done } = await started(url, {});
  await send(program, [1]);
  await expect.poll(() => program.status().failing?.[0]?.attempts ?? 0).toBeGreaterThan(1);
  expect(program.status().failing).toEqual([{ sink: 'billing', since: expect.any(Number), attempts: expect.any(Number), reason: 'not today', nextAt: expect.any(Number) }].map((failing) => ({ ...failing, reason: expect.stringContaining('500 not today') })));
  // So many commits that the receiver keeps the program waiting, and it can still be asked and decided on.
  for (let n = 2; n < 30; n += 1) await program.append('numbers', [n]);
  await program.committed();
  isUp = true;
  await expect.poll(() => program.status().failing, { timeout: 20_000 }).toBeUndefined();
  await program.end('numbers');
  expect(await done).toBeUndefined();
  expect([...new Set(numbersIn(got))]).toEqual(Array.from({ length: 29 }, (_, i) => i + 1));
});

test.each([301, 400, 401, 410])('an answer %d refuses the rows: the program fails, and the next start gives them again, as they were', async (status) => {
  let isUp = false;
  const { url, got } = await receiver((response) => void response.writeHead(isUp ? 200 : status, { location: '/elsewhere' }).end('no'));
  const disk = new MemoryDisk();
  const first = await started(url, {}, {}, disk);
  await first.program.append('numbers', [7]);
  void first.program.committed().catch(() => {});
  expect(await first.done).toMatchObject({ code: 'SINK_FAILED', message: expect.stringContaining(`refused rows 0 to 0: ${status} no`) });
  isUp = true;
  const { program, done } = await started(url, {}, {}, disk);
  await program.end('numbers');
  expect(await done).toBeUndefined();
  expect(got.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).toEqual(Array(2).fill(`${got[0]?.headers['webhook-id']} ${got[0]?.body}`));
});

test('one that would talk in another protocol has refused them too, and nobody waits for it', async () => {
  const { url } = await receiver((response) => void response.writeHead(101, { connection: 'upgrade', upgrade: 'gossip' }).end());
  const { program, done } = await started(url, {});
  await program.append('numbers', [7]);
  void program.committed().catch(() => {});
  expect(await done).toMatchObject({ code: 'SINK_FAILED', message: expect.stringContaining('refused rows 0 to 0: 101') });
});

test('who says for how long it is tried is held after that, and a person lets it go on', async () => {
  let isUp = false;
  const { url, got } = await receiver((response) => void response.writeHead(isUp ? 200 : 503).end());
  const { program, done } = await started(url, {}, { onRefused: 'hold', retry: 5_000 as Duration });
  await send(program, [1]);
  await expect.poll(() => program.holds().length).toBe(1);
  expect(program.status().failing).toBeUndefined();
  expect(got.length).toBeGreaterThan(2);
  isUp = true;
  await program.resolve(program.holds()[0]?.id ?? 0, { choice: 'retry', by: 'Ada', reason: 'it is back' });
  await program.end('numbers');
  expect(await done).toBeUndefined();
  expect(numbersIn(got.slice(-1))).toEqual([1]);
});

test('a program that is stopped waits for nobody who does not answer; the rows come at the next start', async () => {
  const { url, got } = await receiver((response, count) => void (count > 1 && response.writeHead(200).end()));
  const disk = new MemoryDisk();
  // The answer itself would have longer than the test has.
  const first = await started(url, { timeoutMs: 600_000 }, {}, disk);
  await send(first.program, [1]);
  await expect.poll(() => got.length).toBe(1);
  await first.program.stop();
  const { program, done } = await started(url, {}, {}, disk);
  await program.end('numbers');
  expect(await done).toBeUndefined();
  expect(numbersIn(got)).toEqual([1, 1]);
});

test('a process that waits for nothing but its receiver does not end before it has taken everything', async () => {
  const { url, got } = await receiver((response, count) => void response.writeHead(count === 1 ? 503 : 204).end());
  const folder = mkdtempSync(join(tmpdir(), 'millrace-webhook-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const source = `
    import { log, lmdbBackend, outOfOrder, pipeline, webhook } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
    const program = pipeline('p', (app) => void app.source('n', log(), { time: (n) => n, complete: outOfOrder(0), maxAhead: 'any' }).to(app.sink('out', webhook(${JSON.stringify(url)}))));
    await program.start({ store: lmdbBackend(${JSON.stringify(folder)}) });
    await program.append('n', [1]);
    await program.end('n');
    await program.done;
  `;
  const child = spawn(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', source], { stdio: 'ignore' });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(numbersIn(got)).toEqual([1, 1]);
}, 30_000);

test('what it cannot be is said where it is written', async () => {
  expect(() => webhook('nowhere')).toThrow('webhook(address): expected an address such as https://billing.example/usage');
  expect(() => webhook('ftp://a.example')).toThrow('expected an address');
  expect(() => webhook('https://a.example', { secret: 'whsec_c2hvcnQ=' })).toThrow('expected whsec_ and base64 of 24 to 64 bytes, got a text of 14 characters');
  expect(() => webhook('https://a.example', { rowsMax: 0 })).toThrow('rowsMax');
  expect(() => webhook('https://a.example', { timeoutMs: 0 })).toThrow('timeoutMs');
  expect(() => webhook('https://a.example', { typo: 1 } as object)).toThrow("got 'typo'");
  const program = pipeline('memory', (app) => void app.source('n', log<number>(), { time: (n) => n, complete: outOfOrder(0) }).to(app.sink('out', webhook<number>('http://127.0.0.1:1'))));
  await expect(program.run()).rejects.toMatchObject({ code: 'STORE_NEEDED' });
});
