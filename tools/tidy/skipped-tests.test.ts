import { expect, test } from 'vitest';
import { said } from './given.ts';
import { skippedTests } from './skipped-tests.ts';

const inTest = (text: string): readonly string[] => said(skippedTests, { 'src/a.test.ts': text });

test('.only is found, whatever is said about it', () => {
  expect(inTest("// while I look into it\ntest.only('a', () => {});")).toEqual(['src/a.test.ts:2: .only keeps every other test of the file from running']);
  expect(inTest("describe.only.each([1])('a', () => {});")).toHaveLength(1);
});

test('.todo is no test', () => {
  expect(inTest("test.todo('a'); // later")).toHaveLength(1);
});

test.each(["test.skip('a', () => {});", "describe.skipIf(!chromium)('a', () => {});", "it.each([1]).skip('a', () => {});"])('%s needs a reason', (text) => {
  expect(inTest(`const a = 1;\n${text}`)).toHaveLength(1);
  expect(inTest(`${text} // no Chromium here; .ci/run installs it`)).toEqual([]);
  expect(inTest(`// No Chromium here; .ci/run installs it.\n${text}`)).toEqual([]);
});

test('other things with such names are fine', () => {
  expect(inTest("frames.skip(3); only('a'); test('skip', () => {});")).toEqual([]);
});
