import { expect, test } from 'vitest';
import { said } from './given.ts';
import { unjustifiedAny } from './unjustified-any.ts';

const inFile = (text: string): readonly string[] => said(unjustifiedAny, { 'src/a.ts': text });

test.each(['let a: any;', 'f(x as any);', 'type A = Map<string, any>;', 'let a: any; //', 'let a: any; // oxlint-disable-line typescript/no-explicit-any'])(
  '%s gives no reason',
  (text) => {
    expect(inFile(`\n${text}`)).toEqual(['src/a.ts:2: `any` without a reason on its line']);
  },
);

test.each([
  'let a: any; // the library says so',
  'let a: any; // oxlint-disable-line typescript/no-explicit-any -- the library says so',
  'let a: any /* from outside */;',
  "const any = 'any';",
  '// any of them',
  'let a: unknown;',
])('%s is fine', (text) => {
  expect(inFile(text)).toEqual([]);
});
