import { expect, test } from 'vitest';
import { stateOf } from './tenant-columns.tsx';

const at = Date.UTC(2026, 10, 24);
const iso = (ms: number): string => new Date(ms).toISOString();

test('a key is good until its expiry has come, and a revoked one is revoked whenever it would expire', () => {
  expect(stateOf({ revokedAt: null, expiresAt: null }, at)).toBe('good');
  expect(stateOf({ revokedAt: null, expiresAt: iso(at + 1) }, at)).toBe('good');
  expect(stateOf({ revokedAt: null, expiresAt: iso(at) }, at)).toBe('expired');
  expect(stateOf({ revokedAt: iso(at - 5), expiresAt: iso(at - 9) }, at)).toBe('revoked');
});
