import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProcess, type EmilyProcess } from './process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/* Users over kill -9: who was made signs in, who was erased is forgotten, also where a backup of the keys comes back. */

const TIMEOUT_MS = 120_000;
const password = 'correct horse battery';
const ours = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };

type Headers = Readonly<Record<string, string>>;
type User = { readonly id: string; readonly name: string | null; readonly link: { readonly path: string } };

const post = async (origin: string, path: string, headers: Headers, body: object = {}): Promise<Response> => fetch(new URL(path, origin), { method: 'POST', headers: { ...ours, ...headers }, body: JSON.stringify(body) });

async function started(data: string): Promise<{ readonly emily: EmilyProcess; readonly origin: string; readonly operator: Headers }> {
  const emily = startProcess(['--data', data, '--no-demand']);
  const link = await emily.link();
  const signedIn = await fetch(link, { redirect: 'manual' });
  return { emily, origin: link.origin, operator: { cookie: String(signedIn.headers.get('set-cookie')).split(';')[0] as string } };
}

/** Somebody with a password. */
async function settled(origin: string, operator: Headers, name: string): Promise<User> {
  const user = (await (await post(origin, '/v1/users', operator, { name, role: 'auditor' })).json()) as User;
  const signedIn = await fetch(new URL(user.link.path, origin), { redirect: 'manual' });
  expect((await post(origin, '/console/password', { cookie: String(signedIn.headers.get('set-cookie')).split(';')[0] as string }, { password })).status).toBe(200);
  return user;
}

const signIn = async (origin: string, name: string): Promise<number> => (await post(origin, '/console/sign-in', {}, { name, password })).status;

test('what was answered is so after kill -9, and what was erased is nowhere', { timeout: TIMEOUT_MS }, async () => {
  const data = await temporaryFolder();
  const first = await started(data);
  const [ann, ben] = [await settled(first.origin, first.operator, 'ann@house.example'), await settled(first.origin, first.operator, 'ben@house.example')];
  await first.emily.kill();
  const keys = join(data, 'emily.user-keys.json');
  expect(statSync(keys).mode & 0o777).toBe(0o600);
  const backup = readFileSync(keys, 'utf8');

  const second = await started(data);
  expect([await signIn(second.origin, 'ann@house.example'), await signIn(second.origin, 'ben@house.example')]).toEqual([200, 200]);
  expect((await post(second.origin, `/v1/users/${ann.id}/erase`, second.operator)).status).toBe(200);
  await second.emily.kill();
  expect(readFileSync(keys, 'utf8')).not.toContain(ann.id);
  expect(readFileSync(keys, 'utf8')).toContain(ben.id);

  // Somebody restores the file of keys as it was, and with it what was to be forgotten.
  writeFileSync(keys, backup);
  const third = await started(data);
  expect([await signIn(third.origin, 'ann@house.example'), await signIn(third.origin, 'ben@house.example')]).toEqual([401, 200]);
  const { data: users } = (await (await fetch(new URL('/v1/users', third.origin), { headers: third.operator })).json()) as { readonly data: readonly User[] };
  expect(users.map(({ id, name }) => [id, name])).toEqual([[ann.id, null], [ben.id, 'ben@house.example']]);
  expect(readFileSync(keys, 'utf8')).not.toContain(ann.id);
  await third.emily.kill();
  // Neither in the clear.
  const store = readFileSync(join(data, 'emily', 'data.mdb'));
  for (const text of ['ann@house', 'ben@house', password]) expect(store.includes(text)).toBe(false);
});

test('a file of keys that is none stops the start, and says what to do', { timeout: TIMEOUT_MS }, async () => {
  const data = await temporaryFolder();
  const first = await started(data);
  await settled(first.origin, first.operator, 'ann@house.example');
  await first.emily.kill();
  writeFileSync(join(data, 'emily.user-keys.json'), '{');
  const { code, stderr } = await startProcess(['--data', data, '--no-demand']).end();
  expect([code, stderr]).toEqual([1, expect.stringMatching(/error: .*emily\.user-keys\.json holds no keys of users: .*\n {2}Restore the file of keys from a backup/)]);
  expect(stderr).not.toMatch(/^\s+at /m);
});
