import { afterEach, expect, test } from 'vitest';
import { type Duration, type Message, type Program, callback, hours, log, outOfOrder, pipeline, rebuild, sequences, tumbling } from '../index.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { listed } from '../testing/fixture-list.ts';
import { SALES, type Sale, allStopped, rowsOf, runningNow, sale, salesOf, sold, started, stopped, told } from '../testing/fixture-sales.ts';

/*
 * A state that is counted anew is given what the old version was given: no more, no less, and in its order.
 */

afterEach(allStopped);

test('a record that fails after something had been changed is set aside again', async () => {
  const disk = new MemoryDisk();
  const failing = (factor: number): Program => pipeline('failing', (app) => {
    const source = salesOf(app);
    const totals = source.keyBy(({ key }) => key).sum((one) => one.gross * factor, { name: 'totals' });
    const others = source.map((one) => {
      if (one.gross === 1_000) throw new Error('too much');
      return one;
    }).keyBy(({ key }) => key).count({ name: 'others' });
    return { totals, others };
  }) as unknown as Program;
  const first = await started(disk, failing(1));
  await sold(first, ...SALES);
  expect(await rowsOf(first, 'totals')).toEqual([['a', 80], ['b', 20]]);
  await stopped(first);
  const lines = await told(() => started(disk, failing(2), { totals: rebuild({ version: '2' }) }));
  expect(lines).toEqual(["'failing': state 'totals' (table by 1 sum) is counted anew as version '2', from 5 records of source 'sales', 1 of them set aside"]);
  expect(await rowsOf(runningNow(), 'totals')).toEqual([['a', 160], ['b', 40]]);
});

/** Waits for something while a clock stands still. */
async function turning<R>(clock: HandClock, what: Promise<R>): Promise<R> {
  let isOver = false;
  what.then(() => (isOver = true), () => (isOver = true));
  while (!isOver) {
    clock.settle();
    clock.move(0);
    await clock.yield();
  }
  return what;
}

test('what clocks had decided is decided again, at the same place of the input', async () => {
  const disk = new MemoryDisk();
  const idle = (factor: number): Program => pipeline('idle', (app) => {
    const source = app.source('sales', log<Sale>({ keep: 'forever' }), { time: ({ at }) => at, complete: outOfOrder(10, { idleAfter: 100 as Duration }), maxAhead: 'any' });
    return { windows: source.keyBy(({ key }) => key).window(tumbling(1_000)).sum(({ gross }) => gross * factor, { name: 'windows', keep: hours(1) }) };
  }) as unknown as Program;
  const clock = new HandClock(1_000);
  const first = idle(1);
  await turning(clock, first.start({ store: memoryBackend(disk), clock }));
  await turning(clock, first.append('sales', [sale(900, 'a', 5, 5)]));
  await turning(clock, first.caughtUp('sales'));
  for (let step = 0; step < 30; step += 1) {
    clock.move(100);
    for (let turn = 0; turn < 10; turn += 1) {
      clock.settle();
      await clock.yield();
    }
  }
  // The window is over by the clock: this is late, and would not be by what had come.
  await turning(clock, first.append('sales', [sale(950, 'a', 7, 7), sale(3_950, 'a', 1, 1)]));
  await turning(clock, first.caughtUp('sales'));
  expect(await rowsOf(first, 'windows')).toEqual([['a', 5], ['a', 1]]);
  const frontier = first.status().sources['sales']?.[0]?.frontier;
  await turning(clock, first.stop());
  const second = idle(2);
  await turning(clock, second.start({ store: memoryBackend(disk), clock, upgrade: { windows: rebuild({ version: '2' }) } }));
  expect(await rowsOf(second, 'windows')).toEqual([['a', 10], ['a', 2]]);
  expect(second.status().sources['sales']?.[0]?.frontier).toBe(frontier);
  expect(second.status().states['windows']).toMatchObject({ late: 1 });
  await turning(clock, second.stop());
});

test('partitions are counted anew as far as each was read, and end where they had ended', async () => {
  const disk = new MemoryDisk();
  const lists = [[1, 12, 3, 25], [2, 11], [4, 30, 5, 31, 32]];
  const listing = (factor: number, left: unknown[]): Program => pipeline('lists', (app) => {
    const numbers = app.source('numbers', listed(lists, 2), { time: (n) => n, complete: outOfOrder(0) });
    const windows = numbers.keyBy((n) => n % 2).window(tumbling(10)).sum((n) => n * factor, { name: 'windows', keep: hours(1) });
    windows.final().map(({ key, window, value }) => `${key} ${window?.start} ${value}`).to(app.sink('out', callback((row) => void left.push(row))));
    return { windows };
  }) as unknown as Program;
  const left: unknown[] = [];
  await listing(1, left).run({ store: memoryBackend(disk) });
  expect(left).toHaveLength(7);
  const again: unknown[] = [];
  const one = listing(10, again);
  const reads = await told(() => one.run({ store: memoryBackend(disk), upgrade: { windows: rebuild({ version: '10' }) } }));
  expect(reads).toEqual(["'lists': state 'windows' (window tumbling 10 ms by 1 sum) is counted anew as version '10', from 11 records of source 'numbers'; what has left to 'out' stays as it left"]);
  expect(again).toEqual([]);
});

test('of producers that number what they send: what was promised, what came twice, and who was given up', async () => {
  const disk = new MemoryDisk();
  const event = (producer: string, sequence: number, at: number): Message<Sale> => ({ kind: 'event', producer, epoch: 1, sequence, value: sale(at, producer, 5, 4) });
  const heartbeat = (producer: string, sequence: number, promise: number): Message<Sale> => ({ kind: 'heartbeat', producer, epoch: 1, sequence, promise });
  const numbered = (factor: number): Program => pipeline('numbered', (app) => {
    const source = app.source('sales', log<Message<Sale>>({ keep: 'forever' }), { time: ({ at }) => at, complete: sequences({ silentAfter: hours(1) }), maxAhead: 'any' });
    return { windows: source.keyBy(({ key }) => key).window(tumbling(10)).sum(({ gross }) => gross * factor, { name: 'windows', keep: hours(1) }) };
  }) as unknown as Program;
  const first = await started(disk, numbered(1));
  await first.append('sales', [event('g', 0, 1), event('h', 0, 2), event('g', 0, 1), heartbeat('g', 1, 20)]);
  await first.caughtUp('sales');
  await first.declareLost({ source: 'sales', producer: 'h', at: 40, by: 'Ada', reason: 'gone' });
  // `h` holds nothing back any more, and what it sends after all is late.
  await first.append('sales', [event('g', 1, 25), heartbeat('g', 2, 30), event('h', 1, 5)]);
  await first.caughtUp('sales');
  const [was, status] = [await rowsOf(first, 'windows'), first.status()];
  expect(status.states['windows']).toMatchObject({ late: 1 });
  await stopped(first);
  const second = await started(disk, numbered(10), { windows: rebuild({ version: '10' }) });
  expect(await rowsOf(second, 'windows')).toEqual((was as readonly [string, number][]).map(([key, sum]) => [key, 10 * sum]));
  expect(second.status().states).toEqual(status.states);
});
