import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredPair, WalkedPage } from '../../packages/millrace/src/port/lmdb-walk.ts';
import { LEAF } from '../../packages/millrace/src/port/lmdb-file.ts';
import { StoreReader } from '../../packages/millrace/src/port/store-reader.ts';
import { CHANGELOG, LOG, META, OUTPUT, REWIND, SPILLED, SUBSCRIBERS } from '../../packages/millrace/src/store/key.ts';

/** A stretch of a file whose bytes are all of one class. */
export interface Region {
  readonly file: string;
  readonly start: number;
  readonly length: number;
}

/** The regions of a store, by class: the first word says of which file or page, the others of what in it. */
export type Classes = ReadonlyMap<string, readonly Region[]>;

const DATA = 'data.mdb';
const PAGE_HEADER_BYTES = 24;
const META_BYTES = 168;

const kinds: ReadonlyMap<number, string> = new Map([
  [META, 'meta'],
  [LOG, 'log'],
  [CHANGELOG, 'changelog'],
  [OUTPUT, 'output'],
  [SUBSCRIBERS, 'subscribers'],
  [SPILLED, 'spilled'],
  [REWIND, 'rewind'],
]);

/** The fields of a block, as store/block.ts has them. */
const fields: readonly (readonly [name: string, start: number, length: number])[] = [
  ['magic', 0, 4],
  ['checksum', 4, 4],
  ['version', 8, 2],
  ['store', 10, 2],
  ['commit', 12, 6],
  ['length', 18, 4],
  ['place', 22, 4],
];
const HEAD_BYTES = 26;

/** Every byte of every file of a store, put into classes. */
export function classesOf(path: string): Classes {
  const found = new Map<string, Region[]>();
  const add = (name: string, start: number, length: number, file = DATA): void => {
    if (length > 0) found.set(name, [...(found.get(name) ?? []), { file, start, length }]);
  };
  const bytes = readFileSync(join(path, DATA));
  const reader = StoreReader.open(path);
  const pages = new Map<number, WalkedPage>();
  const pairs: StoredPair[] = [];
  const { pageBytes } = reader.walk({
    flaw: ({ what }) => {
      throw new Error(`the store is damaged before any damage was done: ${what}`);
    },
    page: (page) => pages.set(page.number, page),
    pair: (pair) => pairs.push(pair),
  });
  const newest = reader.transaction % 2;
  reader.close();
  for (const page of [0, 1]) {
    add(page === newest ? 'newest-meta used' : 'older-meta used', page * pageBytes, META_BYTES);
    add('meta rest', page * pageBytes + META_BYTES, pageBytes - META_BYTES);
  }
  for (let page = 2; page * pageBytes < bytes.length; ) {
    const walked = pages.get(page);
    addPage(add, walked, bytes, page * pageBytes, pageBytes);
    page += walked?.count ?? 1;
  }
  for (const pair of pairs) addBlock(add, pair, bytes, pageBytes);
  add('has-data all', 0, statSync(join(path, 'has-data')).size, 'has-data');
  add('committing all', 0, statSync(join(path, 'committing')).size, 'committing');
  add('lock all', 0, statSync(join(path, 'lock.mdb')).size, 'lock.mdb');
  return found;
}

type Add = (name: string, start: number, length: number, file?: string) => void;

function addPage(add: Add, walked: WalkedPage | undefined, bytes: Buffer, at: number, pageBytes: number): void {
  if (walked === undefined) return add('free-page all', at, pageBytes);
  const name = `${walked.isOfFreePages ? 'free-list-' : ''}${walked.kind}`;
  add(`${name} header`, at, PAGE_HEADER_BYTES);
  if (walked.kind === 'overflow') {
    if (walked.isOfFreePages) add('free-list-overflow entries', at + PAGE_HEADER_BYTES, bytes.readUInt32LE(at + PAGE_HEADER_BYTES) * 8);
    return;
  }
  const lower = bytes.readUInt16LE(at + 20);
  const upper = bytes.readUInt16LE(at + 22);
  add(`${name} offsets`, at + PAGE_HEADER_BYTES, lower);
  add(`${name} gap`, at + PAGE_HEADER_BYTES + lower, upper - lower);
  add(`${name} nodes`, at + PAGE_HEADER_BYTES + upper, pageBytes - PAGE_HEADER_BYTES - upper);
  for (let i = 0; i < lower / 2; i += 1) {
    const node = at + PAGE_HEADER_BYTES + bytes.readUInt16LE(at + PAGE_HEADER_BYTES + 2 * i);
    add(`${name} node-heads`, node, 8);
    add(`${name} keys`, node + 8, bytes.readUInt16LE(node + 6));
  }
}

function addBlock(add: Add, { key, page, size, head }: StoredPair, bytes: Buffer, pageBytes: number): void {
  // In the gap of a leaf there may be what was there before.
  const at = page * pageBytes;
  const isLeaf = bytes.readUInt16LE(at + 18) === LEAF;
  const found = bytes.subarray(0, at + pageBytes).indexOf(head, at + PAGE_HEADER_BYTES + (isLeaf ? bytes.readUInt16LE(at + 22) : 0));
  if (found < 0) throw new Error(`page ${page} has no value of the key ${Buffer.from(key).toString('hex')}`);
  const kind = kinds.get(key[0] as number) ?? 'other';
  for (const [name, start, length] of fields) add(`block ${name}`, found + start, length);
  add(`${kind} payload`, found + HEAD_BYTES, size - HEAD_BYTES);
}
