import { expect, test } from 'vitest';
import type { Key } from '../../api-keys.ts';
import { inOrder, stateOf } from './key-state.ts';

const now = Date.parse('2026-11-24T10:00:00Z');
const key = (id: string, more: Partial<Key> = {}): Key => ({ id, tenant: 'ada', user: null, project: null, name: id, scopes: ['infer'], createdAt: '2026-11-01T00:00:00Z', expiresAt: null, revokedAt: null, requestsPerMinute: null, tokensPerMinute: null, ...more });

test('a key is good until the instant at which it expires or is revoked', () => {
  expect(stateOf(key('a'), now)).toBe('good');
  expect(stateOf(key('a', { expiresAt: '2026-11-24T10:00:00.001Z' }), now)).toBe('good');
  expect(stateOf(key('a', { expiresAt: '2026-11-24T10:00:00Z' }), now)).toBe('expired');
  expect(stateOf(key('a', { expiresAt: '2026-11-01T00:00:01Z', revokedAt: '2026-11-01T00:00:01Z' }), now)).toBe('revoked');
});

test('what opens things comes first, and of each the newest', () => {
  const keys = [key('old'), key('gone', { createdAt: '2026-11-20T00:00:00Z', revokedAt: '2026-11-21T00:00:00Z' }), key('new', { createdAt: '2026-11-10T00:00:00Z' })];
  expect(inOrder(keys, now).map(({ id }) => id)).toEqual(['new', 'old', 'gone']);
});
