import { afterEach, beforeEach, expect, test } from 'vitest';
import { PLACES, type Place } from '../port/fixture-places.ts';
import type { Backend } from '../port/backend.ts';
import { SpillTree } from '../store/spill-tree.ts';
import { Spilled, type Spilling } from './spilled.ts';

/* The tree beside memory, on a disk: what goes there, and how it is known to be there. */

/** More than are read for the filter at once. */
const MANY = 60_000;

let place: Place;
let backend: Backend;
let tree: SpillTree;

beforeEach(() => {
  place = (PLACES.find(([kind]) => kind === 'lmdb') as (typeof PLACES)[number])[1]();
  backend = place.open();
  tree = new SpillTree(backend, 0, 'counts', 1);
});
afterEach(() => {
  backend.close();
  place.remove();
});

const coming = (key: number | string, value = 1, isThere = false): Spilling => ({ key: tree.keyOf([key]) as Uint8Array, values: [value], isThere });
const going = (key: number | string): Spilling => ({ key: tree.keyOf([key]) as Uint8Array, values: undefined, isThere: true });

function commit(spilled: Spilled, list: readonly Spilling[]): void {
  const pending = spilled.prepare(list);
  backend.transact((txn) => {
    for (const { key, value } of pending.changes) {
      if (value === undefined) txn.delete(key);
      else txn.put(key, value);
    }
  });
  spilled.settle(pending);
}

test('changes are in the order of their keys, and the count is of keys', () => {
  const spilled = new Spilled(tree, 1, [0, 0]);
  const keys = ['b', 500, 'a', 3, '', 70_000, 'a longer one', 'a longer one too'];
  const { changes } = spilled.prepare(keys.map((key) => coming(key)));
  expect(changes.map(({ key }) => Buffer.from(key).toString('hex'))).toEqual(changes.map(({ key }) => Buffer.from(key).toString('hex')).sort());
  commit(spilled, keys.map((key) => coming(key)));
  expect(spilled.count[0]).toBe(keys.length);
  commit(spilled, [coming('a', 7, true), going('b')]);
  expect(spilled.count[0]).toBe(keys.length - 1);
  expect(spilled.find(['a'])).toEqual([7]);
  expect(spilled.find(['b'])).toBeUndefined();
  const left = new Spilled(tree, 1, [0, 0]);
  expect(left.prepare(keys.filter((key) => key !== 'b').map((key) => coming(key))).count).toEqual(spilled.count);
});

test('after a start every key is found while the filter is read, and keys that come meanwhile are not forgotten', () => {
  const before = new Spilled(tree, 1, [0, 0]);
  commit(before, Array.from({ length: MANY }, (_, n) => coming(n)));
  const spilled = new Spilled(tree, 1, before.count);
  const all = Array.from({ length: MANY }, (_, n): number | string => n);
  for (let round = 0; round < 5; round += 1) {
    const more = Array.from({ length: 100 }, (_, n) => `${round} ${n}`);
    commit(spilled, more.map((key) => coming(key)));
    all.push(...more);
    for (let n = round; n < all.length; n += 97) if (spilled.find([all[n] as number | string]) === undefined) expect.fail(`${all[n]} is lost in round ${round}`);
  }
  for (const key of all.slice(MANY)) expect(spilled.find([key])).toEqual([1]);
  expect(spilled.find(['none'])).toBeUndefined();
  expect([...spilled.rows()].length).toBe(all.length);
});
