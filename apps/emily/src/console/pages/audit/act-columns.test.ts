import { expect, test } from 'vitest';
import { aboutOf, actName } from './act-columns.tsx';

const act = { number: 7, at: '2026-11-24T12:00:00.000Z', act: 'key-created', by: 'console session', chain: null };

test('what an act says of its own is told by name, and what it says nothing of is left out', () => {
  expect(aboutOf({ ...act, key: 'k1', scopes: ['infer', 'read'], user: null, limits: { requestsPerMinute: 5 } })).toBe('key k1; scopes infer, read; limits {"requestsPerMinute":5}');
  expect(aboutOf(act)).toBe('');
});

test('an act that this page does not know keeps the name that the server gives it', () => {
  expect([actName('key-created'), actName('moon-landed')]).toEqual(['key made', 'moon-landed']);
});
