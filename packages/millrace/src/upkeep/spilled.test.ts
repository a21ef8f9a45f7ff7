import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Transaction } from '../port/backend.ts';
import { lmdbBackend } from '../port/lmdb-backend.ts';
import { encodeBlock } from '../store/block.ts';
import { SPILLED, keyOfBytes, keyRange } from '../store/key.ts';
import { encodeSpilledKey } from '../store/spilled-key.ts';
import { encodeSpilledRow } from '../store/spilled-row.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import type { Table } from '../stream/table.ts';
import { type TestDriver, testDriver } from '../testing/driver.ts';
import { fedByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { compactStore, copyStore } from './copy.ts';
import { inspected } from './inspect.ts';
import { survey } from './survey.ts';

/* Rows that have left memory, in a store with memory for two keys of nine: what is done to them is found. */

type Made = { readonly key: string; readonly time: number };
type Asked = { counts: Table<string, number, Made> };

const KEYS = 9;
const keys = Array.from({ length: KEYS }, (_, n) => `key-${n}`);
const program: Program<Asked> = pipeline('spilled', (app) => {
  const events = app.source('events', fedByHand<Made>(), { time: (e) => e.time, complete: outOfOrder(0) });
  return { counts: events.keyBy((e) => e.key).count({ name: 'counts' }) };
});

let folder: string;
let path: string;

function opened(hotKeys?: number, at: string = path): TestDriver<Asked> {
  return testDriver(program, { durable: true, backend: () => lmdbBackend(at), ...(hotKeys !== undefined && { hotKeys }) });
}

/** Counts each key up to three, with memory for two. */
function makeStore(): void {
  const driver = opened(2);
  for (let time = 1; time <= 3; time += 1) {
    for (const key of keys) {
      driver.source('events').send({ key, time });
      driver.commit();
    }
  }
  driver.close();
}

function change(work: (txn: Transaction, first: readonly [Uint8Array, Uint8Array], second: readonly [Uint8Array, Uint8Array]) => void): void {
  const backend = lmdbBackend(path);
  const found = [...backend.range(...keyRange(SPILLED, 0))] as readonly (readonly [Uint8Array, Uint8Array])[];
  backend.transact((txn) => work(txn, found[0] as (typeof found)[0], found[1] as (typeof found)[0]));
  backend.close();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-spilled-'));
  path = join(folder, 'store');
  makeStore();
});
afterEach(() => rmSync(folder, { recursive: true }));

const countsOf = (driver: TestDriver<Asked>): ReadonlyMap<string, number> => new Map(driver.table('counts').scan().map(({ key, value }) => [key, value]));
const three: ReadonlyMap<string, number> = new Map(keys.map((key) => [key, 3]));

test('all rows are there, most of them on disk only, and nothing is wrong', () => {
  expect(survey(path).findings).toEqual([]);
  const [counts] = inspected(path, survey(path)).states;
  expect(counts).toMatchObject({ name: 'counts', rows: KEYS, spilled: KEYS - 2 });
});

test('the same store opens with memory for more keys, for fewer, and for all, and goes on', () => {
  for (const [round, hotKeys] of [5, 1, undefined, 3].entries()) {
    const driver = opened(hotKeys);
    expect(countsOf(driver)).toEqual(new Map(keys.map((key) => [key, 3 + round])));
    for (const key of keys) driver.source('events').send({ key, time: 10 });
    driver.commit();
    driver.source('events').send({ key: 'key-0', time: 11 });
    for (const key of keys) expect(driver.table('counts').get(key)).toMatchObject({ value: 4 + round });
    driver.close();
    expect(survey(path).findings).toEqual([]);
  }
});

test('a backup and a compacted store have them too', () => {
  const copy = join(folder, 'copy');
  expect(copyStore(path, copy).findings).toEqual([]);
  expect(compactStore(copy).findings).toEqual([]);
  const driver = opened(2, copy);
  expect(countsOf(driver)).toEqual(three);
  driver.close();
});

test.each<[what: string, code: string, work: Parameters<typeof change>[0]]>([
  ['number of rows on disk', 'CORRUPT_BLOCK', (txn, [place]) => txn.delete(place)],
  ['number of rows on disk', 'CORRUPT_BLOCK', (txn) => putRow(txn, 0, 'key-99')],
  ['number of rows on disk', 'CORRUPT_BLOCK', (txn, [place]) => (txn.delete(place), putRow(txn, 0, 'key-99'))],
  ['state', 'CORRUPT_BLOCK', (txn) => putRow(txn, 7, 'key-0')],
  ['place', 'CORRUPT_BLOCK', (txn, [place], [, bytes]) => txn.put(place, bytes)],
  ['checksum', 'CORRUPT_BLOCK', (txn, [place, bytes]) => txn.put(place, flipped(bytes))],
  ['content', 'CORRUPT_BLOCK', (txn, [place]) => txn.put(place, encodeBlock({ store: 0, commit: 0, payload: Uint8Array.of(3, 0, 9) }, place))],
])('%s: %s', (what, code, work) => {
  change(work);
  expect(survey(path).findings).toContainEqual(expect.objectContaining({ what, code }));
});

test('a row that cannot be read ends the program, and no event is set aside for it', () => {
  change((txn, [place, bytes]) => txn.put(place, flipped(bytes)));
  const driver = opened(2);
  expect(() => keys.forEach((key) => driver.source('events').send({ key, time: 10 }))).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK' }));
  expect(driver.bad()).toEqual([]);
  expect(() => driver.table('counts').scan()).toThrow(expect.objectContaining({ code: 'CORRUPT_BLOCK' }));
  driver.close();
});

const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 30 ? byte ^ 1 : byte));

function putRow(txn: Transaction, id: number, key: string): void {
  const place = keyOfBytes(SPILLED, id, encodeSpilledKey([key]) as Uint8Array);
  txn.put(place, encodeBlock({ store: id, commit: 0, payload: encodeSpilledRow([1, 1, 1]) }, place));
}
