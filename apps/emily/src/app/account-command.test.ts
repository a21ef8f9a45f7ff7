import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { accountCommand } from './account-command.ts';
import { type House, house } from './testing/house.ts';

type Said = { readonly code: number; readonly out: string; readonly err: string };

/** On a socket: the command line speaks HTTP. */
async function open(): Promise<{ readonly built: House; readonly run: (...args: readonly string[]) => Promise<Said> }> {
  const built = await house();
  const url = await built.server.listen({ host: '127.0.0.1', port: 0 });
  const key = (await built.bearer('mle', 'admin')).slice('Bearer '.length);
  return { built, run: (...args) => said([...args, '--url', url], { EMILY_KEY: key }) };
}

async function said(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Said> {
  let [out, err] = ['', ''];
  const code = await accountCommand(args, env, { out: (text) => (out += text), err: (text) => (err += text) });
  return { code, out, err };
}

test('a tenant is made and listed', async () => {
  const { run } = await open();
  expect(await run('tenants', 'create', 'acme', 'Acme GmbH')).toMatchObject({ code: 0, out: expect.stringMatching(/^id +name +createdAt\nacme +Acme GmbH +\d{4}-/) });
  expect((await run('tenants', 'list')).out.split('\n').map((line) => line.split(' ')[0])).toEqual(['id', 'ada', 'bob', 'mle', 'acme', '']);
  expect(JSON.parse((await run('tenants', 'list', '--json')).out)).toHaveLength(4);
});

test('a key is made, and nothing but it printed; it is rotated and revoked', async () => {
  const { built, run } = await open();
  const status = async (key: string): Promise<number> => (await built.server.inject({ url: '/v1/usage', headers: { authorization: `Bearer ${key}` } })).statusCode;
  const first = (await run('keys', 'create', 'app', '--tenant', 'ada', '--scope', 'read', 'infer')).out;
  expect(first).toMatch(/^em_\w+\n$/);
  const [{ id }] = JSON.parse((await run('keys', 'list', '--tenant', 'ada', '--json')).out) as [{ id: string }];
  const second = (await run('keys', 'rotate', id, '--overlap', '0')).out;
  expect([await status(first.trim()), await status(second.trim())]).toEqual([401, 200]);
  const listed = (await run('keys', 'list', '--tenant', 'ada')).out;
  expect(listed.split('\n')[0]).toMatch(/^id +tenant +name +scopes +createdAt +expiresAt$/);
  const { id: other } = (JSON.parse((await run('keys', 'list', '--tenant', 'ada', '--json')).out) as { id: string }[]).find((one) => one.id !== id)!;
  expect(await run('keys', 'revoke', other)).toMatchObject({ code: 0, out: expect.stringContaining('revokedAt') });
  expect(await status(second.trim())).toBe(401);
});

test('a project is made, listed and closed with its keys', async () => {
  const { built, run } = await open();
  expect(await run('projects', 'create', 'web', 'The web shop', '--tenant', 'ada')).toMatchObject({ code: 0, out: expect.stringMatching(/^id +tenant +name +createdAt\nweb +ada +The web shop +\d{4}-/) });
  const key = (await run('keys', 'create', 'app', '--tenant', 'ada', '--scope', 'read', '--project', 'web')).out.trim();
  expect((await run('projects', 'close', 'web', '--tenant', 'ada')).out).toContain('closedAt');
  expect((await built.server.inject({ url: '/v1/usage', headers: { authorization: `Bearer ${key}` } })).statusCode).toBe(401);
  expect(JSON.parse((await run('projects', 'list', '--tenant', 'ada', '--json')).out)).toMatchObject([{ id: 'web', closedAt: expect.any(String) }]);
  expect(await run('projects', 'close', 'nil', '--tenant', 'ada')).toEqual({ code: 1, out: '', err: 'error: There is no project nil.\n' });
});

test('a user is made, and nothing printed but the link that signs them in; their role changes, and they are removed and erased', async () => {
  const { built, run } = await open();
  const link = (await run('users', 'create', 'ann@ada.example', '--role', 'developer', '--tenant', 'ada')).out;
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\?token=[\w-]{43}\n$/);
  const { headers } = await built.server.inject({ url: new URL(link.trim()).pathname + new URL(link.trim()).search });
  const session = { cookie: String(headers['set-cookie']).split(';')[0] as string };
  const [{ id }] = JSON.parse((await run('users', 'list', '--tenant', 'ada', '--json')).out) as [{ readonly id: string }];
  expect((await run('users', 'role', id, 'admin')).out).toMatch(/ admin /);
  expect((await run('users', 'link', id)).out).toMatch(/\/sign-in\?token=/);
  const signedIn = async (): Promise<number> => (await built.server.inject({ url: '/console/hello', headers: session })).statusCode;
  expect(await signedIn()).toBe(200);
  expect((await run('users', 'remove', id)).out).toContain('removedAt');
  expect(await signedIn()).toBe(401);
  expect((await run('users', 'erase', id)).out).not.toContain('ann@');
  expect(await run('users', 'create', 'x', '--role', 'root')).toMatchObject({ code: 1, err: expect.stringMatching(/^error: role must be one of operator, finance, auditor, admin, developer/) });
});

