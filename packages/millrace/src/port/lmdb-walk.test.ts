import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lmdbBackend } from './lmdb-backend.ts';
import { LmdbFile, NO_ROOT, type PageFlaw } from './lmdb-file.ts';
import { type WalkCounts, type WalkedPage, walkPages } from './lmdb-walk.ts';

/* What LMDB writes is read without it: nothing is wrong with what it wrote, and what is damaged has a name. */

const PAGE_BYTES = 4096;
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-walk-'));
  file = join(folder, 'data.mdb');
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Walked {
  readonly flaws: readonly PageFlaw[];
  readonly pages: readonly WalkedPage[];
  readonly pairs: readonly (readonly [key: string, value: string])[];
  readonly counts: WalkCounts | undefined;
  readonly lastPage: number;
}

function walked(): Walked {
  const opened = new LmdbFile(file);
  try {
    const meta = opened.newest();
    if ('what' in meta) return { flaws: [meta], pages: [], pairs: [], counts: undefined, lastPage: 0 };
    const flaws: PageFlaw[] = [];
    const pages: WalkedPage[] = [];
    const pairs: [string, string][] = [];
    const counts = walkPages(opened, meta, {
      flaw: (flaw) => flaws.push(flaw),
      page: (page) => pages.push(page),
      pair: ({ key, value }) => pairs.push([Buffer.from(key).toString('hex'), Buffer.from(value()).toString('hex')]),
    });
    return { flaws, pages, pairs, counts, lastPage: meta.lastPage };
  } finally {
    opened.close();
  }
}

const keys = fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes) => bytes.with(0, 1 + ((bytes[0] as number) % 5)));
const values = fc.tuple(fc.oneof(fc.nat(200), fc.nat(2100), fc.nat(60_000)), fc.nat(255)).map(([length, fill]) => new Uint8Array(length).fill(fill));
const changes = fc.array(fc.record({ key: keys, value: fc.option(values, { freq: 4, nil: undefined }) }), { maxLength: 40 });

test('in what LMDB writes, after any commits, every page is in use or free, and everything stored is found', () => {
  fc.assert(
    fc.property(fc.array(changes, { minLength: 1, maxLength: 12 }), fc.boolean(), (commits, again) => {
      rmSync(folder, { recursive: true });
      let store = lmdbBackend(folder);
      for (const commit of commits) {
        store.transact((txn) => {
          for (const { key, value } of commit) if (value === undefined) txn.delete(key);
          else txn.put(key, value);
        });
        const { flaws, counts, lastPage, pairs } = walked();
        expect(flaws).toEqual([]);
        expect((counts?.pages ?? 0) + (counts?.freePages ?? 0)).toBe(lastPage + 1);
        expect(pairs).toEqual([...store.range(Uint8Array.of(1), Uint8Array.of(7))].map(([key, value]) => [Buffer.from(key).toString('hex'), Buffer.from(value).toString('hex')]));
        if (!again) continue;
        store.close();
        store = lmdbBackend(folder);
      }
      store.close();
    }),
    { numRuns: 40 },
  );
});

/** A store with branches, leaves, values of pages of their own, and free pages. */
function makeStore(): void {
  const backend = lmdbBackend(folder);
  for (let commit = 0; commit < 3; commit += 1) {
    backend.transact((txn) => {
      for (let i = 0; i < 200; i += 1) txn.put(Uint8Array.of(1, i), new Uint8Array(i % 20 === 0 ? 9000 : 60).fill(commit));
    });
  }
  backend.close();
}

/** Writes a number into the file. */
function write(at: number, value: number | bigint): void {
  const bytes = readFileSync(file);
  if (typeof value === 'bigint') bytes.writeBigUInt64LE(value, at);
  else bytes.writeUInt16LE(value, at);
  writeFileSync(file, bytes);
}

