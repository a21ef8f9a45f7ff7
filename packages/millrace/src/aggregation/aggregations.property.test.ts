import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeColumns, encodeColumns } from '../store/column-block.ts';
import { CASES, type Sample, events } from '../testing/fixture-aggregations.ts';
import { RUNS } from '../testing/fixture-scenario.ts';
import type { Stood } from '../testing/reference/results.ts';
import { alone } from './alone.ts';
import type { Columns } from './columns.ts';
import { together } from './together.ts';

/*
 * Every aggregation, alone and with all others: whatever is added, taken out, merged and stored on the way,
 * its result is that of all events at once.
 */

type Of = (list: readonly Stood<Sample>[]) => unknown;
type Tested = readonly [name: string, columns: Columns<Sample, unknown>, naive: Of];

function all(takes: (columns: Columns<Sample, unknown>) => boolean): Tested {
  const cases = Object.entries(CASES).filter(([, { aggregation }]) => takes(alone(aggregation)));
  const fields = Object.fromEntries(cases.map(([name, { aggregation }]) => [name, aggregation]));
  const naive: Of = (list) => Object.fromEntries(cases.map(([name, one]) => [name, one.naive(list)]));
  return ['all of them together', together(fields), naive];
}

function tested(takes: (columns: Columns<Sample, unknown>) => boolean): readonly Tested[] {
  const each = Object.entries(CASES).map(([name, { aggregation, naive }]): Tested => [name, alone(aggregation), naive]);
  return [...each.filter(([, columns]) => takes(columns)), all(takes)];
}

/** Rows 0 and 1 of columns; the tests are about row 1. */
const ROW = 1;

class Kept {
  readonly columns: Columns<Sample, unknown>;
  values: unknown[][];

  constructor(columns: Columns<Sample, unknown>) {
    this.columns = columns;
    this.values = Array.from({ length: columns.slots }, () => []);
    columns.create(this.values, 0);
    columns.create(this.values, ROW);
  }

  add({ value, at }: Stood<Sample>): void {
    this.columns.add(this.values, ROW, value, at);
  }

  store(): void {
    this.values = decodeColumns(this.bytes());
  }

  bytes(): Uint8Array {
    return encodeColumns(this.values, ROW + 1);
  }

  result(): unknown {
    return this.columns.result(this.values, ROW);
  }
}

function keptOf(columns: Columns<Sample, unknown>, list: readonly Stood<Sample>[]): Kept {
  const kept = new Kept(columns);
  for (const event of list) kept.add(event);
  return kept;
}

const shuffled = events.chain((list) => fc.shuffledSubarray([...list], { minLength: list.length }));

describe.each(tested(() => true))('%s', (_, columns, naive) => {
  test('adding in any order, and storing on the way, gives the result of all at once', () => {
    const property = fc.property(shuffled, fc.nat(25), (list, storedAfter) => {
      const kept = new Kept(columns);
      const [head, ...rest] = list as [Stood<Sample>, ...Stood<Sample>[]];
      columns.first(head.value, head.at);
      columns.keep(kept.values, ROW);
      rest.forEach((event, i) => {
        if (i === storedAfter) kept.store();
        kept.add(event);
        expect(kept.result()).toEqual(naive(list.slice(0, i + 2)));
      });
      kept.store();
      expect(kept.result()).toEqual(naive(list));
    });
    fc.assert(property, { numRuns: Math.ceil(RUNS / 4) });
  });

  test('a result is not changed by later events', () => {
    const property = fc.property(shuffled, (list) => {
      const kept = new Kept(columns);
      const results = list.map((event) => {
        kept.add(event);
        return [kept.result(), structuredClone(kept.result())];
      });
      for (const [result, then] of results) expect(result).toEqual(then);
    });
    fc.assert(property, { numRuns: Math.ceil(RUNS / 10) });
  });
});

