import { expect, test } from 'vitest';
import { epochMs, type EpochMs } from '../domain/names.ts';
import type { AccountCommand } from './command.ts';
import { comesFromOurPages } from './same-origin.ts';
import { endedCookie, sessionCookie, tokenFromCookies } from './session-cookie.ts';
import { digestOf, Sessions } from './session.ts';

const hour = 3_600_000;

function house() {
  const commands: AccountCommand[] = [];
  const clock = { ms: 0 };
  const log = {
    broken: false,
    append: async (more: readonly AccountCommand[]) => {
      if (log.broken) throw new Error('full');
      commands.push(...more);
    },
  };
  const now = (): EpochMs => epochMs(clock.ms);
  return { sessions: new Sessions(log, now), commands, clock, log, now };
}

test('a link signs in once', async () => {
  const { sessions } = house();
  const link = await sessions.issueLink('operator');
  const token = await sessions.signIn(link);
  expect(sessions.find(token)).toMatchObject({ role: 'operator' });
  expect(await sessions.signIn(link)).toBeUndefined();
  expect(await sessions.signIn('guessed')).toBeUndefined();
  expect(sessions.find(link)).toBeUndefined();
});

test('a link that two use at the same moment signs in one of them', async () => {
  const { sessions } = house();
  const link = await sessions.issueLink('operator');
  const tokens = await Promise.all([sessions.signIn(link), sessions.signIn(link)]);
  expect(tokens.filter((token) => token !== undefined)).toHaveLength(1);
});

test('a link whose use could not be recorded is still good', async () => {
  const { sessions, log } = house();
  const link = await sessions.issueLink('operator');
  log.broken = true;
  await expect(sessions.signIn(link)).rejects.toThrow('full');
  log.broken = false;
  expect(await sessions.signIn(link)).toBeDefined();
});

test('links wait a day, sessions last twelve hours', async () => {
  const { sessions, clock } = house();
  const late = await sessions.issueLink('operator');
  clock.ms = 24 * hour;
  expect(await sessions.signIn(late)).toBeUndefined();
  const token = await sessions.signIn(await sessions.issueLink('operator'));
  clock.ms = 36 * hour - 1;
  expect(sessions.find(token)).toBeDefined();
  clock.ms = 36 * hour;
  expect(sessions.find(token)).toBeUndefined();
});

test('sessions outlive a restart, signed-out ones do not, and the log opens nothing', async () => {
  const { sessions, commands, now, log } = house();
  const stays = await sessions.signIn(await sessions.issueLink('operator'));
  const goes = await sessions.signIn(await sessions.issueLink('operator'));
  await sessions.signOut(goes!);
  const rebuilt = new Sessions(log, now);
  for (const command of commands) rebuilt.apply(command);
  expect(rebuilt.find(stays)).toBeDefined();
  expect(rebuilt.find(goes)).toBeUndefined();
  expect(JSON.stringify(commands)).not.toContain(stays);
});

test('sessions and links of a log from before there were tenants and users are those of the operator', async () => {
  const { sessions } = house();
  sessions.apply({ kind: 'sign-in-link-issued', at: epochMs(0), digest: digestOf('link'), role: 'operator', expiresAt: epochMs(1) });
  sessions.apply({ kind: 'session-opened', at: epochMs(0), linkDigest: digestOf('other'), digest: digestOf('session'), role: 'operator', expiresAt: epochMs(1) });
  expect(sessions.find('session')).toMatchObject({ role: 'operator', tenant: undefined, user: undefined, isByLink: true });
  expect(sessions.find((await sessions.signIn('link'))!)).toMatchObject({ role: 'operator', tenant: undefined, user: undefined });
});

test('the cookie is out of reach of scripts and other sites, and bound to the host where there is TLS', () => {
  expect(sessionCookie('t', { secure: false })).toBe('emily=t; Path=/; HttpOnly; SameSite=Strict');
  expect(sessionCookie('t', { secure: true })).toBe('__Host-emily=t; Path=/; HttpOnly; SameSite=Strict; Secure');
  expect(endedCookie({ secure: true })).toContain('Max-Age=0');
  expect(tokenFromCookies('a=b; __Host-emily=t; emily=u', { secure: true })).toBe('t');
  expect(tokenFromCookies('a=b; __Host-emily=t; emily=u', { secure: false })).toBe('u');
  expect(tokenFromCookies('xemily=t', { secure: false })).toBeUndefined();
  expect(tokenFromCookies(undefined, { secure: false })).toBeUndefined();
});

const own = 'https://emily.example';
test.each([
  ['GET', {}, true],
  ['POST', { 'sec-fetch-site': 'same-origin' }, true],
  ['POST', { 'sec-fetch-site': 'same-site', origin: own }, false],
  ['POST', { 'sec-fetch-site': 'cross-site', origin: own }, false],
  ['POST', { 'sec-fetch-site': 'none' }, false],
  ['POST', { origin: own }, true],
  ['POST', { origin: 'https://evil.example' }, false],
  ['POST', { origin: 'null' }, false],
  ['DELETE', {}, false],
])('%s with %j comes from our pages: %s', (method, headers, expected) => {
  expect(comesFromOurPages(method, headers, own)).toBe(expected);
});
