import { expect, test } from 'vitest';
import { memoryBackend } from '../port/memory-backend.ts';
import { Log } from '../store/log.ts';
import { Settler } from '../time/settler.ts';
import { CORRECTIONS_KEPT, CORRECTIONS_REMEMBERED, CorrectionBook } from './corrections.ts';
import { KeptLog } from './kept-log.ts';

const MODES = [['in memory', false], ['with a store', true]] as const;

/** A log, and what a commit does to it. */
function kept(durable: boolean) {
  const backend = memoryBackend();
  const open = (): KeptLog<string> => new KeptLog(new Log<string>(backend, 1, 'kept'), durable);
  const commit = (log: KeptLog<string>, at: number, mayGo: Parameters<KeptLog<string>['disposable']>[0] = () => false): void => {
    const gone = log.disposable(mayGo);
    backend.transact((txn) => {
      log.put(txn, at);
      if (gone !== undefined) txn.deleteRange(...gone);
    });
    log.settle(at);
  };
  return { open, commit };
}

const read = (log: KeptLog<string>, from = 0): readonly string[] => [...log.read(from)].map(({ position, at, row }) => `${position}@${at} ${row}`);

test.each(MODES)('rows have the positions of their order and the time of their commit (%s)', (_, durable) => {
  const { open, commit } = kept(durable);
  const log = open();
  log.add('a');
  log.add('b');
  expect(log.next).toBe(2);
  commit(log, 7);
  log.add('c');
  commit(log, 9);
  expect(read(log)).toEqual(['0@7 a', '1@7 b', '2@9 c']);
  expect(read(log, 1)).toEqual(['1@7 b', '2@9 c']);
  expect(read(log, 3)).toEqual([]);
});

test('with a store a row can be read once it is committed, in memory at once', () => {
  for (const [, durable] of MODES) {
    const log = kept(durable).open();
    log.add('a');
    expect({ end: log.end, read: read(log) }).toEqual(durable ? { end: 0, read: [] } : { end: 1, read: ['0@NaN a'] });
  }
});

test('what was not committed is gone after a restart, and its positions are given again', () => {
  const { open, commit } = kept(true);
  const log = open();
  log.add('a');
  commit(log, 1);
  log.add('lost');
  const again = open();
  again.add('b');
  commit(again, 2);
  expect(read(again)).toEqual(['0@1 a', '1@2 b']);
});

test.each(MODES)('the oldest blocks go as far as they may, and the last one stays (%s)', (_, durable) => {
  const { open, commit } = kept(durable);
  const log = open();
  const goes = (limit: number) => ({ at }: { readonly at: number }): boolean => at < limit;
  commit(log, 0, goes(100));
  for (const at of [1, 2, 3]) {
    log.add(`${at}`);
    commit(log, at, goes(0));
  }
  expect(log.first).toBe(0);
  commit(log, 4, goes(2));
  expect(read(log)).toEqual(['1@2 2', '2@3 3']);
  commit(log, 5, goes(100));
  expect(read(log)).toEqual(['2@3 3']);
  expect({ first: log.first, next: log.next }).toEqual({ first: 2, next: 3 });
  log.add('4');
  commit(log, 6, goes(100));
  commit(log, 7, goes(100));
  expect(read(log)).toEqual(['3@6 4']);
});

test('a value that cannot be stored is put another way where there is one', () => {
  const backend = memoryBackend();
  const log = new KeptLog<unknown>(new Log(backend, 1, 'kept'), true, (row) => (typeof row === 'function' ? 'a function' : row));
  const strict = new KeptLog<unknown>(new Log(backend, 2, 'strict'), true);
  for (const one of [log, strict]) one.add(() => 1);
  log.add('text');
  backend.transact((txn) => log.put(txn, 1));
  log.settle(1);
  expect([...log.read(0)].map(({ row }) => row)).toEqual(['a function', 'text']);
  expect(() => backend.transact((txn) => strict.put(txn, 1))).toThrow(expect.objectContaining({ code: 'UNSTORABLE_VALUE' }));
});

test.each(MODES)('so many corrections are kept, and one more lets the oldest commit go (%s)', (_, durable) => {
  const backend = memoryBackend();
  const settler = new Settler();
  const book = new CorrectionBook(settler, durable);
  book.opened(new KeptLog(new Log(backend, 1, 'corrections'), durable), 0);
  const commit = (count: number): void => {
    for (let n = 0; n < count; n += 1) {
      book.add({ key: n, window: undefined, revision: 1 }, 1, 2, { kind: 'frontier', time: 1 }, { table: 't', behind: [] }, []);
      settler.drain();
    }
    const gone = book.disposable();
    backend.transact((txn) => {
      book.put(txn, 0);
      if (gone !== undefined) txn.deleteRange(...gone);
    });
    book.settled(0);
  };
  const first = (): unknown => {
    for (const { position, row } of book.read(0)) return { position, commit: row.commit };
    return undefined;
  };
  const keptMax = durable ? CORRECTIONS_KEPT : CORRECTIONS_REMEMBERED;
  commit(1);
  commit(keptMax - 1);
  commit(0);
  expect(first()).toEqual({ position: 0, commit: 1 });
  commit(1);
  expect(first()).toEqual({ position: 1, commit: 2 });
});

test('in memory, what waits for a commit is bounded: twice as many stay, of one more the newest', () => {
  const log = kept(false).open();
  for (let n = 0; n < 6; n += 1) log.add(`${n}`, 3);
  expect(log.first).toBe(0);
  log.add('6', 3);
  expect(read(log).map((text) => text.replace('@NaN', ''))).toEqual(['4 4', '5 5', '6 6']);
  expect({ first: log.first, next: log.next }).toEqual({ first: 4, next: 7 });
});
