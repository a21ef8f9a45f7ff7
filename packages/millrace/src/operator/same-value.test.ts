import { expect, test } from 'vitest';
import { isSame } from './same-value.ts';

const at = (ms: number): Date => new Date(ms);
const call = (): void => {};

test.each<readonly [unknown, unknown]>([
  [1, 1],
  [0, -0],
  [Number.NaN, Number.NaN],
  [2n ** 70n, 2n ** 70n],
  ['a', 'a'],
  [undefined, undefined],
  [{ n: 1, all: [1, { of: 'a' }] }, { all: [1, { of: 'a' }], n: 1 }],
  [Object.assign(Object.create(null) as object, { n: 1 }), { n: 1 }],
  [at(5), at(5)],
  [new Map([['a', 1]]), new Map([['a', 1]])],
  [{ when: at(5) }, { when: at(5) }],
  [call, call],
])('%o and %o are the same', (a, b) => expect(isSame(a, b)).toBe(true));

test.each<readonly [unknown, unknown]>([
  [1, 2],
  [1, 1n],
  [1, '1'],
  [null, undefined],
  [undefined, { n: 1 }],
  [{ n: 1 }, { n: 2 }],
  [{ n: 1 }, { n: 1, m: 2 }],
  [{ n: 1, m: 2 }, { n: 1 }],
  [{ of: { n: 1 } }, { of: { n: 2 } }],
  [[1, 2], [1]],
  [[1, 2], [2, 1]],
  [at(5), at(6)],
  [new Map([['a', 1]]), new Map([['a', 2]])],
  [{ call }, { call: () => {} }],
])('%o and %o are not', (a, b) => {
  expect(isSame(a, b)).toBe(false);
  expect(isSame(b, a)).toBe(false);
});
