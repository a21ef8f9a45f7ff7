import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errors } from './error.ts';

const here = import.meta.dirname;
const codes = Object.keys(errors);

test('every error is documented, and no other', () => {
  const page = readFileSync(join(here, '../../../docs/errors.md'), 'utf8');
  const documented = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(documented.sort()).toEqual(codes.toSorted());
});

test('every error is raised somewhere', () => {
  const sources = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const text = sources.map((name) => readFileSync(join(here, name), 'utf8')).join('\n');
  expect(codes.filter((code) => !text.includes(`errors.${code}(`))).toEqual([]);
});
