import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Backend, Transaction } from '../port/backend.ts';
import { lmdbBackend } from '../port/lmdb-backend.ts';
import { Journal } from '../producer/journal.ts';
import { type Block, encodeBlock } from '../store/block.ts';
import { CHANGELOG, LOG, META, OUTBOX, OUTPUT, SUBSCRIBERS, key, keyRange } from '../store/key.ts';
import { Log } from '../store/log.ts';
import { type Meta, putMeta, readMeta } from '../store/meta.ts';
import { makeFullStore } from '../testing/fixture-full-store.ts';
import { fsck } from './fsck.ts';
import { inspected } from './inspect.ts';
import { survey } from './survey.ts';

/* Everything that a store can have wrong in its blocks, put into it by hand, is found. */

let folder: string;
let whole: string;
let path: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-survey-'));
  whole = join(folder, 'whole');
  path = join(folder, 'store');
  await makeFullStore(whole, 6);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  rmSync(path, { recursive: true, force: true });
  cpSync(whole, path, { recursive: true });
});

/** Writes something that no program would. */
function change(work: (txn: Transaction, meta: Meta, backend: Backend) => void): void {
  const backend = lmdbBackend(path);
  const meta = readMeta(backend) as Meta;
  // What is looked up is looked up before.
  const changes: ((txn: Transaction) => void)[] = [];
  const later = { put: (place, value) => void changes.push((txn) => txn.put(place, value)), delete: (place) => void changes.push((txn) => txn.delete(place)), deleteRange: (from, to) => changes.push((txn) => txn.deleteRange(from, to)), get: () => undefined, range: () => [] } satisfies Transaction;
  work(later, meta, backend);
  backend.transact((txn) => changes.forEach((one) => one(txn)));
  backend.close();
}

function put(txn: Transaction, place: Uint8Array, block: Partial<Block>): void {
  txn.put(place, encodeBlock({ store: 0, commit: 0, payload: new Uint8Array(0), ...block }, place));
}

const found = (): readonly (readonly [code: string, what: string])[] => survey(path).findings.map(({ code, what }) => [code, what]);
const idOf = (names: Readonly<Record<string, { readonly id: number }>>, name: string): number => names[name]?.id as number;

test('in a store as programs write it nothing is wrong, and everything is in it', () => {
  const { findings, contents } = survey(path);
  expect(findings).toEqual([]);
  const facts = inspected(path, survey(path));
  expect(facts).toMatchObject({ program: 'full', format: 1, epoch: 1, producer: null });
  expect(facts.states.map(({ name }) => name)).toEqual(expect.arrayContaining(['seen', 'counts', 'counts parked', 'sums ledger', 'revised history', 'sessions', 'newest', 'priced', 'pauses', 'holds']));
  expect(facts.states.filter(({ rows, blocks }) => rows === 0 && blocks > 0)).toEqual([]);
  expect(facts.logs.find(({ name }) => name === 'source calls')).toMatchObject({ first: 0, end: 120, ended: false });
  expect(facts.logs.find(({ name }) => name === 'changelog revised-changes')?.subscribers).toEqual([{ name: 'search index', acknowledged: 1 }]);
  expect(facts.sinks.find(({ name }) => name === 'sums-out')).toMatchObject({ delivered: 0 });
  expect(contents?.blocks).toBeGreaterThan(100);
});

