import { expect, test } from 'vitest';
import { disorderMs, meteringEvent, type MeteringEvent } from './metering.ts';

const stream = Array.from({ length: 20_000 }, (_, n) => meteringEvent(n));

test('the first values are those of the specification', () => {
  expect(meteringEvent(0)).toEqual({
    id: 'req-0', time: 1_699_999_997_581, tenant: 86, model: 11, tokensIn: 3_436, tokensOut: 783,
  } satisfies MeteringEvent);
  expect(meteringEvent(9)).toEqual({
    id: 'req-9', time: 1_699_999_998_650, tenant: 5_622, model: 16, tokensIn: 970, tokensOut: 179,
  } satisfies MeteringEvent);
  expect(meteringEvent(9_999_999)).toEqual({
    id: 'req-9999999', time: 1_700_000_999_485, tenant: 6_950, model: 11, tokensIn: 2_711, tokensOut: 732,
  } satisfies MeteringEvent);
});

test('a duplicate repeats all fields of its original', () => {
  expect(meteringEvent(1_045)).toEqual(meteringEvent(791));
  expect(meteringEvent(1_045).id).toBe('req-791');
});

test('about one event in a hundred is a duplicate, of one of the 999 before it, and none of the first thousand', () => {
  const duplicates = stream.flatMap(({ id }, n) => (id === `req-${n}` ? [] : [{ n, behind: n - Number(id.slice(4)) }]));
  expect(duplicates.length / stream.length).toBeCloseTo(0.01, 2);
  expect(Math.min(...duplicates.map(({ n }) => n))).toBeGreaterThanOrEqual(1_000);
  expect(Math.min(...duplicates.map(({ behind }) => behind))).toBeGreaterThanOrEqual(1);
  expect(Math.max(...duplicates.map(({ behind }) => behind))).toBeLessThanOrEqual(999);
});

test('an event seen for the first time is never older than the disorder allows', () => {
  let newest = 0;
  const seen = new Set<string>();
  const tooLate = stream.filter(({ id, time }) => {
    newest = Math.max(newest, time);
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew && time < newest - disorderMs;
  });
  expect(tooLate).toEqual([]);
});
