import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AssertionError } from '../assert.ts';
import { KEY_BYTES_MAX, type Backend, type Transaction } from './backend.ts';
import { PLACES, type Place } from './fixture-places.ts';

describe.each(PLACES)('a %s backend', (_name, newPlace) => {
  let place: Place;
  let store: Backend;

  beforeEach(() => {
    place = newPlace();
    store = place.open();
  });
  afterEach(() => {
    store.close();
    place.remove();
  });

  test('a new store is empty', () => {
    expect(store.get(bytes('a'))).toBeUndefined();
    expect(pairs(store)).toEqual([]);
  });

  test('what a transaction put is there afterwards, and it returns what its work returned', () => {
    const result = store.transact((txn) => {
      txn.put(bytes('b'), bytes('two'));
      txn.put(bytes('a'), bytes('one'));
      return 'done';
    });
    expect(result).toBe('done');
    expect(text(store.get(bytes('a')))).toBe('one');
    expect(pairs(store)).toEqual(['a=one', 'b=two']);
  });

  test('what was stored is there when it is opened again, and the closed backend says STORE_CLOSED', () => {
    put(store, { a: 'one' });
    store.close();
    const closed = store;
    store = place.open();
    expect(pairs(store)).toEqual(['a=one']);
    for (const use of [() => closed.get(bytes('a')), () => pairs(closed), () => put(closed, { a: 'two' })]) {
      expect(use).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }));
    }
    expect(() => closed.close()).not.toThrow();
  });

  test('inside a transaction its own changes are visible', () => {
    put(store, { a: 'one', b: 'two' });
    store.transact((txn) => {
      txn.put(bytes('a'), bytes('changed'));
      txn.delete(bytes('b'));
      txn.put(bytes('c'), bytes('new'));
      expect(text(txn.get(bytes('a')))).toBe('changed');
      expect(txn.get(bytes('b'))).toBeUndefined();
      expect(text(txn.get(bytes('c')))).toBe('new');
    });
    expect(pairs(store)).toEqual(['a=changed', 'c=new']);
  });

  test('when the work throws, its error comes out as it was thrown and nothing has changed', () => {
    put(store, { a: 'one', b: 'two', c: 'three' });
    const thrown = Object.assign(new Error('the work failed'), { code: 'ENOSPC' });
    const failing = (): void =>
      store.transact((txn) => {
        txn.put(bytes('a'), bytes('changed'));
        txn.put(bytes('a'), bytes('changed again'));
        txn.deleteRange(bytes('b'), bytes('z'));
        txn.put(bytes('b'), bytes('back'));
        txn.put(bytes('d'), bytes('new'));
        throw thrown;
      });
    expect(failing).toThrow(thrown);
    expect(pairs(store)).toEqual(['a=one', 'b=two', 'c=three']);
    store.close();
    store = place.open();
    expect(pairs(store)).toEqual(['a=one', 'b=two', 'c=three']);
  });

  test('after a failed transaction the next one works', () => {
    expect(() =>
      store.transact(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    put(store, { a: 'one' });
    expect(pairs(store)).toEqual(['a=one']);
  });

  test('a transaction that is used after its end is an assertion, and changes nothing', () => {
    let escaped: Transaction | undefined;
    store.transact((txn) => {
      escaped = txn;
    });
    expect(() => escaped?.put(bytes('a'), bytes('one'))).toThrow(AssertionError);
    expect(() => escaped?.get(bytes('a'))).toThrow(AssertionError);
    expect(() => escaped?.delete(bytes('a'))).toThrow(AssertionError);
    expect(() => escaped?.deleteRange(bytes('a'), bytes('b'))).toThrow(AssertionError);
    expect(pairs(store)).toEqual([]);
  });

  test('the backend itself is not used inside a transaction', () => {
    store.transact(() => {
      expect(() => store.get(bytes('a'))).toThrow(AssertionError);
      expect(() => pairs(store)).toThrow(AssertionError);
      expect(() => put(store, { a: 'one' })).toThrow(AssertionError);
    });
  });

  test('deleting a key that is not there does nothing', () => {
    store.transact((txn) => txn.delete(bytes('a')));
    expect(pairs(store)).toEqual([]);
  });

  test('deleteRange takes the first bound, leaves the second, and counts', () => {
    put(store, { a: '1', b: '2', bb: '3', c: '4', d: '5' });
    expect(store.transact((txn) => txn.deleteRange(bytes('b'), bytes('d')))).toBe(3);
    expect(pairs(store)).toEqual(['a=1', 'd=5']);
    expect(store.transact((txn) => txn.deleteRange(bytes('b'), bytes('d')))).toBe(0);
    expect(store.transact((txn) => txn.deleteRange(bytes('z'), bytes('a')))).toBe(0);
  });

  test('deleteRange goes beyond what a range reads ahead', () => {
    store.transact((txn) => {
      for (let i = 0; i < 1_000; i += 1) txn.put(bytes(`k${1_000 + i}`), bytes('x'));
    });
    expect(store.transact((txn) => txn.deleteRange(bytes('k'), bytes('k1900')))).toBe(900);
    expect(pairs(store)).toHaveLength(100);
  });

  test('an empty value is a value', () => {
    put(store, { a: '' });
    expect(store.get(bytes('a'))).toEqual(new Uint8Array());
    expect(pairs(store)).toEqual(['a=']);
  });

  test.each([1, 100, 5_000, 70_000, 3_000_000])('a value of %d bytes comes back from get and range', (length) => {
    const value = Uint8Array.from({ length }, (_, i) => (i * 31) % 251);
    store.transact((txn) => txn.put(bytes('a'), value));
    expect(Buffer.compare(store.get(bytes('a')) as Uint8Array, value)).toBe(0);
    const [[, inRange] = []] = [...store.range(bytes('a'), bytes('b'))];
    expect(Buffer.compare(inRange as Uint8Array, value)).toBe(0);
  });

  test('bytes are copied on the way in and on the way out', () => {
    const key = bytes('a');
    const value = bytes('one');
    store.transact((txn) => {
      txn.put(key, value);
      key.fill(0);
      value.fill(0);
    });
    const first = store.get(bytes('a')) as Uint8Array;
    first.fill(0);
    for (const [k, v] of store.range(bytes('a'), bytes('b'))) {
      k.fill(0);
      v.fill(0);
    }
    expect(pairs(store)).toEqual(['a=one']);
  });

  test('bytes that were given out stay what they were while others are read and written', () => {
    put(store, { a: 'one', b: 'two' });
    const a = store.get(bytes('a'));
    const walked = [...store.range(bytes('a'), bytes('c'))];
    put(store, { a: 'changed', b: 'changed' });
    store.get(bytes('b'));
    expect(text(a)).toBe('one');
    expect(walked.map(([k, v]) => `${text(k)}=${text(v)}`)).toEqual(['a=one', 'b=two']);
  });

  test('bytes that were given out are plain Uint8Arrays, whose slices copy', () => {
    put(store, { a: 'one' });
    expect(store.get(bytes('a'))?.constructor).toBe(Uint8Array);
    for (const [key, value] of store.range(bytes('a'), bytes('b'))) {
      expect([key.constructor, value.constructor]).toEqual([Uint8Array, Uint8Array]);
    }
  });

  test('a key that is a view into a larger buffer is only its own bytes', () => {
    const memory = bytes('xxabxx');
    store.transact((txn) => txn.put(memory.subarray(2, 4), memory.subarray(3, 5)));
    expect(pairs(store)).toEqual(['ab=bx']);
  });

  test('a range has its first bound, not its second, forwards and in reverse, up to a limit', () => {
    put(store, { a: '1', b: '2', c: '3', d: '4' });
    expect(pairs(store, 'b', 'd')).toEqual(['b=2', 'c=3']);
    expect(pairs(store, 'b', 'd', { reverse: true })).toEqual(['c=3', 'b=2']);
    expect(pairs(store, 'a', 'z', { limit: 2 })).toEqual(['a=1', 'b=2']);
    expect(pairs(store, 'a', 'z', { limit: 2, reverse: true })).toEqual(['d=4', 'c=3']);
    expect(pairs(store, 'a', 'z', { limit: 0 })).toEqual([]);
    expect(pairs(store, 'd', 'b')).toEqual([]);
    expect(pairs(store, 'd', 'b', { reverse: true })).toEqual([]);
    expect(pairs(store, 'bb', 'bc')).toEqual([]);
  });

  test('a commit during a walk is seen from the next step on', () => {
    put(store, { a: '1', b: '2', c: '3' });
    const walk = store.range(bytes('a'), bytes('z'))[Symbol.iterator]();
    expect(text(walk.next().value?.[0])).toBe('a');
    store.transact((txn) => {
      txn.delete(bytes('b'));
      txn.put(bytes('c'), bytes('changed'));
      txn.put(bytes('d'), bytes('4'));
    });
    const seen = [...{ [Symbol.iterator]: () => walk }].map(([k, v]) => `${text(k)}=${text(v)}`);
    expect(seen).toEqual(['c=changed', 'd=4']);
  });

  test('a walk in which every step commits ends where the range does', () => {
    put(store, { a: '1', b: '2', c: '3', d: '4' });
    for (const reverse of [false, true]) {
      const seen: string[] = [];
      for (const [key] of store.range(bytes('a'), bytes('d'), { reverse })) {
        seen.push(text(key));
        store.transact((txn) => txn.put(key, bytes('seen')));
      }
      expect(seen).toEqual(reverse ? ['c', 'b', 'a'] : ['a', 'b', 'c']);
    }
  });

  test('a walk over a store that was closed meanwhile says STORE_CLOSED', () => {
    put(store, { a: '1', b: '2', c: '3' });
    const walk = store.range(bytes('a'), bytes('z'))[Symbol.iterator]();
    walk.next();
    store.close();
    expect(() => walk.next()).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }));
  });

  test('the longest key is taken, one byte more and no byte at all are BAD_KEY', () => {
    const longest = new Uint8Array(KEY_BYTES_MAX).fill(255);
    store.transact((txn) => txn.put(longest, bytes('value')));
    expect(text(store.get(longest))).toBe('value');
    expect([...store.range(longest, Uint8Array.of(255, 255, 255, 255).fill(255))]).toEqual([]);
    for (const wrong of [new Uint8Array(KEY_BYTES_MAX + 1), new Uint8Array()]) {
      const badKey = expect.objectContaining({ code: 'BAD_KEY' });
      expect(() => store.get(wrong)).toThrow(badKey);
      expect(() => [...store.range(wrong, bytes('z'))]).toThrow(badKey);
      expect(() => [...store.range(bytes('a'), wrong)]).toThrow(badKey);
      for (const use of [
        (txn: Transaction) => txn.get(wrong),
        (txn: Transaction) => txn.put(wrong, bytes('value')),
        (txn: Transaction) => txn.delete(wrong),
        (txn: Transaction) => txn.deleteRange(wrong, bytes('z')),
        (txn: Transaction) => txn.deleteRange(bytes('a'), wrong),
      ]) {
        expect(() => store.transact(use)).toThrow(badKey);
      }
    }
  });
});

function bytes(word: string): Uint8Array {
  return new TextEncoder().encode(word);
}

function text(value: Uint8Array | undefined): string {
  return new TextDecoder().decode(value);
}

function put(store: Backend, values: Record<string, string>): void {
  store.transact((txn) => {
    for (const [key, value] of Object.entries(values)) txn.put(bytes(key), bytes(value));
  });
}

function pairs(store: Backend, from = '\0', to = '\x7f', options: { reverse?: boolean; limit?: number } = {}): string[] {
  return Array.from(store.range(bytes(from), bytes(to), options), ([key, value]) => `${text(key)}=${text(value)}`);
}
