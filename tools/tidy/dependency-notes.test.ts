import { expect, test } from 'vitest';
import { dependencyNotes } from './dependency-notes.ts';
import { said } from './given.ts';

const manifest = '{\n  "name": "app",\n  "engines": { "node": ">=20" },\n  "dependencies": {\n    "lmdb": "1.0.0",\n    "node": "24.0.0"\n  }\n}';

test('a dependency without a line is found where it is asked for', () => {
  expect(said(dependencyNotes, { 'package.json': manifest, 'docs/dependencies.md': '| `lmdb` | disk |' })).toEqual([
    'package.json:6: node has no line in docs/dependencies.md',
  ]);
});

test('without the document every dependency is without a line', () => {
  expect(said(dependencyNotes, { 'package.json': manifest })).toHaveLength(2);
});

test('a line that no package.json asks for is found', () => {
  const document = '| package | what for |\n|---|---|\n| `lmdb` | disk |\n| `node` | 24 |\n| `left` | long ago |';
  expect(said(dependencyNotes, { 'package.json': manifest, 'docs/dependencies.md': document })).toEqual([
    'docs/dependencies.md:5: no package.json asks for left',
  ]);
});

test('workspaces of the repository need no line', () => {
  const engine = '{ "name": "engine" }';
  const app = '{ "name": "app", "dependencies": { "engine": "1.0.0" } }';
  expect(said(dependencyNotes, { 'packages/engine/package.json': engine, 'apps/app/package.json': app })).toEqual([]);
});