describe.each(tested((columns) => columns.name !== 'count'))('%s', (_, columns) => {
  test('an event on which a selector throws has changed nothing', () => {
    const property = fc.property(events, (list) => {
      const kept = keptOf(columns, list);
      const before = kept.bytes();
      const { value, at } = list[0] as Stood<Sample>;
      expect(() => kept.add({ value: { ...value, bad: true }, at })).toThrow('a bad sample');
      expect(() => columns.first({ ...value, bad: true }, at)).toThrow('a bad sample');
      expect(kept.bytes()).toEqual(before);
    });
    fc.assert(property, { numRuns: Math.ceil(RUNS / 10) });
  });
});

const SUBTRACT = ['count', 'sum of numbers', 'sum of bigints', 'sum of decimals', 'quantile', 'quantiles', 'reduce that subtracts', 'custom'];
const MERGE_NOT = ['reduce that subtracts'];

test('which can subtract and which can merge', () => {
  const those = (takes: (columns: Columns<Sample, unknown>) => boolean): readonly string[] =>
    Object.keys(CASES).filter((name) => takes(alone((CASES[name] as (typeof CASES)[string]).aggregation)));
  expect(those((columns) => columns.subtracts)).toEqual(SUBTRACT);
  expect(those((columns) => !columns.merges)).toEqual(MERGE_NOT);
  const everything = together(Object.fromEntries(Object.entries(CASES).map(([name, { aggregation }]) => [name, aggregation])));
  expect([everything.subtracts, everything.merges]).toEqual([false, false]);
  expect(() => everything.subtract([], 0, {} as Sample, {} as Stood<Sample>['at'])).toThrow('cannot subtract');
  expect(() => everything.merge([], 0, [], 0)).toThrow('cannot merge');
});

describe.each(tested((columns) => columns.subtracts))('%s', (_, columns, naive) => {
  test('taking out any events in any order leaves the result of the others', () => {
    const property = fc.property(events, fc.infiniteStream(fc.nat()), fc.nat(25), (list, draws, storedAfter) => {
      const kept = keptOf(columns, list);
      let left = list;
      for (let i = 0; left.length > 1; i += 1) {
        const draw = (draws.next().value as number) % left.length;
        const { value, at } = left[draw] as Stood<Sample>;
        columns.subtract(kept.values, ROW, value, at);
        left = left.toSpliced(draw, 1);
        if (i === storedAfter) kept.store();
        expect(kept.result()).toEqual(naive(left));
      }
      const before = kept.bytes();
      const { value, at } = left[0] as Stood<Sample>;
      if (columns.name === 'count') return;
      expect(() => columns.subtract(kept.values, ROW, { ...value, bad: true }, at)).toThrow('a bad sample');
      expect(kept.bytes()).toEqual(before);
    });
    fc.assert(property, { numRuns: Math.ceil(RUNS / 4) });
  });
});

describe.each(tested((columns) => columns.merges))('%s', (_, columns, naive) => {
  test('merging rows is adding all their events, and leaves the other row as it was', () => {
    const property = fc.property(shuffled, fc.array(fc.nat(25), { maxLength: 3 }), fc.boolean(), (list, cuts, storing) => {
      const borders = [0, ...cuts.map((cut) => cut % (list.length + 1)).toSorted((a, b) => a - b), list.length];
      const panes = borders.slice(1).map((to, i) => keptOf(columns, list.slice(borders[i], to)));
      const whole = new Kept(columns);
      const before = panes.map((pane) => pane.bytes());
      for (const pane of panes) {
        columns.merge(whole.values, ROW, pane.values, ROW);
        if (storing) whole.store();
      }
      expect(whole.result()).toEqual(naive(list));
      whole.add(list[0] as Stood<Sample>);
      expect(panes.map((pane) => pane.bytes())).toEqual(before);
    });
    fc.assert(property, { numRuns: Math.ceil(RUNS / 4) });
  });
});
