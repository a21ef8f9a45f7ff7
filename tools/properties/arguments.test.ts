import { expect, test } from 'vitest';
import { UsageError, parseOrder } from './arguments.ts';

test('what is not said is drawn, or everything', () => {
  expect(parseOrder(['--runs', '200'])).toEqual({ runs: 200, seed: undefined, only: undefined, json: false, record: undefined });
  expect(parseOrder(['--runs', '1', '--seed', '0', '--only', 'dedupe', '--json', '--record', 'all.json'])).toEqual({ runs: 1, seed: 0, only: 'dedupe', json: true, record: 'all.json' });
});

test.each([[[]], [['--runs', '0']], [['--runs', '1.5']], [['--runs', '10000001']], [['--runs', '5', '--seed', '-1']], [['--runs', '5', '--sede', '1']], [['--runs', '5', 'dedupe']]])(
  '%j is not understood',
  (argv) => expect(() => parseOrder(argv)).toThrow(UsageError),
);
