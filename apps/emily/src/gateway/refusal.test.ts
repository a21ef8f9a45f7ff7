import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { refusalCodes, refuse } from './refusal.ts';

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(`${import.meta.dirname}/${name}`, 'utf8'))
  .join('\n');
const tests = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(`${import.meta.dirname}/${name}`, 'utf8'))
  .join('\n');

test('there are as many refusals as the reference lists', () => {
  expect(refusalCodes).toHaveLength(39);
});

test.each(refusalCodes)('%s is raised somewhere', (code) => {
  expect(sources).toContain(`refuse('${code}'`);
});

test.each(refusalCodes.filter((code) => code !== 'internal_error'))('%s is met in a test', (code) => {
  expect(tests).toContain(code);
});

test('a refusal says whether trying again can help, and never tells its cause', () => {
  const soon = refuse('engine_failed', {}, new Error('host-17'));
  expect(soon.headers()).toEqual({ 'retry-after-ms': '200' });
  expect(soon.json()).not.toContain('host-17');
  const never = refuse('idempotency_mismatch', { request: 'req_1' });
  expect(never.headers()).toEqual({ 'x-should-retry': 'false', 'x-original-request-id': 'req_1' });
});
