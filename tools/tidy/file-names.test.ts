import { expect, test } from 'vitest';
import { fileNames } from './file-names.ts';
import { said } from './given.ts';

test.each(['src/flatMap.ts', 'src/Page.tsx', 'src/some_thing.ts', 'docs/My Notes.md', 'Src/a.ts', 'src/a--b.ts'])('%s is no kebab-case name', (path) => {
  expect(said(fileNames, { [path]: '' })).toHaveLength(1);
});

test.each([
  'packages/millrace/src/operator/flat-map/flat-map.property.test.ts',
  'tsconfig.base.json',
  '.dependency-cruiser.mjs',
  '.ci/run',
  'README.md',
  'docs/decisions/0001-node-and-tooling.md',
  'LICENSE',
  'src/q7.test-d.ts',
])('%s is fine', (path) => {
  expect(said(fileNames, { [path]: '' })).toEqual([]);
});
