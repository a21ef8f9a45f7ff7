import { expect, test } from 'vitest';
import { said } from './given.ts';
import { machinePaths } from './machine-paths.ts';

test.each(["open('/tmp/x')", 'see /work/main', '`/home/anna/data`', 'file:///root/x', '--data=/tmp/x'])('%s is a path of one machine', (text) => {
  expect(said(machinePaths, { 'docs/a.md': `fine\n${text}` })).toHaveLength(1);
  expect(said(machinePaths, { 'docs/a.md': `fine\n${text}` })[0]).toMatch(/^docs\/a.md:2: /);
});

test.each(['src/work/queue.ts', 'https://example.org/home/', '$HOME/tmp/x', '../root/x', 'homework/'])('%s is not', (text) => {
  expect(said(machinePaths, { 'docs/a.md': text })).toEqual([]);
});
