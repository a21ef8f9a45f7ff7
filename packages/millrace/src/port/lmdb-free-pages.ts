import { u64 } from './lmdb-file.ts';

/*
 * The pages that LMDB says are free: it writes to them without asking again.
 *
 *   record := count:u64 entry{count}                  its key is the transaction that freed them
 *   entry  := 0 | page:u64 | -length:i64 page:u64     nothing, a page, or so many from that one on
 *
 * A page that is free and in use would be overwritten by some later commit, so it is damage of today. One
 * that is neither is space that is lost, and nothing else: LMDB leaves some behind by itself.
 */
const USED = 1;
const FREE = 2;

export class FreePages {
  /** How many there are. */
  count = 0;
  readonly #pages: Uint8Array;
  readonly #lastPage: number;
  readonly #flaw: (page: number | undefined, what: string, expected: string | number, actual: string | number) => void;
  /** Behind the end of the file: LMDB may have freed pages that it never wrote. */
  #beyond = 0;
  readonly #claims: [first: number, count: number, page: number][] = [];

  /** `pages`: which ones are in use, by number. */
  constructor(pages: Uint8Array, lastPage: number, flaw: (page: number | undefined, what: string, expected: string | number, actual: string | number) => void) {
    this.#pages = pages;
    this.#lastPage = lastPage;
    this.#flaw = flaw;
  }

  record({ key, size, page, value }: { readonly key: Uint8Array; readonly size: number; readonly page: number; value(): Uint8Array }, transactionMax: number): void {
    const transaction = u64(new DataView(key.buffer, key.byteOffset, key.byteLength), 0);
    if (transaction < 1 || transaction > transactionMax) this.#flaw(page, 'transaction of free pages', `1 to ${transactionMax}`, transaction);
    const bytes = value();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const room = Math.floor(size / 8) - 1;
    const entries = size < 8 ? 0 : u64(view, 0);
    if (size % 8 !== 0 || entries > room) return this.#flaw(page, 'number of free pages', `at most ${room}`, entries);
    for (let i = 1; i <= entries; i += 1) {
      const entry = Number(view.getBigInt64(8 * i, true));
      if (entry === 0) continue;
      if (entry > 0) this.#claims.push([entry, 1, page]);
      else if (i < entries) this.#claims.push([u64(view, 8 * (i += 1)), -entry, page]);
      else this.#flaw(page, 'last entry of free pages', 'a page', entry);
    }
  }

  /** Once every page in use is known. */
  check(filePages: number): void {
    for (const [first, count, page] of this.#claims) {
      if (first === 0) continue;
      if (first < 2 || first + count - 1 > this.#lastPage) {
        this.#flaw(page, 'free page', `2 to ${this.#lastPage}`, first + count - 1);
        continue;
      }
      for (let one = first; one < first + count; one += 1) this.#take(one, filePages);
    }
    const missing = this.#lastPage + 1 - filePages - this.#beyond;
    if (missing > 0) this.#flaw(undefined, 'pages', this.#lastPage + 1 - this.#beyond, filePages);
  }

  #take(page: number, filePages: number): void {
    this.count += 1;
    if (page >= filePages) {
      this.#beyond += 1;
      return;
    }
    if (this.#pages[page] === USED) this.#flaw(page, 'use', 'free or in use', 'both');
    if (this.#pages[page] === FREE) this.#flaw(page, 'use', 'free once', 'free twice');
    this.#pages[page] = FREE;
  }
}