test.each<[what: string, code: string, damage: (txn: Transaction, meta: Meta, backend: Backend) => void]>([
  ['number of blocks', 'CORRUPT_BLOCK', (txn, { states }, backend) => txn.delete(firstOf(backend, CHANGELOG, idOf(states, 'counts')))],
  ['number of blocks', 'CORRUPT_BLOCK', (txn, meta) => putMeta(txn, { ...meta, states: { ...meta.states, seen: { ...(meta.states['seen'] as Meta['states'][string]), blocks: [99, 99] } } })],
  ['state', 'CORRUPT_BLOCK', (txn) => put(txn, key(CHANGELOG, 999, 1), { store: 999, commit: 1 })],
  ['place', 'CORRUPT_BLOCK', (txn, { states, commit }) => put(txn, key(CHANGELOG, idOf(states, 'counts'), commit), { store: 4242, commit })],
  ['content', 'CORRUPT_BLOCK', (txn, { states, commit }) => put(txn, key(CHANGELOG, idOf(states, 'counts'), commit), { store: idOf(states, 'counts'), commit, payload: Uint8Array.of(1, 2, 3) })],
  ['content', 'CORRUPT_BLOCK', (txn, { states, commit }) => put(txn, key(CHANGELOG, idOf(states, 'seen'), commit), { store: idOf(states, 'seen'), commit, payload: new Uint8Array(40).fill(1) })],
  ['commit', 'CORRUPT_BLOCK', (txn, { states }) => put(txn, key(CHANGELOG, idOf(states, 'counts'), 9999), { store: idOf(states, 'counts'), commit: 9999 })],
  ['next offset', 'CORRUPT_BLOCK', (txn, { logs }, backend) => txn.delete(secondOf(backend, LOG, logs['source calls'] as number))],
  ['next offset', 'CORRUPT_BLOCK', (txn, { logs }) => void txn.deleteRange(key(LOG, logs['source calls'] as number, 60), key(LOG, logs['source calls'] as number, 1000))],
  ['first offset', 'CORRUPT_BLOCK', (txn, meta) => putMeta(txn, { ...meta, sources: { prices: { signature: 'log', partitions: [{ ...(meta.sources['prices']?.partitions[0] as Meta['sources'][string]['partitions'][0]), cursor: 0 }] } } })],
  ['log', 'CORRUPT_BLOCK', (txn, _meta, backend) => new Log(backend, 777, 'none').put(txn, 0, [1, 2], 0)],
  ['place', 'CORRUPT_BLOCK', (txn, { logs }, backend) => endTwice(txn, new Log(backend, logs['source calls'] as number, 'source calls'))],
  ['sink', 'CORRUPT_BLOCK', (txn) => put(txn, key(OUTPUT, 99, 1), { store: 99 })],
  ['first row', 'CORRUPT_BLOCK', (txn, { sinks }, backend) => txn.delete(firstOf(backend, OUTPUT, idOf(sinks, 'sums-out')))],
  ['first row', 'CORRUPT_BLOCK', (txn, { sinks }) => put(txn, key(OUTPUT, idOf(sinks, 'sums-out'), 99_999), { store: idOf(sinks, 'sums-out') })],
  ["position of 'a'", 'CORRUPT_BLOCK', (txn, { logs }) => subscribers(txn, logs['changelog newest-changes'] as number, [['a', { acknowledged: 1e6, since: 0 }]])],
  ['log', 'CORRUPT_BLOCK', (txn, { logs }) => subscribers(txn, logs['bad'] as number, [])],
  ['kind', 'CORRUPT_BLOCK', (txn) => put(txn, key(200, 0, 0), {})],
  ['number', 'CORRUPT_BLOCK', (txn) => put(txn, key(META, 0, 9), {})],
  ['partition', 'CORRUPT_BLOCK', (txn) => put(txn, key(OUTBOX, 0, 0), {})],
  ['content', 'BAD_KEY', (txn) => txn.put(Uint8Array.of(3, 1), Uint8Array.of(1))],
  ['size in bytes', 'CORRUPT_BLOCK', (txn, { states, commit }) => txn.put(key(CHANGELOG, idOf(states, 'counts'), commit), Uint8Array.of(1))],
])('%s: %s', (what, code, damage) => {
  change(damage);
  expect(found()).toContainEqual([code, what]);
});

test('where meta is damaged nothing is said to be too much: nobody knows', () => {
  change((txn) => txn.put(key(META, 0, 0), Uint8Array.of(1, 2, 3)));
  expect(found()).toEqual([['CORRUPT_BLOCK', 'size in bytes']]);
});

test('a store without meta is not an empty one', () => {
  change((txn) => void txn.deleteRange(key(META, 0, 0), key(META, 0, 9)));
  expect(found()).toContainEqual(['CORRUPT_BLOCK', 'meta block']);
});

