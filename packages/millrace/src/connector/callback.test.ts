import { expect, test } from 'vitest';
import type { SinkDriver } from '../task/sink.ts';
import { callback } from './callback.ts';

const context = { name: 'out', pipeline: 'test', position: undefined, durable: false };

function open<T>(call: (row: T, number: number) => void | Promise<void>): Promise<SinkDriver<T>> {
  return callback(call).open(context);
}

test('in memory a row is handed over before write returns, with its number', async () => {
  const calls: unknown[] = [];
  const driver = await open((row, number) => void calls.push([row, number]));
  driver.write('a', 0);
  driver.write('b', 1);
  expect(calls).toEqual([['a', 0], ['b', 1]]);
  expect(driver.flush()).toBeUndefined();
});

test('what a callback returns by accident is not waited for', async () => {
  const rows: string[] = [];
  const driver = await open<string>((row) => rows.push(row) as unknown as void);
  driver.write('a', 0);
  expect(driver.flush()).toBeUndefined();
});

test('while a callback is busy, later rows wait their turn, and flush waits for all of them', async () => {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const driver = await open<string>((_row, number) => {
    started.push(number);
    return number === 2 ? undefined : new Promise<void>((resolve) => ends.push(resolve));
  });
  for (const [number, row] of ['a', 'b', 'c'].entries()) driver.write(row, number);
  const flushed = driver.flush()?.then(() => started.push(99));
  expect(started).toEqual([0]);
  ends[0]?.();
  await new Promise(setImmediate);
  expect(started).toEqual([0, 1]);
  ends[1]?.();
  await flushed;
  expect(started).toEqual([0, 1, 2, 99]);
  expect(driver.flush()).toBeUndefined();
});

test('after a row that a callback rejects no other is called, and every flush says so', async () => {
  const started: number[] = [];
  const driver = await open<string>(async (_row, number) => {
    started.push(number);
    if (number === 1) throw new Error('no more');
  });
  for (const [number, row] of ['a', 'b', 'c'].entries()) driver.write(row, number);
  await expect(driver.flush()).rejects.toThrow('no more');
  driver.write('d', 3);
  await expect(driver.flush()).rejects.toThrow('no more');
  expect(started).toEqual([0, 1]);
});

test('a callback that throws at once is an error of the row', async () => {
  const driver = await open(() => {
    throw new Error('no');
  });
  expect(() => driver.write('a', 0)).toThrow('no');
});

test('with a store the rows of a commit are called one after the other, by number, and again the same after a crash', async () => {
  const calls: unknown[] = [];
  let busy = 0;
  const driver = await open<{ readonly big: bigint }>(async (row, number) => {
    busy += 1;
    expect(busy).toBe(1);
    await new Promise(setImmediate);
    busy -= 1;
    calls.push([row.big, number]);
  });
  const payload = driver.encode([{ big: 1n }, { big: 2n }]);
  await driver.deliver([{ payload, first: 7 }]);
  await driver.deliver([{ payload, first: 7 }]);
  expect(calls).toEqual([[1n, 7], [2n, 8], [1n, 7], [2n, 8]]);
  expect(driver.position()).toBeNull();
});
