import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UsageWindow } from '../src/app/usage-query.ts';
import { cacheFolder } from '../src/demo/real/cache-folder.ts';
import { prepareRealModel, realModel } from '../src/demo/real/prepare.ts';
import { runCommand } from '../src/demo/real/run-command.ts';
import { clientOf } from './client.ts';
import { startProcess, type EmilyProcess } from './process.ts';

/*
 * `npm run demo:real`, asked by stock clients: what Emily meters is what llama.cpp has counted.
 *
 * The first run on a machine fetches 340 MB, which takes about half a minute here and is given four; then it is a
 * model that loads in seconds and makes about a hundred tokens: 7 to 12 s in all. Where it cannot be fetched the reason is printed and
 * nothing is tested, except in CI, where that is a failure.
 */

const FETCH_MS_MAX = 240_000;
const TIMEOUT_MS = 120_000;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const prepared = await prepareRealModel({ folder: cacheFolder(process.env), say, run: runCommand, signal: AbortSignal.timeout(FETCH_MS_MAX) }).catch((error: unknown) => error as Error);
const isMissing = prepared instanceof Error && process.env['CI'] !== 'true';
if (isMissing) say(`the tests of the real model are skipped: ${(prepared as Error).message}`);

// Without a registry there is no model: the reason is printed above. In CI it runs, and fails.
describe.skipIf(isMissing)('a real model', () => {
  /** A small model ends most answers soon; this one it does not. */
  const messages = [{ role: 'user' as const, content: 'Count from one to one thousand: 1, 2, 3, 4, 5, 6, 7, 8,' }];
  let data = '';
  let emily: EmilyProcess | undefined;
  let origin = '';
  let apiKey = '';
  let openai: OpenAI;
  /** Where the replica itself answers: what it counts is asked of it, and not of Emily. */
  let replica = '';

  beforeAll(async () => {
    if (prepared instanceof Error) throw prepared;
    data = await mkdtemp(join(tmpdir(), 'emily-'));
    const { HOME = '', XDG_CACHE_HOME } = process.env;
    emily = startProcess(['--data', data], { shared: true, program: 'demo-real.ts', env: { HOME, ...(XDG_CACHE_HOME !== undefined && { XDG_CACHE_HOME }) } });
    [{ origin }, apiKey] = [await emily.link(), await emily.demoKey()];
    openai = new OpenAI({ apiKey, baseURL: `${origin}/v1`, maxRetries: 0 });
    await emily.said(new RegExp(`"replica":"${realModel}/0\\.\\d+\\.0","state":"ready"`));
    const [, port] = /listens at port (\d+)/.exec(await readFile(join(data, 'logs', 'replicas', `${realModel}-0.log`), 'utf8'))!;
    replica = `http://127.0.0.1:${port}`;
  }, TIMEOUT_MS);

  afterAll(async () => {
    await emily?.kill();
    if (data !== '') await rm(data, { recursive: true });
  }, TIMEOUT_MS);

  type Counted = { readonly running: number; readonly engine: { readonly input: number; readonly output: number } };
  const counted = async (): Promise<Counted> => (await (await fetch(`${replica}/health`)).json()) as Counted;

  /** Waits until a user's calls are metered, and gives what was metered for them. */
  async function metered(user: string, requests: number): Promise<{ readonly input: number; readonly output: number }> {
    let own: UsageWindow | undefined;
    await expect.poll(async () => {
      const { data: rows } = await clientOf(origin, apiKey).get<{ data: UsageWindow[] }>('/v1/usage?group=user');
      own = rows.find((row) => row.user === user);
      return own?.requests;
    }, { timeout: 20_000 }).toBe(requests);
    return { input: own!.inputTokens, output: own!.outputTokens };
  }

  test('openai for Node, streamed and whole: metered is what the client was told, and what the engine has counted', { timeout: TIMEOUT_MS }, async () => {
    const before = await counted();
    const asked = { model: realModel, messages, temperature: 0, user: 'node' };
    const stream = openai.chat.completions.stream({ ...asked, max_tokens: 20, stream_options: { include_usage: true } });
    const text = await stream.finalContent();
    const streamed = await stream.totalUsage();
    const whole = await openai.chat.completions.create({ ...asked, max_tokens: 12 });
    expect(text).toMatch(/\d+, \d+/);
    // The same prompt, and no chance: the shorter answer is the beginning of the longer one.
    expect(text!.startsWith(whole.choices[0]!.message.content!)).toBe(true);
    expect([streamed.prompt_tokens, whole.usage!.completion_tokens]).toEqual([whole.usage!.prompt_tokens, 12]);
    const units = await metered('node', 2);
    expect(units).toEqual({ input: 2 * streamed.prompt_tokens, output: streamed.completion_tokens + 12 });
    const { engine } = await counted();
    // Of each prompt the engine counts the last token as what the first one of the answer was sampled from.
    expect({ input: engine.input - before.engine.input + 2, output: engine.output - before.engine.output }).toEqual(units);
  });

  test('one call knows nothing of another, however many there are', { timeout: TIMEOUT_MS }, async () => {
    const said = async (content: string): Promise<string | null> =>
      (await openai.chat.completions.create({ model: realModel, messages: [{ role: 'user', content }], temperature: 0, max_tokens: 8 })).choices[0]!.message.content;
    const question = 'What is my name? My name is';
    const alone = await said(question);
    // More calls than are made at a time: each place is used again.
    for (let i = 0; i < 2; i++) {
      await said('My name is Zorblax. Zorblax is my name. What is my name? My name is');
      expect(await said(question)).toBe(alone);
    }
    expect(alone).not.toContain('Zorblax');
  });

  test('curl, a stream to its end', { timeout: TIMEOUT_MS }, async () => {
    const before = await counted();
    const body = { model: realModel, messages, max_tokens: 10, stream: true, user: 'curl' };
    const args = ['-sS', '-N', '--fail', `${origin}/v1/chat/completions`, '-H', `authorization: Bearer ${apiKey}`, '-H', 'content-type: application/json', '-d', JSON.stringify(body)];
    const { stdout } = await promisify(execFile)('curl', args);
    const events = stdout.split('\n\n').filter((event) => event !== '');
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(stdout).not.toContain('"usage"');
    const units = await metered('curl', 1);
    const { engine } = await counted();
    expect({ input: engine.input - before.engine.input + 1, output: engine.output - before.engine.output }).toEqual(units);
    // One chunk a token, and [DONE].
    expect(units.output).toBe(events.length - 1);
  });

  test('a stream whose reader leaves stops the engine, and what reached the reader is metered', { timeout: TIMEOUT_MS }, async () => {
    const before = await counted();
    const max = 500;
    const stream = await openai.chat.completions.create({ model: realModel, messages, temperature: 0, max_tokens: max, stream: true, user: 'leaves' });
    let seen = 0;
    for await (const { choices } of stream) if (choices.length > 0 && ++seen === 5) break;
    const { output } = await metered('leaves', 1);
    await expect.poll(async () => (await counted()).running, { timeout: 20_000 }).toBe(0);
    const made = (await counted()).engine.output - before.engine.output;
    expect(output).toBeGreaterThanOrEqual(seen);
    expect(output).toBeLessThanOrEqual(made);
    // Left alone it goes on to the last token.
    expect(made).toBeLessThan(max);
  });
});
