import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Backend } from '../port/backend.ts';
import { PLACES, type Place } from '../port/fixture-places.ts';
import { Log } from '../store/log.ts';
import { LOG, key } from '../store/key.ts';
import { takeEpoch } from '../store/meta.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { GroupCommit } from './group-commit.ts';
import { LogHandle } from './log-handle.ts';
import type { Reader } from './source.ts';

/** All that a reader has at the moment, in batches of at most `max`, and how it ends. */
function readAll(reader: Reader<unknown>, max = 512): readonly unknown[] {
  const read: unknown[] = [];
  for (;;) {
    const batch = reader.read(max);
    if (batch === undefined) return read;
    if (batch === 'ended') return [...read, 'ended'];
    if ('bad' in batch) read.push(batch.bad);
    else read.push(...batch.rows);
  }
}

const numbers = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe.each(PLACES)('a log of a program on a %s backend', (_kind, newPlace) => {
  let place: Place;
  let backend: Backend;
  let clock: HandClock;
  let commit: GroupCommit;

  beforeEach(() => {
    place = newPlace();
    backend = place.open();
    clock = new HandClock();
    commit = new GroupCommit(backend, clock, takeEpoch(backend));
  });
  afterEach(() => {
    backend.close();
    place.remove();
  });

  const open = (id = 1): LogHandle<unknown> => new LogHandle(new Log<unknown>(backend, id, `log ${id}`), 'forever', commit, clock);

  test('appends of one moment become durable together, in the order of the calls, each told its first offset', async () => {
    const log = open();
    const appended = [log.append(['a', 'b']), log.append(['c']), log.append([]), log.append(['d'])];
    expect(clock.waiting).toBe(1);
    expect(log.log.next).toBe(0);
    clock.settle();
    expect(await Promise.all(appended)).toEqual([0, 2, 0, 3]);
    expect([...log.log.read(0)]).toMatchObject([{ first: 0, arrival: 1000, rows: ['a', 'b', 'c', 'd'] }]);
  });

  test('nothing is acknowledged, and nothing read, before it is durable', async () => {
    const log = open();
    const reader = log.reader(undefined);
    const appended = log.append(['a']);
    expect(await Promise.race([appended, clock.yield()])).toBeUndefined();
    expect(reader.read(10)).toBeUndefined();
    clock.settle();
    expect(await appended).toBe(0);
    expect(readAll(reader)).toEqual(['a']);
  });

  test('a row that cannot be stored refuses its own append, and no other one, of this log or of another', async () => {
    const [one, two] = [open(1), open(2)];
    const appended = Promise.allSettled([one.append(['a']), one.append([() => 'no data']), two.append(['x']), one.append(['b'])]);
    while (clock.waiting > 0) clock.settle();
    expect(await appended).toMatchObject([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: { code: 'UNSTORABLE_VALUE' } },
      { status: 'fulfilled', value: 0 },
      { status: 'fulfilled', value: 1 },
    ]);
    expect([...one.log.read(0)].flatMap(({ rows }) => rows)).toEqual(['a', 'b']);
  });

  test('a row that throws when it is looked at refuses its own append, and no other one', async () => {
    const log = open();
    const row = {
      get name(): string {
        throw new Error('no name');
      },
    };
    const appended = Promise.allSettled([log.append(['a']), log.append([row]), log.append(['b'])]);
    while (clock.waiting > 0) clock.settle();
    expect(await appended).toMatchObject([{ value: 0 }, { reason: { message: 'no name' } }, { value: 1 }]);
  });

  test('whoever appended a list may use it again at once: what is read is what was appended', async () => {
    const log = open();
    const reader = log.reader(undefined);
    const rows = ['a', 'b'];
    const appended = log.append(rows);
    rows.push('late');
    clock.settle();
    await appended;
    rows.length = 0;
    expect(readAll(reader)).toEqual(['a', 'b']);
    expect(readAll(open().reader(0))).toEqual(['a', 'b']);
  });

  test('a zombie appends nothing: all of its appends are refused, and offsets stay where they were', async () => {
    const log = open();
    const appended = Promise.allSettled([log.append(['a']), log.append(['b'])]);
    takeEpoch(backend);
    clock.settle();
    expect(await appended).toMatchObject([
      { status: 'rejected', reason: { code: 'FENCED' } },
      { status: 'rejected', reason: { code: 'FENCED' } },
    ]);
    expect([log.log.next, open().log.next]).toEqual([0, 0]);
  });

  test('an end is durable, comes after what was appended before it, and lets nothing follow', async () => {
    const log = open();
    const reader = log.reader(undefined);
    const appended = log.append(['a']);
    const ended = Promise.all([log.end(), log.end()]);
    await expect(log.append(['b'])).rejects.toMatchObject({ code: 'LOG_ENDED' });
    clock.settle();
    await Promise.all([appended, ended]);
    expect(readAll(reader)).toEqual(['a', 'ended']);
    expect(readAll(open().reader(0))).toEqual(['a', 'ended']);
    await expect(open().append(['b'])).rejects.toMatchObject({ code: 'LOG_ENDED' });
    await open().end();
  });

  test('an end that was refused is no end', async () => {
    const log = open();
    const ended = log.end();
    const epoch = takeEpoch(backend);
    clock.settle();
    await expect(ended).rejects.toMatchObject({ code: 'FENCED' });
    const again = new LogHandle(new Log<unknown>(backend, 1, 'log 1'), 'forever', new GroupCommit(backend, clock, epoch), clock);
    const appended = again.append(['a']);
    clock.settle();
    expect(await appended).toBe(0);
  });

  describe('reading', () => {
    async function filled(): Promise<LogHandle<unknown>> {
      const log = open();
      for (let from = 0; from < 30; from += 10) {
        const appended = log.append(numbers(from, from + 10));
        clock.settle();
        await appended;
      }
      return log;
    }

    test.each([1, 3, 10, 512])('from any cursor, in the middle of a block too, in batches of %i: what is old, then what is new', async (max) => {
      for (const cursor of [0, 1, 9, 10, 11, 29, 30]) {
        const log = await filled();
        const start = log.log.next - 30;
        const reader = log.reader(start + cursor);
        const appended = log.append(['new']);
        clock.settle();
        await appended;
        expect(readAll(reader, max)).toEqual([...numbers(cursor, 30), 'new']);
      }
    });

    test('the cursor of a batch is where the next one begins, before and after a restart', async () => {
      const log = await filled();
      const reader = log.reader(7);
      const batch = reader.read(2);
      expect(batch).toMatchObject({ rows: [7, 8], cursor: 9 });
      expect(readAll(open().reader(9))).toEqual(numbers(9, 30));
    });

    test('whoever waits is woken by what comes, and by the end', async () => {
      const log = open();
      const reader = log.reader(undefined);
      for (const next of [() => log.append(['a']), () => log.end()]) {
        const ready = reader.ready();
        const done = next();
        clock.settle();
        await Promise.all([ready, done]);
        expect(readAll(reader).length).toBe(1);
      }
      await reader.ready();
    });

    test('rows that vanished where somebody still reads are an error, not a wait without end', async () => {
      await filled();
      backend.transact((txn) => txn.delete(key(LOG, 1, 0)));
      expect(() => readAll(open().reader(3))).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK' }));
      backend.transact((txn) => txn.delete(key(LOG, 1, 20)));
      expect(() => open().reader(25)).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK' }));
    });
  });
});