const pageOf = (kind: WalkedPage['kind'], isOfFreePages = false): number => walked().pages.find((page) => page.kind === kind && page.isOfFreePages === isOfFreePages)?.number as number;
const newestMeta = (): number => {
  const bytes = readFileSync(file);
  return bytes.readBigUInt64LE(PAGE_BYTES + 152) > bytes.readBigUInt64LE(152) ? 1 : 0;
};
const refused = expect.objectContaining({ code: 'STORE_DAMAGED' });

test.each<[what: string, damage: () => void]>([
  ['number', () => write(pageOf('leaf') * PAGE_BYTES, 1_000n)],
  ['transaction', () => write(pageOf('branch') * PAGE_BYTES + 8, 1_000n)],
  ['flags', () => write(pageOf('leaf') * PAGE_BYTES + 18, 1)],
  ['bounds', () => write(pageOf('leaf') * PAGE_BYTES + 20, 5000)],
  ['place of a node', () => write(pageOf('leaf') * PAGE_BYTES + 24, 4000)],
  ['key', () => write(pageOf('leaf') * PAGE_BYTES + 24 + readFileSync(file).readUInt16LE(pageOf('leaf') * PAGE_BYTES + 24) + 8, 0xff01)],
  ['pages', () => write(pageOf('overflow') * PAGE_BYTES + 20, 9)],
  ['flags of a node', () => write(pageOf('leaf') * PAGE_BYTES + 24 + readFileSync(file).readUInt16LE(pageOf('leaf') * PAGE_BYTES + 26) + 4, 8)],
  ['entries of the tree of data', () => write(newestMeta() * PAGE_BYTES + 96 + 32, 7n)],
  ['depth of the tree of data', () => write(newestMeta() * PAGE_BYTES + 96 + 6, 99)],
])('a wrong %s is a flaw, and the store is refused before LMDB reads it', (what, damage) => {
  makeStore();
  damage();
  expect(walked().flaws.map((flaw) => flaw.what)).toContain(what);
  expect(() => lmdbBackend(folder)).toThrow(refused);
});

test('a free page that is in use is a flaw: a later commit would write over it', () => {
  makeStore();
  const entries = pageOf('leaf', true) * PAGE_BYTES;
  const bytes = readFileSync(file);
  // The last entry of the first record: behind key and count of the node.
  const node = entries + 24 + bytes.readUInt16LE(entries + 24);
  const count = Number(bytes.readBigUInt64LE(node + 16));
  write(node + 16 + 8 * count, BigInt(pageOf('leaf')));
  expect(walked().flaws).toContainEqual({ page: pageOf('leaf'), what: 'use', expected: 'free or in use', actual: 'both' });
  expect(() => lmdbBackend(folder)).toThrow(refused);
});

test.each([
  ['back', -2n],
  ['ahead', 2n],
])('a beginning whose transaction moves %s is a flaw: LMDB would take the other one, and lose a commit, or an old one for new', (_, by) => {
  makeStore();
  const at = (by < 0n ? newestMeta() : 1 - newestMeta()) * PAGE_BYTES + 152;
  write(at, readFileSync(file).readBigUInt64LE(at) + by);
  expect(walked().flaws.map(({ what }) => what)).toEqual(['transaction']);
  expect(() => lmdbBackend(folder)).toThrow(refused);
});

test('a value under the key of another one is a flaw, where it says its place', () => {
  const backend = lmdbBackend(folder);
  const value = new Uint8Array(30);
  new DataView(value.buffer).setUint32(0, 0x3142524d, true);
  new DataView(value.buffer).setUint16(8, 2, true);
  backend.transact((txn) => txn.put(Uint8Array.of(1, 7), value)); // says that it belongs to a key with the checksum 0
  backend.close();
  expect(walked().flaws.map(({ what }) => what)).toEqual(['key of a value']);
  expect(() => lmdbBackend(folder)).toThrow(refused);
});

test('a new store has no root, and nothing wrong with it', () => {
  lmdbBackend(folder).close();
  const opened = new LmdbFile(file);
  expect(opened.newest()).toMatchObject({ transaction: 0, main: { root: NO_ROOT } });
  opened.close();
  expect(walked().flaws).toEqual([]);
});
