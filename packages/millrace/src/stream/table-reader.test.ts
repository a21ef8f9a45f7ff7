import { expect, test } from 'vitest';
import { log } from '../connector/log.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';

test('a table is asked by key and window, by stretches of time, and whole', async () => {
  const program = pipeline('asked', (app) => {
    const numbers = app.source('numbers', log<number>(), { time: (n) => n, complete: outOfOrder(0), maxAhead: 'any' });
    const perWindow = numbers.keyBy((n) => n % 2).window(tumbling(10)).count({ name: 'per-window', keep: 'forever' });
    return { perWindow, total: numbers.keyBy((n) => n % 2).count({ name: 'total' }) };
  });
  await program.start();
  try {
    await program.append('numbers', [1, 2, 3, 12, 25, 27]);
    await program.caughtUp('numbers');
    const { perWindow, total } = program.tables;
    expect(await perWindow.get(1, 4)).toMatchObject({ window: { start: 0, end: 10 }, value: 2 });
    expect(await perWindow.get(1, { start: 20, end: 30 })).toMatchObject({ value: 2, finality: 'provisional' });
    expect(await perWindow.get(1, { start: 20, end: 25 })).toBeUndefined();
    expect(await perWindow.get(1)).toBeUndefined();
    expect(await total.get(0)).toMatchObject({ value: 2, time: 12 });
    expect((await perWindow.range({ from: 10 })).map(({ key, window }) => [key, window?.start])).toEqual([[0, 10], [1, 20]]);
    expect((await perWindow.range({ from: 9, to: 11 })).map(({ window }) => window?.start)).toEqual([0, 0, 10]);
    expect(await perWindow.range({ to: 0 })).toEqual([]);
    expect((await total.range({ from: 13 })).map(({ key }) => key)).toEqual([1]);
    expect(await perWindow.scan(({ value }) => value > 1)).toHaveLength(2);
  } finally {
    await program.stop();
  }
});
