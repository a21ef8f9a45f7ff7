import { describe, expect, test } from 'vitest';
import { MillraceError } from './error.ts';
import { TEXT_CHARACTERS_MAX, isA, messageOf, reasonOf, textOf } from './reason.ts';

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const throwing = (): never => {
  throw new Error('inner');
};

/** What can be thrown, and what is said of it. */
const thrown: readonly (readonly [string, unknown, string])[] = [
  ['an error', new RangeError('no'), 'RangeError: no'],
  ['a text', 'no', 'no'],
  ['nothing', undefined, 'undefined'],
  ['a symbol', Symbol('q'), 'Symbol(q)'],
  ['a record without a prototype', Object.create(null), '[object Object], which has no text'],
  ['something that throws when asked for its text', { toString: throwing }, '[object Object], which has no text'],
  ['an error that throws when asked for its message', Object.defineProperty(new Error('a'), 'message', { get: throwing }), '[object Error], which has no text'],
  ['an error whose message is a symbol', Object.assign(new Error('a'), { message: Symbol('q') }), '[object Error], which has no text'],
  ['a tag that throws', Object.defineProperty(Object.create(null), Symbol.toStringTag, { get: throwing }), '[object], which has no text'],
  ['a revoked proxy', revoked(), '[object], which has no text'],
];

describe('whatever was thrown has a reason', () => {
  test.each(thrown)('%s', (_, error, reason) => {
    expect(reasonOf(error)).toBe(reason);
    expect(messageOf(error)).toBe(reason.replace('RangeError: ', ''));
    expect(typeof textOf(error)).toBe('string');
    expect(isA(error, MillraceError)).toBe(false);
  });
});

test('a long text is told in part', () => {
  const long = 'x'.repeat(10 * TEXT_CHARACTERS_MAX);
  expect(reasonOf(new Error(long))).toHaveLength(TEXT_CHARACTERS_MAX + 1);
  expect(textOf(long).endsWith('x…')).toBe(true);
});
