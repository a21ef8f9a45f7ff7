import { expect, test } from 'vitest';
import { epochMs, tenantId, userId, type EpochMs } from '../domain/names.ts';
import { AccountConflict, AccountDesk, UnknownAccount } from './account-desk.ts';
import { Accounts } from './accounts.ts';
import type { AccountCommand } from './command.ts';
import { newSealKey } from './seal.ts';
import { Sessions } from './session.ts';
import { UserDesk } from './user-desk.ts';
import { Users } from './users.ts';
import { memoryVault, VaultBroken, type Vault } from './vault.ts';

const ada = tenantId('ada');
const admin = { role: 'admin', tenant: ada } as const;
const password = 'correct horse battery';

/** `vault`: of a former life, with its commands. */
async function house(former: readonly AccountCommand[] = [], vault: Vault = memoryVault()) {
  const clock = { ms: 1_000 };
  const now = (): EpochMs => epochMs(clock.ms);
  const commands: AccountCommand[] = [];
  const log = { append: async (more: readonly AccountCommand[]) => void commands.push(...more) };
  const accounts = new Accounts(now);
  const users = new Users(vault);
  const sessions = new Sessions(log, now, users);
  const tables = [accounts, users, sessions];
  const apply = (command: AccountCommand): void => tables.forEach((table) => table.apply(command));
  for (const command of former) apply(command);
  commands.push(...former);
  const desk = new UserDesk({ users, accounts, vault, log, apply, now, monotonicMs: () => clock.ms });
  const accountDesk = new AccountDesk(accounts, log, now);
  if (former.length === 0) await accountDesk.createTenant(ada, 'Ada');
  return { accounts, accountDesk, users, sessions, desk, commands, vault, clock };
}

/** A user who has signed in by a link, and set a password. */
async function settled() {
  const built = await house();
  const user = await built.desk.create(admin, 'Ann@ada.example');
  const { token } = await built.desk.linkFor(user.id, built.sessions, 'test');
  const session = (await built.sessions.signIn(token))!;
  await built.desk.setPassword(user.id, password, session);
  return { ...built, user, session };
}

test('a user signs in by a link, sets a password, and signs in by that', async () => {
  const { desk, sessions, user, session } = await settled();
  expect(sessions.find(session)).toMatchObject({ ...admin, user: user.id, isByLink: true });
  const found = await desk.withPassword(ada, 'ann@ADA.example', password);
  expect(found).toMatchObject({ id: user.id, hasPassword: true });
  expect(sessions.find(await sessions.open(found!))).toMatchObject({ ...admin, user: user.id, isByLink: false });
  expect(await desk.withPassword(ada, 'Ann@ada.example', `${password}!`)).toBeUndefined();
  expect(await desk.withPassword(ada, 'ben@ada.example', password)).toBeUndefined();
  // Of a tenant; the house has nobody of that name.
  expect(await desk.withPassword(undefined, 'Ann@ada.example', password)).toBeUndefined();
});

test('a password that changes ends every other session and link of its user, and of nobody else', async () => {
  const { desk, sessions, user, session } = await settled();
  const others = await desk.create(admin, 'ben');
  const bens = (await sessions.signIn((await desk.linkFor(others.id, sessions, 'test')).token))!;
  const second = await sessions.open(user);
  const link = await desk.linkFor(user.id, sessions, 'test');
  await desk.setPassword(user.id, 'another long password', session);
  expect([sessions.find(session), sessions.find(bens)]).not.toContain(undefined);
  expect([sessions.find(second), await sessions.signIn(link.token)]).toEqual([undefined, undefined]);
  expect(await desk.withPassword(ada, 'ann@ada.example', password)).toBeUndefined();
});

