import { expect, test } from 'vitest';
import { outOfOrder, pipeline, type Change, type Table } from '../../src/index.ts';
import { testDriver } from '../../src/testing/index.ts';
import { fedByHand, readByHand } from '../../src/testing/fixture-source.ts';

/**
 * ORACLES, "Joins of two inputs": two tables of one key, in time order. Null deletes.
 */

interface Put {
  readonly time: number;
  readonly value: string | null;
}

type Cell = string | undefined;

const inputs: readonly (readonly [time: number, side: 'left' | 'right', value: string | null])[] = [
  [3, 'left', 'A'],
  [4, 'right', 'a'],
  [5, 'left', 'B'],
  [6, 'right', 'b'],
  [7, 'left', null],
  [8, 'right', null],
  [9, 'left', 'C'],
  [10, 'right', 'c'],
  [11, 'right', null],
  [12, 'left', null],
  [14, 'right', 'd'],
  [15, 'left', 'D'],
];

/** What a join says at each time: a pair, 'deleted', or nothing. */
const expected: Readonly<Record<string, readonly Cell[]>> = {
  inner: [undefined, 'A,a', 'B,a', 'B,b', 'deleted', undefined, undefined, 'C,c', 'deleted', undefined, undefined, 'D,d'],
  left: ['A,null', 'A,a', 'B,a', 'B,b', 'deleted', undefined, 'C,null', 'C,c', 'C,null', 'deleted', undefined, 'D,d'],
  outer: ['A,null', 'A,a', 'B,a', 'B,b', 'null,b', 'deleted', 'C,null', 'C,c', 'C,null', 'deleted', 'null,d', 'D,d'],
};

const pair = (left: string | undefined, right: string | undefined): string => `${left ?? 'null'},${right ?? 'null'}`;

function run(kind: string): readonly Cell[] {
  const program = pipeline('joins', (app) => {
    const table = (name: string): Table<string, string> =>
      app
        .source(name, fedByHand<Put>(), { time: (e) => e.time, complete: outOfOrder(0) })
        .keyBy((): string => 'key')
        .toTable({ name: `${name} table`, value: (e) => e.value });
    const left = table('left');
    const right = table('right');
    const joined = kind === 'inner' ? left.join(right, pair, { name: 'joined' }) : kind === 'left' ? left.leftJoin(right, pair, { name: 'joined' }) : left.outerJoin(right, pair, { name: 'joined' });
    joined.to(app.sink('changes', readByHand()));
  });
  const driver = testDriver(program, { durable: true });
  driver.commit();
  return inputs.map(([time, side, value]) => {
    const before = driver.sink('changes').rows().length;
    driver.source(side).send({ time, value });
    driver.commit();
    driver.crash();
    const changes = driver.sink('changes').rows().slice(before) as readonly Change<string, string>[];
    expect(changes.length).toBeLessThan(2);
    const [change] = changes;
    if (change === undefined) return undefined;
    expect(change.time).toBe(time);
    return change.after ?? 'deleted';
  });
}

test.each(Object.keys(expected))('table–table joins, %s: as published, through a crash after each input', (kind) => {
  expect(run(kind)).toEqual(expected[kind]);
});
