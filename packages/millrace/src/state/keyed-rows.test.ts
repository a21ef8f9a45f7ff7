import { expect, test } from 'vitest';
import type { KeyPart } from './key.ts';
import { KeyedRows, NO_ROW } from './keyed-rows.ts';

/** Rows with a time and a value. */
const shape = { name: 'rows', depth: 1, slots: 2, orderedBy: 0 };

function put(rows: KeyedRows, part: KeyPart, time: number, value: string): number {
  const key = rows.key([part]);
  const row = rows.create([part]);
  (rows.values[0] as unknown[])[row] = time;
  (rows.values[1] as unknown[])[row] = value;
  rows.link(key, row);
  return row;
}

function valuesOf(rows: KeyedRows, part: KeyPart): readonly unknown[] {
  const values: unknown[] = [];
  const key = rows.find([part]);
  for (let row = key < 0 ? NO_ROW : (rows.first[key] as number); row !== NO_ROW; row = rows.next[row] as number) values.push(rows.values[1]?.[row]);
  return values;
}

test('rows of a key are in the order of their times, whenever they came', () => {
  const rows = new KeyedRows(shape, false);
  put(rows, 'a', 5, 'second');
  put(rows, 'b', 1, 'other');
  put(rows, 'a', 9, 'third');
  put(rows, 'a', 2, 'first');
  expect(valuesOf(rows, 'a')).toEqual(['first', 'second', 'third']);
  expect(valuesOf(rows, 'c')).toEqual([]);
});

test('a row that is freed leaves the others in order, and is used again', () => {
  const rows = new KeyedRows(shape, false);
  put(rows, 'a', 1, 'one');
  const two = put(rows, 'a', 2, 'two');
  put(rows, 'a', 3, 'three');
  rows.free(two);
  expect(valuesOf(rows, 'a')).toEqual(['one', 'three']);
  expect(put(rows, 'b', 7, 'b')).toBe(two);
  expect(rows.size()).toBe(3);
  expect([...rows.rows()]).toEqual([0, 1, 2]);
});

test('keys whose rows have gone are forgotten, and what is left is found', () => {
  const rows = new KeyedRows(shape, false);
  put(rows, 'stays', 1, 'here');
  put(rows, 'stays', 2, 'too');
  for (let i = 0; i < 5000; i += 1) rows.free(put(rows, `key ${i}`, 1, 'gone'));
  expect(rows.numbering).toBeGreaterThan(0);
  expect(rows.first.length).toBeLessThan(3000);
  expect(valuesOf(rows, 'stays')).toEqual(['here', 'too']);
  expect(valuesOf(rows, 'key 4')).toEqual([]);
});

test('after a recovery rows, their order and what is free are as they were', () => {
  const rows = new KeyedRows(shape, true);
  put(rows, 'a', 5, 'second');
  const gone = put(rows, 'a', 3, 'gone');
  put(rows, 'a', 2, 'first');
  put(rows, 'b', 4, 'b');
  const first = rows.prepare();
  rows.settle(1, first);
  rows.touch(gone);
  rows.free(gone);
  const second = rows.prepare();
  rows.settle(2, second);
  const again = new KeyedRows(shape, true);
  again.restore([first, second].map(({ payload }, i) => ({ commit: i + 1, payload: payload as Uint8Array })));
  expect(valuesOf(again, 'a')).toEqual(['first', 'second']);
  expect(valuesOf(again, 'b')).toEqual(['b']);
  expect(again.size()).toBe(3);
  expect(put(again, 'c', 1, 'c')).toBe(gone);
});

test('a key that is no key is refused before anything is there', () => {
  const rows = new KeyedRows(shape, false);
  expect(() => rows.key([Number.NaN])).toThrow(expect.objectContaining({ code: 'BAD_KEY_PART' }));
  expect(rows.size()).toBe(0);
});

test('what a freed row refers to goes; numbers stay, so that their column stays one of numbers', () => {
  const rows = new KeyedRows({ ...shape, slots: 4 }, false);
  const [, texts, counts, lists] = rows.values as unknown[][];
  const row = put(rows, 'a', 1, 'text');
  (counts as unknown[])[row] = 7;
  (lists as unknown[])[row] = [1, 2];
  rows.free(row);
  expect([texts?.[row], counts?.[row], lists?.[row]]).toEqual([undefined, 7, undefined]);
  expect([rows.isFree(row), rows.size()]).toEqual([true, 0]);
});
