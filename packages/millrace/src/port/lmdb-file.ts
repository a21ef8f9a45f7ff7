import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasFailed } from './lmdb-mark.ts';

/*
 * LMDB's file, read without LMDB: the library trusts what it maps into memory, and ends the process with a
 * signal where that is damaged. What is read here is compared with what it must be before it is believed.
 *
 *   file   := meta meta page*                       each of page-size bytes
 *   meta   := ⟨18⟩ flags:u16 ⟨4⟩ magic:u32 version:u32 ⟨8⟩ map-size:u64 tree(free) tree(main) last-page:u64 transaction:u64 ⟨8⟩
 *   tree   := pad:u32 flags:u16 depth:u16 branches:u64 leaves:u64 overflows:u64 entries:u64 root:u64
 *   header := page:u64 transaction:u64 ⟨2⟩ flags:u16 (lower:u16 upper:u16 | pages:u32)
 *
 * ⟨n⟩ are n bytes that do not matter here; the pad of the tree of free pages is the page size. A root is the
 * number of a page, or all ones in an empty tree. The meta with the higher transaction counts: it is at the
 * page that is the transaction's last bit, and the other one is of the transaction before.
 */
export const HEADER_BYTES = 24;
export const PAGES_OF_METAS = 2;
/** All ones. */
export const NO_ROOT: number = 2 ** 64;
export const BRANCH = 0x01;
export const LEAF = 0x02;
export const OVERFLOW = 0x04;
const META = 0x08;

const FLAGS_AT = 18;
const MAGIC_AT = 24;
const VERSION_AT = 28;
const MAP_BYTES_AT = 40;
const FREE_AT = 48;
const MAIN_AT = 96;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const META_BYTES = 160;

const MAGIC = 0xbeefc0de;
const VERSION = 2;
const PAGE_BYTES_MIN = 256;
const PAGE_BYTES_MAX = 65_536;
/** More than any store takes, and less than LMDB fails to map: 64 TiB. */
const MAP_BYTES_MAX: number = 2 ** 46;
/** Of the tree of free pages: its keys are integers. */
const FREE_FLAGS = 0x08;
/** How often the beginnings are read while somebody writes them. */
const TRIES_MAX = 10;

/** What is otherwise than it must be. */
export interface PageFlaw {
  /** The page it was found in; undefined: it concerns the file. */
  readonly page: number | undefined;
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

export interface LmdbTree {
  readonly flags: number;
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  readonly overflows: number;
  readonly entries: number;
  readonly root: number;
}

/** One of the two beginnings of the file. */
export interface LmdbMeta {
  readonly pageBytes: number;
  readonly free: LmdbTree;
  readonly main: LmdbTree;
  readonly lastPage: number;
  readonly transaction: number;
}

/** A file open for reading. */
export class LmdbFile {
  readonly path: string;
  readonly #descriptor: number;

  constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, 'r');
  }

  /** In bytes, now. */
  get size(): number {
    return fstatSync(this.#descriptor).size;
  }

  /** Fills `bytes` from a position on; says how many there were. */
  read(bytes: Uint8Array, position: number): number {
    for (let done = 0; ; ) {
      const count = done === bytes.length ? 0 : readSync(this.#descriptor, bytes, done, bytes.length - done, position + done);
      done += count;
      if (count === 0) return done;
    }
  }

  /** The meta that counts, or why there is none. While somebody writes, what is read in between is read again. */
  newest(): LmdbMeta | PageFlaw {
    for (let left = TRIES_MAX; ; left -= 1) {
      const found = this.#newest();
      if (left === 0 || !('what' in found)) return found;
    }
  }

  #newest(): LmdbMeta | PageFlaw {
    const first = this.#meta(0, undefined);
    if ('what' in first) return first;
    const second = this.#meta(1, first.pageBytes);
    if ('what' in second) return second;
    const newest = second.transaction > first.transaction ? second : first;
    return orderFlaw(first, second) ?? this.#rootFlaw(0, first, newest) ?? this.#rootFlaw(1, second, newest) ?? newest;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Every commit writes the root anew, so a meta that is not of its root's transaction is damaged: LMDB would fall back to the other one, and lose a commit. */
  #rootFlaw(page: 0 | 1, { main, pageBytes, transaction }: LmdbMeta, newest: LmdbMeta): PageFlaw | undefined {
    if (main.root === NO_ROOT) return undefined;
    const header = new Uint8Array(HEADER_BYTES);
    const count = this.read(header, main.root * pageBytes);
    if (count < HEADER_BYTES) return { page, what: 'root', expected: `one of ${Math.floor(this.size / pageBytes)} pages`, actual: String(main.root) };
    const actual = u64(new DataView(header.buffer), 8);
    // What a commit that failed at its very end leaves.
    const isOfFailed = transaction === newest.transaction - 1 && actual === newest.transaction + 1 && hasFailed(dirname(this.path));
    return actual === transaction || isOfFailed ? undefined : { page, what: 'transaction', expected: `${actual}, that of its root`, actual: String(transaction) };
  }

  #meta(page: 0 | 1, pageBytes: number | undefined): LmdbMeta | PageFlaw {
    const bytes = new Uint8Array(META_BYTES);
    const count = this.read(bytes, page * (pageBytes ?? 0));
    if (count < META_BYTES) return { page, what: 'size in bytes', expected: `at least ${META_BYTES}`, actual: String(count) };
    const view = new DataView(bytes.buffer);
    const flaw = (what: string, expected: number, actual: number): PageFlaw => ({ page, what, expected: hex(expected), actual: hex(actual) });
    const flags = view.getUint16(FLAGS_AT, true);
    if (flags !== META) return flaw('flags', META, flags);
    if (u64(view, 0) !== page) return { page, what: 'number', expected: String(page), actual: String(u64(view, 0)) };
    const magic = view.getUint32(MAGIC_AT, true);
    if (magic !== MAGIC) return flaw('magic', MAGIC, magic);
    const version = view.getUint32(VERSION_AT, true);
    if (version !== VERSION) return flaw('version', VERSION, version);
    const size = view.getUint32(FREE_AT, true);
    const isSize = pageBytes === undefined ? size >= PAGE_BYTES_MIN && size <= PAGE_BYTES_MAX && (size & (size - 1)) === 0 : size === pageBytes;
    if (!isSize) return { page, what: 'page size', expected: String(pageBytes ?? `a power of two from ${PAGE_BYTES_MIN} to ${PAGE_BYTES_MAX}`), actual: String(size) };
    for (const [what, taken] of [['map size', u64(view, MAP_BYTES_AT)], ['last page', u64(view, LAST_PAGE_AT) * size]] as const) {
      if (taken > MAP_BYTES_MAX) return { page, what, expected: `at most ${MAP_BYTES_MAX} bytes`, actual: `${taken} bytes` };
    }
    const free = treeAt(view, FREE_AT);
    const main = treeAt(view, MAIN_AT);
    if (free.flags !== FREE_FLAGS) return flaw('flags of the free pages', FREE_FLAGS, free.flags);
    if (main.flags !== 0) return flaw('flags of the data', 0, main.flags);
    return { pageBytes: size, free, main, lastPage: u64(view, LAST_PAGE_AT), transaction: u64(view, TRANSACTION_AT) };
  }
}

/** Of two metas the newer one is one transaction ahead, and stands where its transaction says. */
function orderFlaw(first: LmdbMeta, second: LmdbMeta): PageFlaw | undefined {
  const isNew = (meta: LmdbMeta): boolean => meta.transaction === 0 && meta.main.root === NO_ROOT;
  const isInPlace = (isNew(first) || first.transaction % 2 === 0) && (isNew(second) || second.transaction % 2 === 1);
  if (isInPlace && (Math.abs(first.transaction - second.transaction) === 1 || isNew(first) || isNew(second))) return undefined;
  return { page: undefined, what: 'transactions in its two beginnings', expected: 'an even one and the odd one before or after it', actual: `${first.transaction} and ${second.transaction}` };
}

function treeAt(view: DataView, at: number): LmdbTree {
  return {
    flags: view.getUint16(at + 4, true),
    depth: view.getUint16(at + 6, true),
    branches: u64(view, at + 8),
    leaves: u64(view, at + 16),
    overflows: u64(view, at + 24),
    entries: u64(view, at + 32),
    root: u64(view, at + 40),
  };
}

/** Exact up to 2^53, and more than any number of pages beyond that. */
export function u64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

export function hex(number: number): string {
  return `0x${number.toString(16)}`;
}
