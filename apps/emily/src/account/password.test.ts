import { expect, test } from 'vitest';
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN, hashPassword, isPassword, passwordFlaw } from './password.ts';

test('a password is known again, another is not, and where there is none nothing is', async () => {
  const kept = await hashPassword('correct horse battery');
  expect(await isPassword('correct horse battery', kept)).toBe(true);
  expect(await isPassword('correct horse batterz', kept)).toBe(false);
  expect(await isPassword('correct horse battery', undefined)).toBe(false);
  expect(JSON.stringify(kept)).not.toContain('horse');
});

test('the same password is never kept the same', async () => {
  const [a, b] = await Promise.all([hashPassword('correct horse battery'), hashPassword('correct horse battery')]);
  expect(a.hash).not.toBe(b.hash);
  expect(a.salt).not.toBe(b.salt);
});

test('a password is the same however its letters are composed', async () => {
  expect(await isPassword('passwo\u0308rter', await hashPassword('passw\u00f6rter'))).toBe(true);
});

test.each([['x'.repeat(PASSWORD_LENGTH_MIN - 1)], ['x'.repeat(PASSWORD_LENGTH_MAX + 1)], ['\ud800'.repeat(PASSWORD_LENGTH_MIN)], [123_456_789_012], [undefined]])('%j is no password', (password) => {
  expect(passwordFlaw(password)).toMatch(/^password must be a text of 12 to 256 characters/);
});

test.each([['x'.repeat(PASSWORD_LENGTH_MIN)], ['x'.repeat(PASSWORD_LENGTH_MAX)]])('%j is one', (password) => {
  expect(passwordFlaw(password)).toBeUndefined();
});
