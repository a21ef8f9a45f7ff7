import { BRANCH, HEADER_BYTES, LEAF, type LmdbFile, type LmdbMeta, type LmdbTree, NO_ROOT, OVERFLOW, PAGES_OF_METAS, type PageFlaw, hex, u64 } from './lmdb-file.ts';
import { FreePages } from './lmdb-free-pages.ts';
import { HEAD_BYTES, VALUE_MAGIC, isMisplaced } from './place.ts';

/*
 * The trees in LMDB's file, page by page.
 *
 *   page   := header offset:u16* ⟨free⟩ node*         offsets and `lower`, `upper` count from behind the header
 *   node   := low:u16 high:u16 flags:u16 keyLength:u16 key data
 *   data   := value | overflow                         in a branch there is none: low, high and flags are a page
 *   overflow := page:u64 transaction:u64 pages:u64     the value lies behind the header of that page
 *
 * Each page is reached once, from one place; says its own number; is full of nodes from `upper` to its end
 * without gap or overlap; and its keys ascend between those its parent has for it. The counts of each tree
 * are those its meta says. What a value says is the business of its own checksum.
 */
const NODE_BYTES = 8;
const OVERFLOW_BYTES = 24;
const BIG_DATA = 0x01;
/** A tree of more levels than this is damaged: LMDB's cursors have no more. */
const DEPTH_MAX = 32;

/** A value where it lies. */
export interface StoredPair {
  readonly key: Uint8Array;
  readonly size: number;
  /** The page with the value. */
  readonly page: number;
  /** Its first bytes. */
  readonly head: Uint8Array;
  value(): Uint8Array;
}

export interface Walk {
  readonly flaw: (flaw: PageFlaw) => void;
  readonly pair?: (pair: StoredPair) => void;
  /** Each page that is in use, before what is in it. */
  readonly page?: (page: WalkedPage) => void;
}

export interface WalkedPage {
  readonly number: number;
  /** How many pages, this one being the first. */
  readonly count: number;
  readonly kind: 'branch' | 'leaf' | 'overflow';
  /** Of the tree that lists free pages. */
  readonly isOfFreePages: boolean;
}

export interface WalkCounts {
  readonly pages: number;
  readonly freePages: number;
  readonly pageBytes: number;
}

/** Walks everything that one meta refers to; says what it finds to `walk`, and goes on where that is possible. */
export function walkPages(file: LmdbFile, meta: LmdbMeta, walk: Walk): WalkCounts {
  return new Walker(file, meta, walk).run();
}

type Bounds = { readonly low: Uint8Array | undefined; readonly high: Uint8Array | undefined };
type Counted = { branches: number; leaves: number; overflows: number; entries: number };

class Walker {
  readonly #file: LmdbFile;
  readonly #meta: LmdbMeta;
  readonly #walk: Walk;
  readonly #filePages: number;
  readonly #used: Uint8Array;
  readonly #free: FreePages;
  #counted: Counted = { branches: 0, leaves: 0, overflows: 0, entries: 0 };
  #inFree = false;
  #pages: number = PAGES_OF_METAS;

  constructor(file: LmdbFile, meta: LmdbMeta, walk: Walk) {
    this.#file = file;
    this.#meta = meta;
    this.#walk = walk;
    this.#filePages = Math.floor(file.size / meta.pageBytes);
    this.#used = new Uint8Array(this.#filePages);
    this.#free = new FreePages(this.#used, meta.lastPage, (page, what, expected, actual) => this.#flaw(page, what, expected, actual));
  }

