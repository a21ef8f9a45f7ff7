import { expect, test } from 'vitest';
import { said } from './given.ts';
import { unfinished } from './unfinished.ts';

test.each(['TODO', 'FIXME', 'XXX', 'HACK'])('%s in a source file is found with its line', (word) => {
  expect(said(unfinished, { 'src/a.ts': `const a = 1;\n// ${word}: b` })).toEqual([`src/a.ts:2: ${word} in the source`]);
});

test('longer words and documents are fine', () => {
  expect(said(unfinished, { 'src/a.ts': 'const HACKER = mastodonTODO;', 'docs/a.md': 'No TODO here.' })).toEqual([]);
});
