import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Backend } from '../port/backend.ts';
import { PLACES, type Place } from '../port/fixture-places.ts';
import { LOG, key, keyRange } from './key.ts';
import { BLOCK_ROWS_MAX, Log } from './log.ts';

describe.each(PLACES)('a log on a %s backend', (_kind, newPlace) => {
  let place: Place;
  let backend: Backend;

  beforeEach(() => {
    place = newPlace();
    backend = place.open();
  });
  afterEach(() => {
    backend.close();
    place.remove();
  });

  const open = (id = 1): Log<unknown> => new Log(backend, id, 'events');

  function append(log: Log<unknown>, rows: readonly unknown[], ended = false): void {
    backend.transact((txn) => log.put(txn, log.next, rows, 7, ended));
    log.appended(rows.length, ended);
  }

  const rowsFrom = (log: Log<unknown>, offset: number): readonly unknown[] =>
    [...log.read(offset)].flatMap(({ first, rows }) => rows.slice(Math.max(0, offset - first)));
  const numbers = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, i) => from + i);

  test('rows come back as they went in, in order, from any offset on', () => {
    const log = open();
    append(log, numbers(0, 3));
    append(log, numbers(3, 4));
    append(log, numbers(4, 9));
    for (let offset = 0; offset <= 9; offset += 1) expect(rowsFrom(log, offset)).toEqual(numbers(offset, 9));
    expect([...log.read(0)].map(({ first, arrival, ended }) => [first, arrival, ended])).toEqual([[0, 7, false], [3, 7, false], [4, 7, false]]);
  });

  test('opened again it goes on where it was', () => {
    append(open(), numbers(0, 5));
    const log = open();
    expect([log.next, log.ended]).toEqual([5, false]);
    append(log, numbers(5, 6));
    expect(rowsFrom(open(), 0)).toEqual(numbers(0, 6));
  });

  test.each([BLOCK_ROWS_MAX - 1, BLOCK_ROWS_MAX, BLOCK_ROWS_MAX + 1, 2 * BLOCK_ROWS_MAX])('%i rows at once are cut into blocks, and are one append all the same', (count) => {
    const log = open();
    append(log, numbers(0, count), true);
    const blocks = [...open().read(0)];
    expect(blocks).toHaveLength(Math.ceil(count / BLOCK_ROWS_MAX));
    expect(blocks.map(({ ended }) => ended)).toEqual(blocks.map((_, i) => i === blocks.length - 1));
    expect(rowsFrom(open(), 0)).toEqual(numbers(0, count));
    expect([open().next, open().ended]).toEqual([count, true]);
  });

  test('an end without rows is kept too, on an empty log as on any other', () => {
    const log = open();
    append(log, [], true);
    expect([open().next, open().ended]).toEqual([0, true]);
    const other = open(2);
    append(other, [1]);
    append(other, [], true);
    expect([open(2).next, open(2).ended, rowsFrom(open(2), 0)]).toEqual([1, true, [1]]);
  });

  test('logs beside each other do not mix', () => {
    append(open(1), ['one']);
    append(open(2), ['two']);
    expect([rowsFrom(open(1), 0), rowsFrom(open(2), 0)]).toEqual([['one'], ['two']]);
  });

  test('put by itself changes nothing: a transaction that fails leaves the log as it was', () => {
    const log = open();
    append(log, numbers(0, 2));
    const refused = () =>
      backend.transact((txn) => {
        log.put(txn, log.next, [2], 7);
        throw new Error('refused');
      });
    expect(refused).toThrow('refused');
    expect([log.next, open().next]).toEqual([2, 2]);
  });

  test('only whole blocks before an offset can go, and never the last one', () => {
    const log = open();
    append(log, numbers(0, 3));
    append(log, numbers(3, 6));
    append(log, numbers(6, 9));
    const drop = (offset: number): void => {
      const range = log.disposable(offset);
      if (range !== undefined) backend.transact((txn) => txn.deleteRange(...range));
    };
    drop(2);
    expect(rowsFrom(log, 0)).toEqual(numbers(0, 9));
    drop(3);
    expect(rowsFrom(log, 3)).toEqual(numbers(3, 9));
    drop(9);
    expect(rowsFrom(log, 6)).toEqual(numbers(6, 9));
    expect(open().next).toBe(9);
  });

  test('the newest block comes first when it is read back', () => {
    const log = open();
    append(log, [1, 2]);
    append(log, [3]);
    expect([...log.readBack()].map(({ rows }) => rows)).toEqual([[3], [1, 2]]);
  });

  describe('damage is an error, never a shorter log', () => {
    beforeEach(() => {
      for (let i = 0; i < 4; i += 1) append(open(), numbers(3 * i, 3 * i + 3));
    });
    const corrupt = expect.objectContaining({ code: 'CORRUPT_BLOCK' });

    test('a bit that flipped', () => {
      const bytes = backend.get(key(LOG, 1, 3)) as Uint8Array;
      bytes[bytes.length - 2] = (bytes[bytes.length - 2] as number) ^ 1;
      backend.transact((txn) => txn.put(key(LOG, 1, 3), bytes));
      expect(() => rowsFrom(open(), 0)).toThrow(corrupt);
      expect(() => rowsFrom(open(), 4)).toThrow(corrupt);
      expect(rowsFrom(open(), 6)).toEqual(numbers(6, 12));
    });

    test('a block in the middle that has vanished', () => {
      backend.transact((txn) => txn.delete(key(LOG, 1, 3)));
      expect(() => rowsFrom(open(), 0)).toThrow(corrupt);
      expect(() => rowsFrom(open(), 4)).toThrow(corrupt);
    });

    test('a block that lies where another one belongs', () => {
      const [from, to] = keyRange(LOG, 1);
      const [, second] = [...backend.range(from, to)];
      backend.transact((txn) => txn.put(key(LOG, 1, 6), (second as readonly [Uint8Array, Uint8Array])[1]));
      expect(() => rowsFrom(open(), 0)).toThrow(corrupt);
    });
  });
});
