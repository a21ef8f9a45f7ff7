import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flawOf, groups, paramsOf, pathOf, questionOf, spanOf, units, windows, WINDOWS_MAX, type Question } from './question.ts';

const standard: Question = { window: 'hour', group: 'model', unit: 'requests', model: '', user: '', key: '', project: '', from: null, to: null };
const now = Date.parse('2026-11-24T10:20:30Z');

const anyQuestion: fc.Arbitrary<Question> = fc.record({
  window: fc.constantFrom(...windows),
  group: fc.constantFrom(...groups),
  unit: fc.constantFrom(...units),
  model: fc.string({ unit: 'grapheme' }),
  user: fc.string({ unit: 'grapheme' }),
  key: fc.string(),
  project: fc.string(),
  from: fc.option(fc.nat(30_000_000).map((minute) => minute * 60_000)),
  to: fc.option(fc.nat(30_000_000).map((minute) => minute * 60_000)),
});

test('an address holds the whole question: what is read back is what was asked', () => {
  fc.assert(fc.property(anyQuestion, (question) => {
    const address = new URLSearchParams(paramsOf(question, standard)).toString();
    expect(questionOf(new URLSearchParams(address), standard)).toEqual(question);
  }));
});

test('what is as usual is not in the address, and what is wrong in one is as usual', () => {
  expect(paramsOf(standard, standard)).toEqual({});
  expect(questionOf(new URLSearchParams('window=year&group=colour&unit=-&from=monday&to=1e3'), standard)).toEqual(standard);
});

test('the usual stretch ends with the hour that runs, or the minute, and stays while that does', () => {
  expect(spanOf(standard, now)).toEqual({ from: Date.parse('2026-11-21T11:00Z'), to: Date.parse('2026-11-24T11:00Z') });
  expect(spanOf({ ...standard, window: 'minute' }, now)).toEqual({ from: Date.parse('2026-11-24T07:21Z'), to: Date.parse('2026-11-24T10:21Z') });
  expect(spanOf(standard, now)).toEqual(spanOf(standard, now + 60_000));
});

test('the most windows are asked for, one more is not; a stretch that ends before it begins is none', () => {
  const minutes = { ...standard, window: 'minute' as const };
  expect(flawOf(minutes, { from: 0, to: WINDOWS_MAX * 60_000 })).toBeNull();
  expect(flawOf(minutes, { from: 0, to: WINDOWS_MAX * 60_000 + 1 })).toEqual({ kind: 'too-long', windows: WINDOWS_MAX + 1 });
  expect(flawOf(minutes, { from: 5, to: 5 })).toEqual({ kind: 'order' });
});

test('the meter is asked for what narrows down, and for nothing that does not', () => {
  expect(pathOf({ ...standard, user: 'a&b' }, { from: 1, to: 2 })).toBe('/v1/usage?window=hour&group=model&from=1&to=2&user=a%26b');
  expect(pathOf({ ...standard, project: 'web' }, { from: 1, to: 2 }, 'ada')).toBe('/v1/usage?window=hour&group=model&from=1&to=2&tenant=ada&project=web');
});