  run(): WalkCounts {
    const meta = this.#meta;
    this.#tree('data', meta.main, false);
    this.#tree('free pages', meta.free, true);
    this.#free.check(this.#filePages);
    return { pages: this.#pages, freePages: this.#free.count, pageBytes: meta.pageBytes };
  }

  #tree(name: string, tree: LmdbTree, isFree: boolean): void {
    this.#inFree = isFree;
    this.#counted = { branches: 0, leaves: 0, overflows: 0, entries: 0 };
    const isEmpty = tree.root === NO_ROOT;
    if (isEmpty ? tree.depth !== 0 : tree.depth < 1 || tree.depth > DEPTH_MAX) return this.#flaw(undefined, `depth of the tree of ${name}`, isEmpty ? 0 : `1 to ${DEPTH_MAX}`, tree.depth);
    if (!isEmpty) this.#page(tree.root, tree.depth, { low: undefined, high: undefined }, undefined);
    for (const [what, expected] of Object.entries(this.#counted)) {
      const actual = tree[what as keyof Counted];
      if (actual !== expected) this.#flaw(undefined, `${what} of the tree of ${name}`, expected, actual);
    }
  }

  /** `level` 1: a leaf. */
  #page(number: number, level: number, bounds: Bounds, parent: number | undefined): void {
    if (!this.#claim(number, 1, parent)) return;
    const bytes = new Uint8Array(this.#meta.pageBytes);
    this.#file.read(bytes, number * this.#meta.pageBytes);
    const view = new DataView(bytes.buffer);
    const kind = level === 1 ? LEAF : BRANCH;
    if (!this.#header(view, number, kind)) return;
    if (level === 1) this.#counted.leaves += 1;
    else this.#counted.branches += 1;
    this.#walk.page?.({ number, count: 1, kind: level === 1 ? 'leaf' : 'branch', isOfFreePages: this.#inFree });
    const nodes = this.#nodes(view, number, level === 1);
    if (nodes === undefined) return;
    const keys = nodes.map((at) => bytes.subarray(at + NODE_BYTES, at + NODE_BYTES + view.getUint16(at + 6, true)));
    if (!this.#ordered(keys, number, level, bounds)) return;
    nodes.forEach((at, i) => {
      if (level === 1) return this.#leafNode(view, at, keys[i] as Uint8Array, number);
      const child = view.getUint32(at, true) + view.getUint16(at + 4, true) * 2 ** 32;
      this.#page(child, level - 1, { low: i === 0 ? bounds.low : keys[i], high: keys[i + 1] ?? bounds.high }, number);
    });
  }

  #header(view: DataView, number: number, kind: number): boolean {
    const said = u64(view, 0);
    if (said !== number) return this.#wrong(number, 'number', number, said);
    const transaction = u64(view, 8);
    if (transaction > this.#meta.transaction) return this.#wrong(number, 'transaction', `at most ${this.#meta.transaction}`, transaction);
    const flags = view.getUint16(18, true);
    if (flags !== kind) return this.#wrong(number, 'flags', hex(kind), hex(flags));
    return true;
  }

  /** Where each node begins, in the order of the keys. */
  #nodes(view: DataView, number: number, isLeaf: boolean): readonly number[] | undefined {
    const room = this.#meta.pageBytes - HEADER_BYTES;
    const lower = view.getUint16(20, true);
    const upper = view.getUint16(22, true);
    const least = isLeaf || this.#inFree ? 1 : 2;
    if (lower % 2 !== 0 || upper % 2 !== 0 || lower < 2 * least || lower > upper || upper > room) {
      this.#flaw(number, 'bounds', `even, from ${2 * least} to ${room}, ascending`, `${lower} and ${upper}`);
      return undefined;
    }
    const offsets = Array.from({ length: lower / 2 }, (_, i) => view.getUint16(HEADER_BYTES + 2 * i, true));
    let end = upper;
    for (const offset of offsets.toSorted((a, b) => a - b)) {
      if (offset !== end || offset + NODE_BYTES > room) {
        this.#flaw(number, 'place of a node', end, offset);
        return undefined;
      }
      end = offset + this.#nodeBytes(view, offset + HEADER_BYTES, isLeaf);
    }
    if (end !== room) {
      this.#flaw(number, 'end of its nodes', room, end);
      return undefined;
    }
    return offsets.map((offset) => offset + HEADER_BYTES);
  }

  #nodeBytes(view: DataView, at: number, isLeaf: boolean): number {
    const head = NODE_BYTES + view.getUint16(at + 6, true);
    const big = (view.getUint16(at + 4, true) & BIG_DATA) !== 0;
    const data = !isLeaf ? 0 : big ? OVERFLOW_BYTES : sizeOf(view, at);
    return head + data + ((head + data) % 2);
  }

  #ordered(keys: readonly Uint8Array[], number: number, level: number, { low, high }: Bounds): boolean {
    const compare = this.#inFree ? compareNumbers : compareBytes;
    // The first key of a branch is not looked at by anyone.
    for (let i = level === 1 ? 0 : 1; i < keys.length; i += 1) {
      const key = keys[i] as Uint8Array;
      const before = i > (level === 1 ? 0 : 1) ? keys[i - 1] : undefined;
      if (this.#inFree && key.length !== 8) return this.#wrong(number, 'length of a key', 8, key.length);
      if (key.length === 0) return this.#wrong(number, 'length of a key', 'at least 1', 0);
      if (before !== undefined && compare(before, key) >= 0) return this.#wrong(number, 'key', `more than ${text(before)}`, text(key));
      if (low !== undefined && compare(low, key) > 0) return this.#wrong(number, 'key', `at least ${text(low)}`, text(key));
      if (high !== undefined && compare(high, key) <= 0) return this.#wrong(number, 'key', `less than ${text(high)}`, text(key));
    }
    return true;
  }

  #leafNode(view: DataView, at: number, key: Uint8Array, number: number): void {
    this.#counted.entries += 1;
    const { pageBytes } = this.#meta;
    const flags = view.getUint16(at + 4, true);
    const size = sizeOf(view, at);
    const dataAt = at + NODE_BYTES + key.length;
    const fits = NODE_BYTES + key.length + size <= nodeBytesMax(pageBytes);
    const isBig = flags === BIG_DATA;
    // A value that gets shorter in the transaction that has put it keeps its pages.
    if ((flags & ~BIG_DATA) !== 0 || (!isBig && !fits)) return this.#flaw(number, 'flags of a node', hex(fits ? 0 : BIG_DATA), hex(flags));
    // Nobody asks for it, and it says no place: of millions of small ones nothing is made.
    if (!isBig && this.#walk.pair === undefined && !this.#inFree && (size < HEAD_BYTES || view.getUint32(dataAt, true) !== VALUE_MAGIC)) return;
    if (!isBig) return this.#take({ key, size, page: number, head: new Uint8Array(view.buffer, dataAt, Math.min(size, HEAD_BYTES)), value: () => new Uint8Array(view.buffer, dataAt, size).slice() });
    const page = u64(view, dataAt);
    const pages = u64(view, dataAt + 16);
    const least = Math.ceil((HEADER_BYTES + size) / pageBytes);
    if (pages < least || pages > this.#filePages) return this.#flaw(number, 'pages of a value', `at least ${least}`, pages);
    if (!this.#claim(page, pages, number)) return;
    this.#counted.overflows += pages;
    const header = new Uint8Array(HEADER_BYTES + HEAD_BYTES);
    this.#file.read(header, page * pageBytes);
    const headerView = new DataView(header.buffer);
    if (!this.#header(headerView, page, OVERFLOW)) return;
    const said = headerView.getUint32(20, true);
    if (said !== pages) return this.#flaw(page, 'pages', pages, said);
    this.#walk.page?.({ number: page, count: pages, kind: 'overflow', isOfFreePages: this.#inFree });
    this.#take({
      key,
      size,
      page,
      head: header.subarray(HEADER_BYTES),
      value: () => {
        const bytes = new Uint8Array(size);
        this.#file.read(bytes, page * pageBytes + HEADER_BYTES);
        return bytes;
      },
    });
  }

  #take(pair: StoredPair): void {
    if (this.#inFree) return this.#free.record(pair, this.#meta.transaction);
    if (isMisplaced(pair.key, pair.head)) this.#flaw(pair.page, 'key of a value', 'the one that it was stored under', text(pair.key));
    this.#walk.pair?.(pair);
  }

  /** Whether these pages are in the file, and nobody else's. */
  #claim(first: number, count: number, parent: number | undefined): boolean {
    const end = first + count;
    if (first < PAGES_OF_METAS || end > this.#meta.lastPage + 1) return this.#wrong(parent, 'page that it refers to', `${PAGES_OF_METAS} to ${this.#meta.lastPage}`, count === 1 ? first : `${first} to ${end - 1}`);
    if (end > this.#filePages) return this.#wrong(parent, 'page that it refers to', `one of the ${this.#filePages} that the file has`, end - 1);
    for (let page = first; page < end; page += 1) {
      if (this.#used[page] !== 0) return this.#wrong(page, 'use', 'once', 'twice');
      this.#used[page] = 1;
    }
    this.#pages += count;
    return true;
  }

  #wrong(page: number | undefined, what: string, expected: string | number, actual: string | number): false {
    this.#flaw(page, what, expected, actual);
    return false;
  }

  #flaw(page: number | undefined, what: string, expected: string | number, actual: string | number): void {
    this.#walk.flaw({ page, what, expected: String(expected), actual: String(actual) });
  }
}

/** What is longer lies in pages of its own. */
const nodeBytesMax = (pageBytes: number): number => (((pageBytes - HEADER_BYTES) / 2) & -2) - 2;

const sizeOf = (view: DataView, at: number): number => view.getUint16(at, true) + view.getUint16(at + 2, true) * 2 ** 16;

/** Keys are short: that is faster than asking for it. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const compareNumbers = (a: Uint8Array, b: Uint8Array): number => numberOf(a) - numberOf(b);

const numberOf = (key: Uint8Array): number => u64(new DataView(key.buffer, key.byteOffset, key.byteLength), 0);

const text = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('hex');
