import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { BUGS } from './bugs.ts';
import { rivalled, rotten } from './rot-and-rivals.ts';

const src = resolve(import.meta.dirname, '../../src');

test.each(BUGS)('there is a place for the mistake, one and no more: $name', ({ file, of, put }) => {
  expect(readFileSync(join(src, file), 'utf8').split(of)).toHaveLength(2);
  expect(put).not.toBe(of);
});

test('each is another', () => {
  expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length);
});

/** Of damage some is harmless: one seed says little. */
const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

test('without a mistake nothing is wrong: damage is named or harmless, and who was taken over is refused', () => {
  expect(SEEDS.map(rotten).filter((problem) => problem !== undefined)).toEqual([]);
  expect(SEEDS.map(rivalled).filter((problem) => problem !== undefined)).toEqual([]);
});
