import { expect, test } from 'vitest';
import { Accounts } from '../account/accounts.ts';
import type { AccountCommand } from '../account/command.ts';
import { epochMs, tenantId } from '../domain/names.ts';
import { logs } from './program.ts';
import { type House, house } from './testing/house.ts';

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

async function ask({ server }: House, method: 'GET' | 'POST', url: string, authorization: string, payload?: object): Promise<Answer> {
  const response = await server.inject({ method, url, headers: { authorization }, ...(payload !== undefined && { payload }) });
  return { status: response.statusCode, body: response.json() };
}

const codeOf = ({ status, body }: Answer): readonly unknown[] => [status, (body['error'] as { readonly code?: unknown } | undefined)?.code];
const opens = async ({ server }: House, key: unknown): Promise<number> => (await server.inject({ url: '/v1/usage', headers: { authorization: `Bearer ${String(key)}` } })).statusCode;

test('a project is made once, and takes keys until it is closed; then they open nothing, at once and after a restart', async () => {
  const built = await house();
  const ada = await built.bearer('ada', 'admin');
  const web = { id: 'web', name: 'The web shop' };
  expect(await ask(built, 'POST', '/v1/projects', ada, web)).toMatchObject({ status: 201, body: { ...web, tenant: 'ada', closedAt: null } });
  expect((await ask(built, 'POST', '/v1/projects', ada, web)).status).toBe(201);
  expect(codeOf(await ask(built, 'POST', '/v1/projects', ada, { ...web, name: 'Other' }))).toEqual([409, 'account_conflict']);
  const make = (project?: string): Promise<Answer> => ask(built, 'POST', '/v1/keys', ada, { name: 'k', scopes: ['read'], ...(project !== undefined && { project }) });
  const [first, other] = [await make('web'), await make()];
  const rotated = await ask(built, 'POST', `/v1/keys/${String(first.body['id'])}/rotate`, ada, {});
  expect(rotated.body).toMatchObject({ project: 'web' });
  expect(await ask(built, 'POST', '/v1/projects/web/close', ada)).toMatchObject({ status: 200, body: { id: 'web', closedAt: expect.any(String) } });
  for (const made of [first, rotated]) expect(await opens(built, made.body['key'])).toBe(401);
  expect(await opens(built, other.body['key'])).toBe(200);
  expect(codeOf(await make('web'))).toEqual([409, 'account_conflict']);
  expect(codeOf(await ask(built, 'POST', '/v1/projects', ada, web))).toEqual([409, 'account_conflict']);
  expect((await ask(built, 'POST', '/v1/projects/web/close', ada, {})).status).toBe(200);
  const again = new Accounts(() => epochMs(Date.now()));
  for (const command of [...built.program.read(logs.commands)] as AccountCommand[]) again.apply(command);
  expect(again.projects.of(tenantId('ada'))).toEqual(built.accounts.projects.of(tenantId('ada')));
  for (const made of [first, rotated]) expect(again.authenticate(`Bearer ${String(made.body['key'])}`)).toBeUndefined();
});

test('a project that a key was made for is there, under that name', async () => {
  const built = await house();
  const ada = await built.bearer('ada', 'admin');
  await ask(built, 'POST', '/v1/keys', ada, { name: 'k', scopes: ['read'], project: 'app' });
  expect((await ask(built, 'GET', '/v1/projects', ada)).body['data']).toMatchObject([{ id: 'app', name: 'app', tenant: 'ada' }]);
});

test("the same name in two tenants is two projects; a tenant has its own, and others' are not there", async () => {
  const built = await house();
  const [ada, bob, operator] = [await built.bearer('ada', 'admin'), await built.bearer('bob', 'admin'), await built.bearer('mle', 'admin')];
  await ask(built, 'POST', '/v1/projects', bob, { id: 'web', name: 'Bobs' });
  expect(codeOf(await ask(built, 'POST', '/v1/projects/web/close', ada))).toEqual([404, 'unknown_account']);
  expect(codeOf(await ask(built, 'POST', '/v1/projects/web/close', ada, { tenant: 'bob' }))).toEqual([403, 'operator_only']);
  expect(codeOf(await ask(built, 'GET', '/v1/projects?tenant=bob', ada))).toEqual([403, 'operator_only']);
  await ask(built, 'POST', '/v1/projects', operator, { id: 'web', name: 'Adas', tenant: 'ada' });
  expect((await ask(built, 'GET', '/v1/projects', ada)).body['data']).toMatchObject([{ name: 'Adas' }]);
  expect((await ask(built, 'GET', '/v1/projects', operator)).body['data']).toMatchObject([{ name: 'Adas' }, { name: 'Bobs' }]);
});

test.each([
  [{ id: 'Web', name: 'x' }, 'id must be the name of a project'],
  [{ id: 'web', name: '' }, 'name must be what the project is called'],
  [{ id: 'web', name: 'x', colour: 'red' }, "no member 'colour'"],
  [{ id: 'web', name: 'x' }, 'tenant must be the id of a tenant: the operator acts for all of them'],
])('%j is refused: %s', async (body, says) => {
  const built = await house();
  const answer = await ask(built, 'POST', '/v1/projects', await built.bearer('mle', 'admin'), body);
  expect([answer.status, (answer.body['error'] as { readonly message: string }).message]).toEqual([400, expect.stringContaining(says)]);
});
