import { expect, test } from 'vitest';
import { projectId } from '../domain/budget.ts';
import { epochMs, keyId, tenantId, userId, type EpochMs } from '../domain/names.ts';
import { AccountDesk, UnknownAccount } from './account-desk.ts';
import { Accounts } from './accounts.ts';
import { newApiKey } from './api-key.ts';
import type { AccountCommand } from './command.ts';

const ada = tenantId('ada');

async function house() {
  const commands: AccountCommand[] = [];
  let broken = false;
  const clock = { ms: 1_000 };
  const now = (): EpochMs => epochMs(clock.ms);
  const accounts = new Accounts(now);
  const append = (more: readonly AccountCommand[]): Promise<void> => {
    if (broken) return Promise.reject(new Error('full'));
    commands.push(...more);
    return Promise.resolve();
  };
  const desk = new AccountDesk(accounts, { append }, now);
  await desk.createTenant(ada, 'Ada');
  return { accounts, desk, commands, clock, now, breakLog: () => (broken = true) };
}

test('a key proves its tenant, its user and its scopes', async () => {
  const { accounts, desk } = await house();
  const { id, text } = await desk.createKey({ tenant: ada, name: 'laptop', scopes: ['infer', 'read'], user: userId('lovelace') });
  expect(accounts.authenticate(`Bearer ${text}`)).toEqual({ tenant: ada, key: id, user: 'lovelace', scopes: new Set(['infer', 'read']) });
  expect(accounts.authenticate(`bearer  ${text}`)?.key).toBe(id);
});

test.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer em_1_2', 'Basic abc'])('the header %j proves nothing', async (header) => {
  const { accounts } = await house();
  expect(accounts.authenticate(header)).toBeUndefined();
});

test('a key of the right form that was never made, or whose secret is another, proves nothing', async () => {
  const { accounts, desk, commands } = await house();
  expect(accounts.authenticate(`Bearer ${newApiKey().text}`)).toBeUndefined();
  const { id, text } = await desk.createKey({ tenant: ada, name: 'x', scopes: ['infer'] });
  const other = newApiKey();
  accounts.apply({ ...(commands.at(-1) as Extract<AccountCommand, { kind: 'key-created' }>), key: other.id });
  expect(accounts.authenticate(`Bearer ${other.text}`)).toBeUndefined();
  expect(accounts.authenticate(`Bearer ${text}`)?.key).toBe(id);
});

test('a key that was made while its project was being closed opens nothing', async () => {
  const { accounts, desk, commands } = await house();
  const web = projectId('web');
  const { text } = await desk.createKey({ tenant: ada, name: 'a', scopes: ['infer'], project: web });
  expect(accounts.authenticate(`Bearer ${text}`)).toMatchObject({ project: web });
  // As a log has it in which the project was closed between the question and the key.
  const [tenant, key] = commands as [AccountCommand, AccountCommand];
  const late = new Accounts(() => epochMs(1_000));
  for (const command of [tenant, { kind: 'project-created', at: epochMs(1), tenant: ada, project: web, name: 'Web' }, { kind: 'project-closed', at: epochMs(2), tenant: ada, project: web }, key] satisfies AccountCommand[]) late.apply(command);
  expect(late.authenticate(`Bearer ${text}`)).toBeUndefined();
});

test('a revoked key stops, and so does one whose time is over', async () => {
  const { accounts, desk, clock } = await house();
  const revoked = await desk.createKey({ tenant: ada, name: 'a', scopes: ['infer'] });
  await desk.revokeKey(revoked.id);
  expect(accounts.authenticate(`Bearer ${revoked.text}`)).toBeUndefined();

  const expiring = await desk.createKey({ tenant: ada, name: 'b', scopes: ['infer'], expiresAt: epochMs(2_000) });
  clock.ms = 1_999;
  expect(accounts.authenticate(`Bearer ${expiring.text}`)?.key).toBe(expiring.id);
  clock.ms = 2_000;
  expect(accounts.authenticate(`Bearer ${expiring.text}`)).toBeUndefined();
});

test('the commands alone make the same table, and applied again change nothing', async () => {
  const { accounts, desk, commands, now } = await house();
  const { id, text } = await desk.createKey({ tenant: ada, name: 'a', scopes: ['infer'] });
  await desk.revokeKey((await desk.createKey({ tenant: ada, name: 'b', scopes: ['read'] })).id);
  const rebuilt = new Accounts(now);
  for (const command of [...commands, ...commands]) rebuilt.apply(command);
  expect(rebuilt.tenants()).toEqual(accounts.tenants());
  expect(rebuilt.keysOf(ada)).toEqual(accounts.keysOf(ada));
  expect(rebuilt.authenticate(`Bearer ${text}`)?.key).toBe(id);
});

test('neither the log nor a list holds anything that opens anything', async () => {
  const { accounts, desk, commands } = await house();
  const { text } = await desk.createKey({ tenant: ada, name: 'a', scopes: ['infer'] });
  const secret = text.split('_')[2]!;
  expect(JSON.stringify(commands)).not.toContain(secret);
  expect(JSON.stringify(accounts.keysOf(ada))).not.toMatch(/digest|[0-9a-f]{64}/);
});

test('what the log does not take has not happened', async () => {
  const { accounts, desk, breakLog } = await house();
  breakLog();
  await expect(desk.createKey({ tenant: ada, name: 'a', scopes: ['infer'] })).rejects.toThrow('full');
  expect(accounts.keysOf(ada)).toEqual([]);
});

test('keys of nobody are not made, and unknown keys not revoked', async () => {
  const { desk } = await house();
  await expect(desk.createKey({ tenant: tenantId('nobody'), name: 'a', scopes: [] })).rejects.toThrow(UnknownAccount);
  await expect(desk.revokeKey(keyId('none'))).rejects.toThrow('there is no key none');
});