test('a key is limited, and what it may no longer is shown', async () => {
  const { built, run } = await open();
  await run('keys', 'create', 'app', '--tenant', 'ada', '--scope', 'infer', '--project', 'web');
  const [{ id }] = JSON.parse((await run('keys', 'list', '--tenant', 'ada', '--json')).out) as [{ id: string }];
  expect((await run('keys', 'limit', id, '--requests', '600')).out).toMatch(/requestsPerMinute\n.* web .* 600\n$/);
  expect(JSON.parse((await run('keys', 'limit', id, '--tokens', '90000', '--json')).out)).toMatchObject([{ requestsPerMinute: null, tokensPerMinute: 90_000 }]);
  expect(await run('keys', 'limit', id, '--requests', 'many')).toMatchObject({ code: 2, err: expect.stringContaining("expected a whole number, got 'many'") });
  expect(built.limits.keyLimits.of(id as never)).toEqual({ requestsPerMinute: null, tokensPerMinute: 90_000 });
});

test('budgets are set, listed where they stand, and removed; a payment is added', async () => {
  const { run } = await open();
  expect(await run('budgets', 'list')).toEqual({ code: 0, out: 'none\n', err: '' });
  expect(await run('budgets', 'set', 'all', '50.00', '--period', 'total', '--tenant', 'ada')).toMatchObject({ code: 0, err: '' });
  expect((await run('budgets', 'set', 'web', '7', '--period', 'month', '--soft', '--tenant', 'ada', '--project', 'web')).out).toMatch(/ project +web +\d{4}-\d\d +soft +7 +operator +0 +0 +7\n$/);
  expect((await run('credit', 'add', 'bob', '20', 'INV-1')).out).toMatch(/^tenant +id +of +period +kind +limit +setBy +spent +reserved +left\nbob +credit +organisation +total +credit +20 +operator +0 +0 +20\n$/);
  const listed = (await run('budgets', 'list')).out.split('\n').slice(0, -1);
  expect(listed.map((line) => line.split(/ +/).slice(0, 2))).toEqual([['tenant', 'id'], ['ada', 'all'], ['ada', 'web'], ['bob', 'credit']]);
  expect(JSON.parse((await run('budgets', 'list', '--tenant', 'bob', '--json')).out)).toMatchObject([{ id: 'credit', current: { left: '20' }, alerts: [] }]);
  expect((await run('budgets', 'remove', 'web', '--tenant', 'ada')).out).toBe('tenant  id   removed\nada     web  true\n');
  expect(await run('budgets', 'remove', 'web', '--tenant', 'ada')).toEqual({ code: 1, out: '', err: 'error: There is no budget web.\n' });
  expect(await run('budgets', 'set', 'x', 'five', '--period', 'day', '--tenant', 'ada')).toMatchObject({ code: 1, err: expect.stringMatching(/^error: limit must be an amount/) });
});

test('the key may be in a file', async () => {
  const { built } = await open();
  const url = await built.server.listen({ host: '127.0.0.1', port: 0 }).catch(() => `http://127.0.0.1:${(built.server.server.address() as { port: number }).port}`);
  const folder = mkdtempSync(join(tmpdir(), 'emily-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'key');
  writeFileSync(file, `${(await built.bearer('ada', 'admin')).slice('Bearer '.length)}\n`);
  expect(await said(['keys', 'list', '--url', url, '--key-file', file], {})).toMatchObject({ code: 0, out: expect.stringContaining('ada') });
  expect(await said(['keys', 'list', '--url', url, '--key-file', join(folder, 'none')], {})).toMatchObject({ code: 1, err: expect.stringContaining('cannot read the key: ENOENT') });
});

test('what Emily refuses, and that there is none, is said in a line', async () => {
  const { run } = await open();
  expect(await run('keys', 'create', 'app', '--tenant', 'nobody', '--scope', 'read')).toEqual({ code: 1, out: '', err: 'error: There is no tenant nobody.\n' });
  expect(await run('keys', 'create', 'app', '--tenant', 'ada', '--scope', 'root')).toMatchObject({ code: 1, err: 'error: scopes must be a list of one or more of infer, ingest, read, admin, each once.\n' });
  expect(await run('keys', 'rotate', 'x', '--overlap', 'long')).toMatchObject({ code: 1, err: expect.stringContaining('overlapMinutes must be') });
  expect(await said(['keys', 'list', '--url', 'http://127.0.0.1:9'], { EMILY_KEY: 'em_x' })).toMatchObject({ code: 1, err: expect.stringMatching(/^error: cannot ask Emily at http:\/\/127\.0\.0\.1:9: .+\. Is it running\? Say where with --url\.\n$/) });
  expect(await said(['keys', 'list'], {})).toMatchObject({ code: 1, err: expect.stringMatching(/^error: no key\. Put one into EMILY_KEY/) });
});

test('a command that is none is refused, and help is no failure', async () => {
  expect(await said(['keys', 'burn'], {})).toMatchObject({ code: 2, err: expect.stringContaining("unknown command 'burn'") });
  expect(await said(['keys', 'create', 'x'], {})).toMatchObject({ code: 2, err: expect.stringContaining('--scope') });
  expect(await said(['keys', '--help'], {})).toMatchObject({ code: 0, out: expect.stringContaining('rotate') });
});
