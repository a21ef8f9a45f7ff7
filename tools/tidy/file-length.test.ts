import { expect, test } from 'vitest';
import { fileLength } from './file-length.ts';
import { given } from './given.ts';

const lines = (count: number): string => 'x;\n'.repeat(count);
const severities = (count: number, allowed: Readonly<Record<string, string>> = {}): readonly string[] =>
  fileLength(given({ 'src/a.ts': lines(count) }), allowed).map((finding) => finding.severity);

test('300 lines are fine, 301 a warning', () => {
  expect(severities(300)).toEqual([]);
  expect(severities(301)).toEqual(['warning']);
});

test('400 lines are a warning, 401 an error', () => {
  expect(severities(400)).toEqual(['warning']);
  expect(severities(401)).toEqual(['error']);
});

test('a long file with a reason is let through', () => {
  expect(severities(401, { 'src/a.ts': 'one grammar, one file' })).toEqual([]);
});

test('a reason for a file that is not too long, or is gone, must go', () => {
  expect(severities(400, { 'src/a.ts': 'it was longer' })).toEqual(['error']);
  expect(severities(1, { 'src/gone.ts': 'it was here' })).toEqual(['error']);
});

test('documents and data may be as long as they are', () => {
  expect(fileLength(given({ 'README.md': lines(1000), 'package-lock.json': lines(1000) }), {})).toEqual([]);
});
