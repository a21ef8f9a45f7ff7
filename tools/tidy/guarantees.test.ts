import { expect, test } from 'vitest';
import { guarantees } from './guarantees.ts';

const tests = { path: 'a.test.ts', text: "test('it holds', () => {});" };

test('a guarantee names tests that are there', () => {
  expect(guarantees([tests, { path: 'GUARANTEES.md', text: '# G\n\n- a.test.ts: it holds\n- other things: no test\n' }])).toEqual([]);
  expect(guarantees([tests])).toEqual([]);
});

test.each([
  ['- a.test.ts: it does not', 'no test of a.test.ts is called "it does not"'],
  ['- b.test.ts: it holds', 'there is no b.test.ts'],
])('%s is not', (line, what) => {
  expect(guarantees([tests, { path: 'GUARANTEES.md', text: `# G\n${line}\n` }])).toEqual([{ severity: 'error', path: 'GUARANTEES.md', line: 2, what, cure: expect.any(String) }]);
});