test('one that nothing was ever committed to is none, and not a damaged one', async () => {
  rmSync(path, { recursive: true });
  lmdbBackend(path).close();
  expect(survey(path).findings).toEqual([expect.objectContaining({ code: 'NO_STORE', message: `there is no store in ${path}: nothing has been committed to it` })]);
  expect(await fsck(path, [])).toEqual(survey(path));
  writeFileSync(join(path, 'has-data'), '');
  expect(found()).toContainEqual(['CORRUPT_BLOCK', 'meta block']);
});

test.each<[code: string, damage: () => void]>([
  ['NO_STORE', () => rmSync(path, { recursive: true })],
  ['NO_STORE', () => [rmSync(path, { recursive: true }), mkdirSync(path)]],
  ['NO_STORE', () => [rmSync(path, { recursive: true }), writeFileSync(path, 'a file')]],
  ['STORE_DAMAGED', () => rmSync(join(path, 'data.mdb'))],
  ['STORE_DAMAGED', () => truncateSync(join(path, 'data.mdb'), 0)],
  ['STORE_DAMAGED', () => truncateSync(join(path, 'data.mdb'), 5000)],
  ['STORE_DAMAGED', () => truncateSync(join(path, 'data.mdb'), 200_000)],
])('%s where files are gone or cut', (code, damage) => {
  damage();
  expect(survey(path).findings[0]?.code).toBe(code);
});

test('the journal of a producer is a store too', () => {
  const place = join(folder, 'journal');
  const journal = new Journal(lmdbBackend(place), 'gateway', 1, 100);
  journal.add({ texts: [['a', 'b']], lasts: [1], promised: 0 });
  journal.close();
  expect(survey(place)).toMatchObject({ findings: [], contents: { journal: { producer: 'gateway', epoch: 100, blocks: 1, messages: 2 } } });
  const backend = lmdbBackend(place);
  backend.transact((txn) => void txn.deleteRange(...keyRange(OUTBOX, 0)));
  backend.close();
  expect(survey(place).findings.map(({ what }) => what)).toEqual(['number of blocks']);
});

test('a process that does not survive reading the store is a finding, with the last key it read', async () => {
  const dies = ['--eval', "require('node:fs').writeSync(1, 'key 0100\\n'); process.kill(process.pid, 'SIGBUS')"];
  const { findings } = await fsck(path, dies);
  expect(findings).toMatchObject([{ code: 'READER_CRASHED', message: expect.stringContaining('SIGBUS, after the key 0100') }]);
});

test('what LMDB reads must be what its pages hold', async () => {
  const { pages } = survey(path);
  const other = ['--eval', `console.log('end ${pages?.transaction} 1 2')`];
  expect((await fsck(path, other)).findings).toMatchObject([{ code: 'STORE_DAMAGED', message: expect.stringContaining('LMDB reads 1 values') }]);
  const refuses = ['--eval', "console.log('error MDB_CORRUPTED: no')"];
  expect((await fsck(path, refuses)).findings).toMatchObject([{ code: 'STORE_DAMAGED', message: expect.stringContaining('MDB_CORRUPTED: no') }]);
});

function firstOf(backend: Backend, kind: number, id: number): Uint8Array {
  for (const [place] of backend.range(...keyRange(kind, id), { limit: 1 })) return place;
  throw new Error('there is no block');
}

function secondOf(backend: Backend, kind: number, id: number): Uint8Array {
  return [...backend.range(...keyRange(kind, id), { limit: 2 })][1]?.[0] as Uint8Array;
}

function subscribers(txn: Transaction, id: number, all: readonly unknown[]): void {
  put(txn, key(SUBSCRIBERS, id, 0), { store: id, payload: Buffer.from(JSON.stringify(all)) });
}

/** The end, and a block behind it. */
function endTwice(txn: Transaction, log: Log<unknown>): void {
  log.put(txn, log.next, [1], 0, true);
  log.put(txn, log.next + 1, [2], 0);
}
