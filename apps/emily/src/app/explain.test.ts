import { expect, test } from 'vitest';
import { explain } from './explain.ts';

test('a catalogued failure is told with its cure, and not with where in the code it happened', () => {
  expect(explain(Object.assign(new Error('the disk is full'), { code: 'STORE_FULL', cure: 'Make room.' }))).toBe('error: the disk is full\n  Make room.');
});

test('a port that is taken is told by its number', () => {
  const error = Object.assign(new Error('listen EADDRINUSE: address already in use 127.0.0.1:8787'), { code: 'EADDRINUSE', port: 8787 });
  expect(explain(error)).toBe('error: port 8787 is taken.\n  Give Emily another one with --port, or --port 0 for any free one.');
});

test('a failure that nobody foresaw is told with where it happened', () => {
  expect(explain(new TypeError('undefined is not a bill'))).toMatch(/^error: TypeError: undefined is not a bill\n +at /);
});

test('what was thrown and is no error is told as it is', () => {
  expect(explain('stop')).toBe('error: stop');
});