test('a role that changes is the role of the sessions that are open', async () => {
  const { desk, sessions, user, session } = await settled();
  await desk.setRole(user.id, 'developer');
  expect(sessions.find(session)).toMatchObject({ role: 'developer', tenant: ada });
  await expect(desk.setRole(user.id, 'operator')).rejects.toThrow(AccountConflict);
  await expect(desk.setRole(userId('usr_nil'), 'admin')).rejects.toThrow(UnknownAccount);
});

test('whoever is removed is signed in nowhere, at once; their keys open nothing, and their name is free', async () => {
  const { accounts, accountDesk, desk, sessions, user, session } = await settled();
  const own = await accountDesk.createKey({ tenant: ada, name: 'own', scopes: ['read'], user: user.id });
  const other = await accountDesk.createKey({ tenant: ada, name: 'other', scopes: ['read'] });
  const { token } = await desk.linkFor(user.id, sessions, 'test');
  await desk.remove(user.id);
  expect([sessions.find(session), await sessions.signIn(token), await desk.withPassword(ada, 'ann@ada.example', password)]).toEqual([undefined, undefined, undefined]);
  expect([accounts.authenticate(`Bearer ${own.text}`), accounts.authenticate(`Bearer ${other.text}`)?.key]).toEqual([undefined, other.id]);
  await expect(desk.setRole(user.id, 'developer')).rejects.toThrow(AccountConflict);
  await expect(desk.linkFor(user.id, sessions, 'test')).rejects.toThrow(AccountConflict);
  expect((await desk.create(admin, 'ann@ada.example')).id).not.toBe(user.id);
});

test('a name is one user, also where two make it at the same moment', async () => {
  const { desk, users } = await house();
  const made = await Promise.allSettled([desk.create(admin, 'ann'), desk.create(admin, 'ANN')]);
  expect(made.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(users.of(ada)).toHaveLength(1);
  await expect(desk.create({ role: 'developer', tenant: tenantId('nil') }, 'ann')).rejects.toThrow(UnknownAccount);
  expect(await desk.create({ role: 'finance', tenant: undefined }, 'ann')).toMatchObject({ role: 'finance' });
});

test('all of it is so after a restart, and the log has neither names nor what passwords were made into', async () => {
  const { commands, vault, users, session } = await settled();
  const again = await house(commands, vault);
  expect(again.users.of(ada)).toEqual(users.of(ada));
  expect(again.sessions.find(session)).toMatchObject({ role: 'admin' });
  expect(await again.desk.withPassword(ada, 'ann@ada.example', password)).toBeDefined();
  expect(JSON.stringify(commands)).not.toMatch(/ann@|salt|horse/i);
});

test('whoever is erased is forgotten: what the log has of them opens no more, here and after a restart', async () => {
  const { desk, users, user, commands, vault } = await settled();
  await desk.erase(user.id, 'test');
  expect(users.get(user.id)).toMatchObject({ name: null, hasPassword: false, removedAt: 1_000, erasedAt: 1_000 });
  expect(vault.keyOf(user.id)).toBeUndefined();
  expect(commands.slice(-2)).toMatchObject([{ kind: 'user-removed', user: user.id }, { kind: 'user-erased', user: user.id, by: 'test' }]);
  const again = await house(commands, vault);
  expect(again.users.get(user.id)).toEqual(users.get(user.id));
  const count = commands.length;
  await desk.erase(user.id);
  expect(commands).toHaveLength(count);
});

test('one who was erased, whose key a backup brought back, is known by that and not by name', async () => {
  const { desk, user, commands, vault } = await settled();
  const key = vault.keyOf(user.id)!;
  await desk.erase(user.id);
  await vault.add(user.id, key);
  const again = await house(commands, vault);
  expect(again.users.get(user.id)).toMatchObject({ name: null, hasPassword: false });
  expect(again.users.erased()).toEqual([user.id]);
});

test('with another key than that of the user nothing is opened, and said so', async () => {
  const { commands, user } = await settled();
  const other = memoryVault();
  await other.add(user.id, newSealKey());
  await expect(house(commands, other)).rejects.toThrow(VaultBroken);
});
