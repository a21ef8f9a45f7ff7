import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { BUGS } from './bugs.ts';

const src = resolve(import.meta.dirname, '../../src');

test.each(BUGS)('there is a place for the mistake, one and no more: $name', ({ file, of, put }) => {
  expect(readFileSync(join(src, file), 'utf8').split(of)).toHaveLength(2);
  expect(put).not.toBe(of);
});

test('each is another', () => {
  expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length);
});
