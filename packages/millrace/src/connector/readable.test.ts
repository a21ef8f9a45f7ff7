import { expect, test } from 'vitest';
import { readable } from './readable.ts';

const month = { start: Date.UTC(2026, 8, 30, 22), end: Date.UTC(2026, 9, 31, 23) };
const event = { kind: 'event', source: 'requests', partition: 0, offset: 3 } as const;

test('a change says who, when, from what to what, and that it may change again', () => {
  const change = { key: 'ada', window: month, before: 3, after: 4, time: 1, revision: 1, cause: event, finality: 'provisional', evidence: [] };
  expect(readable(change)).toBe('ada · 2026-09-30T22:00Z/2026-10-31T23:00Z · 3 → 4 · provisional');
  expect(readable({ ...change, before: undefined })).toContain('· ∅ → 4 ·');
  expect(readable({ ...change, after: undefined })).toContain('· 3 → ∅ ·');
});

test('a final row shows its value and the marks of its evidence', () => {
  const row = { key: { tenant: 'acme', model: 'm' }, window: month, value: { n: 4n }, time: 1, revision: 0, finality: 'final', evidence: ['ended', 'assumed'] };
  expect(readable(row)).toBe('tenant=acme model=m · 2026-09-30T22:00Z/2026-10-31T23:00Z · {"n":"4"} · final ■◐');
});

test('a row without a window has none to show, and seconds are shown where there are some', () => {
  const row = { key: 7, window: undefined, value: 'x', time: 1, revision: 0, finality: 'final', evidence: ['proved', 'declared'] };
  expect(readable(row)).toBe('7 · "x" · final ●✎');
  expect(readable({ ...row, window: { start: 1_000, end: 61_001 } })).toContain('1970-01-01T00:00:01Z/1970-01-01T00:01:01.001Z');
});

test('a window beyond what dates can hold is shown in ms', () => {
  const row = { key: 'a', window: { start: 0, end: Number.MAX_SAFE_INTEGER }, value: 1, time: 1, revision: 0, finality: 'provisional', evidence: [] };
  expect(readable(row)).toContain('1970-01-01T00:00Z/9007199254740991');
});

test('anything else is its JSON', () => {
  expect(readable({ id: 'a', value: 1 })).toBe('{"id":"a","value":1}');
  expect(readable('text')).toBe('"text"');
  expect(readable(null)).toBe('null');
});
