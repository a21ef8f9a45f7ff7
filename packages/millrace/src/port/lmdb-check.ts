import { existsSync } from 'node:fs';
import { errors } from '../error.ts';
import { LmdbFile, type PageFlaw } from './lmdb-file.ts';
import { walkPages } from './lmdb-walk.ts';

/*
 * The look at LMDB's file before it is used. LMDB has no checksums of pages: a wrong number in one ends the
 * process with a signal, a wrong key hides what is stored, and a page that counts as free and is not is
 * overwritten by a later commit. So every page of the trees is looked at each time a store is opened, and what is
 * wrong has a name before anything is served. What values say has checksums of its own, checked when it is read.
 */

/** STORE_DAMAGED where the file does not begin as LMDB's, or where the commit it ends with is not the last one. */
export function checkBeginning(folder: string, file: string): void {
  inspected(file, (opened) => {
    if (opened.size === 0) return; // a new store; see lmdb-mark.ts
    const meta = opened.newest();
    if ('what' in meta) throw damaged(folder, file, meta);
  });
}

/** STORE_DAMAGED where a page is not as it must be. Nobody writes meanwhile. */
export function checkPages(folder: string, file: string): void {
  inspected(file, (opened) => {
    const meta = opened.newest();
    if ('what' in meta) throw damaged(folder, file, meta);
    walkPages(opened, meta, {
      flaw: (flaw) => {
        throw damaged(folder, file, flaw);
      },
    });
  });
}

function inspected(file: string, look: (opened: LmdbFile) => void): void {
  if (!existsSync(file)) return;
  const opened = new LmdbFile(file);
  try {
    look(opened);
  } finally {
    opened.close();
  }
}

/** As a sentence. */
export function flawText({ page, what, expected, actual }: PageFlaw): string {
  return `${page === undefined ? 'its' : `page ${page}: its`} ${what} is ${actual}, expected ${expected}`;
}

function damaged(path: string, file: string, flaw: PageFlaw): Error {
  // What is wrong in its first bytes says nothing to somebody who has put another file there.
  const begins = flaw.page === 0 ? ' does not begin as a store' : '';
  return errors.STORE_DAMAGED({ path, reason: `${file}${begins}: ${flawText(flaw)}` });
}
