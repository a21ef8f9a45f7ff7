import { describe, expect, test } from 'vitest';
import type { Aggregate } from './aggregation.ts';
import type { At } from './at.ts';
import { collect } from './collect.ts';
import { distinct, distinctValues } from './distinct.ts';
import { first, last } from './first-last.ts';
import { reduce } from './reduce.ts';
import { TOP_MAX, top } from './top.ts';

/** Aggregations that keep values instead of adding them up: their order, and their limits. */

const place: At = { time: 5, source: 'a', partition: 0, offset: 3 };

function result<T, R>(aggregation: Aggregate<T, R>, ...events: readonly (readonly [value: T, at: Partial<At>])[]): R {
  return aggregation.result(events.reduce((kept, [value, at]) => aggregation.add(kept, aggregation.take(value, { ...place, ...at })), aggregation.create()));
}

describe('order', () => {
  test.each<readonly [string, Partial<At>, Partial<At>]>([
    ['time', { time: 4, source: 'b' }, { time: 5 }],
    ['source', { source: 'a', partition: 1 }, { source: 'b' }],
    ['partition', { partition: 0, offset: 4 }, { partition: 1 }],
    ['offset', { offset: 2 }, { offset: 3 }],
  ])('by %s', (_, former, latter) => {
    for (const events of [[['x', former], ['y', latter]], [['y', latter], ['x', former]]] as [string, Partial<At>][][]) {
      expect([result(first<string>(), ...events), result(last<string>(), ...events)]).toEqual(['x', 'y']);
      expect(result(collect<string>(), ...events)).toEqual(['x', 'y']);
      expect(result(top(2, () => 1), ...events)).toEqual(['x', 'y']);
    }
  });

  test('what one event was spread into stays as it was spread', () => {
    const events: [string, Partial<At>][] = [['z', {}], ['after', { time: 6 }], ['x', {}], ['y', {}], ['before', { time: 4 }]];
    expect(result(collect<string>(), ...events)).toEqual(['before', 'z', 'x', 'y', 'after']);
    const ofOne = events.filter(([text]) => text.length === 1);
    expect([result(first<string>(), ...ofOne), result(last<string>(), ...ofOne)]).toEqual(['z', 'y']);
    expect(result(top(2, (text: string) => -text.length), ...events)).toEqual(['z', 'x']);
  });

  test('the moment may be used again for the next event', () => {
    const moment = { ...place };
    const aggregation = collect<string>();
    const kept = aggregation.add(aggregation.create(), aggregation.take('late', moment));
    moment.time = 1;
    expect(aggregation.result(aggregation.add(kept, aggregation.take('early', moment)))).toEqual(['early', 'late']);
  });

  test('numbers and bigints are in order by their size, texts after them', () => {
    const values: [number | bigint | string, Partial<At>][] = [['10', {}], [9, {}], [10n, {}], ['9', {}], [9.5, {}]];
    expect(result(top(5, (value: number | bigint | string) => value), ...values)).toEqual(['9', '10', 10n, 9.5, 9]);
  });

  test('different values are in order by their kind, then by their size', () => {
    const values = ['b', 10, 9, 10n, true, null, 'a', 9n, false, -0, 0].map((value): [never, Partial<At>] => [value as never, {}]);
    expect(result(distinctValues((value: number) => value), ...values)).toEqual([null, false, true, 0, 9, 10, 9n, 10n, 'a', 'b']);
  });
});

describe('limits', () => {
  const numbers = (n: number): [number, Partial<At>][] => Array.from({ length: n }, (_, i) => [i, {}]);
  const full = expect.objectContaining({ code: 'AGGREGATION_FULL' });

  test('collect keeps up to its limit', () => {
    expect(result(collect({ max: 3 }), ...numbers(3))).toEqual([0, 1, 2]);
    expect(() => result(collect({ max: 3 }), ...numbers(4))).toThrow(full);
    expect(result(collect<number>(), ...numbers(10_000))).toHaveLength(10_000);
    expect(() => result(collect<number>(), ...numbers(10_001))).toThrow(full);
  });

  test('distinct keeps up to its limit, and still takes what it knows', () => {
    const kinds = distinct((n: number) => n % 4, { max: 4 });
    expect(result(kinds, ...numbers(20))).toBe(4);
    expect(() => result(distinct((n: number) => n % 5, { max: 4 }), ...numbers(20))).toThrow(full);
  });

  test('two that overlap are merged up to the limit', () => {
    const aggregation = distinct((n: number) => n, { max: 3 });
    const of = (...values: number[]): Set<never> => values.reduce((kept, n) => aggregation.add(kept, n), aggregation.create()) as Set<never>;
    expect(aggregation.merge?.(of(1, 2), of(2, 3))).toEqual(new Set([1, 2, 3]));
    expect(() => aggregation.merge?.(of(1, 2), of(3, 4))).toThrow(full);
  });

  test.each([0, 1.5, Number.NaN, -1])('a limit of %s is none', (max) => {
    expect(() => collect({ max })).toThrow('expected a whole number, 1 or more');
    expect(() => distinct(String, { max })).toThrow('expected a whole number, 1 or more');
  });

  test('top has a greatest number', () => {
    expect(result(top(TOP_MAX, (n: number) => n), ...numbers(TOP_MAX + 1))).toHaveLength(TOP_MAX);
    for (const n of [0, TOP_MAX + 1, 1.5]) expect(() => top(n, Number)).toThrow(`top(${n}): expected 1 to ${TOP_MAX}`);
  });
});

describe('what is refused', () => {
  test.each([Number.NaN, undefined, {}, Symbol.iterator])('distinct takes no %s', (value) => {
    expect(() => result(distinct(() => value as never), [1, {}])).toThrow(expect.objectContaining({ code: 'NOT_COMPARABLE' }));
  });

  test.each([Number.NaN, undefined, null, true])('top is by no %s', (value) => {
    expect(() => result(top(1, () => value as never), [1, {}])).toThrow(expect.objectContaining({ code: 'NOT_ORDERED' }));
  });

  test('reduce must come to something', () => {
    const nothing = expect.objectContaining({ code: 'REDUCED_TO_NOTHING' });
    expect(() => result(reduce(() => undefined), [1, {}], [2, {}] as never)).toThrow(nothing);
    expect(() => result(reduce((one) => one), [undefined, {}])).toThrow(nothing);
  });
});
