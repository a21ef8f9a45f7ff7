import { describe, expect, test } from 'vitest';
import type { Backend } from '../port/backend.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { CHANGELOG, OUTPUT, keyRange } from '../store/key.ts';
import { pipeline } from '../stream/pipeline.ts';
import { discard } from '../stream/upgrades.ts';
import type { Program, Tables } from '../stream/program.ts';
import { testDriver } from '../testing/driver.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';

interface Shape {
  readonly name?: string;
  readonly sizeMs?: number;
  readonly state?: string;
  readonly partitions?: number;
  readonly sinks?: readonly string[];
  readonly key?: (n: number) => number | string;
}

function program({ name = 'counts', sizeMs = 10, state = 'counts', partitions = 1, sinks = ['out'], key = (n) => n % 2 }: Shape = {}): Program<Tables> {
  return pipeline(name, (app) => {
    const source = app.source('numbers', fedByHand<number>(partitions), { time: (n) => n, complete: outOfOrder(0) });
    const rows = source.keyBy(key).window(tumbling(sizeMs)).count({ name: state }).final();
    for (const sink of sinks) rows.map(({ value }) => value).to(app.sink(sink, readByHand()));
  });
}

/** A disk on which the program has run for a few commits. */
function used(shape?: Shape): MemoryDisk {
  const disk = new MemoryDisk();
  const driver = testDriver(program(shape), { durable: true, backend: () => memoryBackend(disk) });
  for (const n of [1, 2, 3, 14, 15, 26]) {
    driver.source('numbers').send(n);
    driver.commit();
  }
  return disk;
}

const reopen = (disk: MemoryDisk, shape?: Shape) => testDriver(program(shape), { durable: true, backend: () => memoryBackend(disk) });

describe('a program that is not the stored one is refused, with every difference', () => {
  test.each<[string, Shape, readonly string[]]>([
    ['another name', { name: 'other' }, ["it belongs to 'counts'"]],
    ['another window', { sizeMs: 20 }, ["state 'counts' was (window tumbling 10 ms by 1 count) and is (window tumbling 20 ms by 1 count)"]],
    ['another state', { state: 'numbers' }, ["state 'counts' (window tumbling 10 ms by 1 count) is gone", "state 'numbers' (window tumbling 10 ms by 1 count) is new"]],
    ['more partitions', { partitions: 2 }, ["source 'numbers' had 1 partition and has 2"]],
  ])('%s', (_, shape, differences) => {
    expect(() => reopen(used(), shape)).toThrow(expect.objectContaining({ code: 'PROGRAM_CHANGED', data: expect.objectContaining({ differences }) }));
  });

  test('fewer partitions', () => {
    const disk = used({ partitions: 2 });
    expect(() => reopen(disk)).toThrow(expect.objectContaining({ code: 'PROGRAM_CHANGED', data: expect.objectContaining({ differences: ["source 'numbers' had 2 partitions and has 1"] }) }));
  });

  test('a sink that is gone and has not been given all its rows', () => {
    const disk = used({ sinks: ['out', 'other'] });
    expect(() => reopen(disk)).toThrow(expect.objectContaining({ code: 'PROGRAM_CHANGED', data: expect.objectContaining({ differences: ["sink 'other' is gone, and was not given its rows from 0 on"] }) }));
  });

  test('they are given up where that is said', () => {
    const disk = used({ sinks: ['out', 'other'] });
    const driver = testDriver(program(), { durable: true, backend: () => memoryBackend(disk), upgrade: { other: discard() } });
    driver.commit();
    expect(driver.sink('out').rows()).toEqual([2, 1, 1, 1]);
    expect(Array.from({ length: 3 }, (_, id) => [...memoryBackend(disk).range(...keyRange(OUTPUT, id))].length).filter((blocks) => blocks > 0)).toHaveLength(1);
  });

  test('the same program goes on, also with one sink more, which gets what comes from now on', () => {
    const driver = reopen(used(), { sinks: ['out', 'more'] });
    driver.source('numbers').end();
    driver.commit();
    expect(driver.sink('out').rows()).toEqual([2, 1, 1, 1, 1]);
    expect(driver.sink('more').rows()).toEqual([1]);
  });
});

describe('corrupt is not empty', () => {
  const first = (backend: Backend, kind: number): readonly [Uint8Array, Uint8Array] => {
    const [from, to] = keyRange(kind, 0);
    return [...backend.range(from, to)][0] as readonly [Uint8Array, Uint8Array];
  };

  test.each([
    ['a block of a state has vanished', CHANGELOG, undefined, 'number of blocks'],
    ['a bit of a block of a state has flipped', CHANGELOG, 30, 'checksum'],
    ['a bit of an output that was not delivered has flipped', OUTPUT, 30, 'checksum'],
  ] as const)('%s: recovery says so', (_, kind, flipped, what) => {
    const disk = used();
    const backend = memoryBackend(disk);
    const [place, bytes] = first(backend, kind);
    backend.transact((txn) => {
      if (flipped === undefined) return txn.delete(place);
      bytes[flipped] = (bytes[flipped] as number) ^ 4;
      txn.put(place, bytes);
    });
    expect(() => reopen(disk)).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK', data: expect.objectContaining({ what }) }));
  });

  test('an output that was not delivered and has vanished: recovery says so', () => {
    const disk = used();
    const backend = memoryBackend(disk);
    const [place] = first(backend, OUTPUT);
    backend.transact((txn) => txn.delete(place));
    expect(() => reopen(disk)).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK' }));
  });
});

test('what was set aside is kept with the commit, once, over commits and restarts', () => {
  const disk = new MemoryDisk();
  const driver = reopen(disk);
  driver.source('numbers').send(1, -1);
  driver.commit();
  driver.source('numbers').send(Number.NaN);
  expect(driver.bad().map(({ offset }) => offset)).toEqual([1]);
  driver.crash();
  for (let commit = 0; commit < 3; commit += 1) driver.commit();
  expect(driver.bad().map(({ offset, reason }) => [offset, reason])).toEqual([[1, 'bad-time'], [2, 'bad-time']]);
  expect(reopen(disk).status()).toMatchObject({ bad: 2 });
});

test('a task whose store was taken over cannot commit: it is a zombie, and says so', () => {
  const disk = used();
  const zombie = reopen(disk);
  const owner = reopen(disk);
  zombie.source('numbers').send(27);
  expect(() => zombie.commit()).toThrow(expect.objectContaining({ code: 'FENCED' }));
  owner.source('numbers').send(28);
  owner.commit();
  expect(owner.status().sources['numbers']).toMatchObject([{ records: 7 }]);
});
