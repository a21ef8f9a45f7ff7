import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { newApiKey } from '../src/account/api-key.ts';
import { clientOf } from './client.ts';
import { startProcess } from './process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/* From nothing to a first answer of a customer, as `init` says it: real processes, and no key that was printed. */

const TIMEOUT_MS = 120_000;
const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** A command that ends by itself; one that ends with another code than 0 fails. */
const command = (...args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  promisify(execFile)(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', program, ...args], { env: { PATH: process.env['PATH'] }, timeout: TIMEOUT_MS });

test('init, start, a customer, a key, a user, a call; and a key that is rotated by its file', { timeout: TIMEOUT_MS }, async () => {
  const folder = await temporaryFolder();
  expect((await command('init', folder)).stderr).toBe('');
  const keyFile = join(folder, 'operator.key');
  const options = ['--config', join(folder, 'emily.config.json'), '--data', join(folder, 'data')];
  const emily = startProcess(options);
  const { origin } = await emily.link();
  const run = async (...args: readonly string[]): Promise<string> => (await command(...args, '--url', origin, '--key-file', keyFile)).stdout;
  expect(JSON.parse(await run('tenants', 'list', '--json'))).toMatchObject([{ id: 'mle' }]);
  await run('tenants', 'create', 'acme', 'Acme GmbH');
  const key = (await run('keys', 'create', 'first', '--tenant', 'acme', '--scope', 'infer', 'read')).trim();
  expect(await run('users', 'create', 'ann@acme.example', '--tenant', 'acme', '--role', 'admin')).toContain('/sign-in?token=');
  const client = clientOf(origin, key);
  expect((await client.post('/v1/chat/completions', { model: 'my-model', max_tokens: 3, messages: [{ role: 'user', content: 'hello' }] })).status).toBe(200);
  const printed = emily.stderr + emily.stdout;
  expect(printed).not.toMatch(/em_\w{20}/);
  emily.signal('SIGTERM');
  await emily.end();

  const former = readFileSync(keyFile, 'utf8').trim();
  const next = newApiKey().text;
  writeFileSync(keyFile, next);
  const again = startProcess(options);
  const at = (await again.link()).origin;
  const mayAsk = async (text: string): Promise<number> => (await fetch(new URL('/v1/tenants', at), { headers: { authorization: `Bearer ${text}` } })).status;
  expect([await mayAsk(former), await mayAsk(next)]).toEqual([401, 200]);
  expect((await clientOf(at, key).post('/v1/chat/completions', { model: 'my-model', max_tokens: 3, messages: [{ role: 'user', content: 'hello' }] })).status).toBe(200);
});
