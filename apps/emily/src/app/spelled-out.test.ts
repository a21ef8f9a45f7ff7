import { expect, test } from 'vitest';
import { spelledOut } from './spelled-out.ts';

test.each([
  [[], []],
  [['start'], []],
  [['start', '--port', '0'], ['--port', '0']],
  [['replay', 'trace.csv', '--exit'], ['--replay', 'trace.csv', '--exit']],
  [['--data', 'start'], ['--data', 'start']],
])('%j is %j', (args, options) => {
  expect(spelledOut(args)).toEqual(options);
});
