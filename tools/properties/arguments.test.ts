import { expect, test } from 'vitest';
import { UsageError, parseOrder } from './arguments.ts';

test('what is not said is drawn, or everything', () => {
  expect(parseOrder(['--runs', '200'], 7)).toEqual({ runs: 200, seed: 7, only: undefined, json: false });
  expect(parseOrder(['--runs', '1', '--seed', '0', '--only', 'dedupe', '--json'], 7)).toEqual({ runs: 1, seed: 0, only: 'dedupe', json: true });
});

test.each([[[]], [['--runs', '0']], [['--runs', '1.5']], [['--runs', '10000001']], [['--runs', '5', '--seed', '-1']], [['--runs', '5', '--sede', '1']], [['--runs', '5', 'dedupe']]])(
  '%j is not understood',
  (argv) => expect(() => parseOrder(argv, 7)).toThrow(UsageError),
);
