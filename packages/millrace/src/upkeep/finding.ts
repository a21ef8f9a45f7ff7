import { MillraceError, errors } from '../error.ts';
import type { PageFlaw } from '../port/lmdb-file.ts';

/** Something in a store that is not as it must be. */
export interface Finding {
  /** The code of the error that a program would meet. */
  readonly code: string;
  /** The file it is in. */
  readonly file: string;
  /** Where in the file: the page, or the key in hexadecimal, or both. */
  readonly page?: number;
  readonly key?: string;
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  /** All that as a sentence. */
  readonly message: string;
}

/** Where a block lies. */
export interface BlockPlace {
  readonly page: number;
  readonly key: Uint8Array;
}

export function pageFinding(file: string, flaw: PageFlaw): Finding {
  const { page, what, expected, actual } = flaw;
  const where = page === undefined ? file : `page ${page} of ${file}`;
  return { ...ofDamage(file, { where, what, expected, actual }, 'STORE_DAMAGED'), ...(page !== undefined && { page }) };
}

/** Something that a block, or the lack of one, has wrong. */
export function blockFinding(file: string, damage: Damage, place?: BlockPlace): Finding {
  return { ...ofDamage(file, damage, 'CORRUPT_BLOCK'), ...(place !== undefined && { page: place.page, key: hexOf(place.key) }) };
}

/** What reading threw. */
export function thrownFinding(file: string, error: unknown, place?: BlockPlace): Finding {
  const at = place === undefined ? {} : { page: place.page, key: hexOf(place.key) };
  if (!(error instanceof MillraceError)) return { code: 'CORRUPT_BLOCK', file, ...at, what: 'content', expected: 'what this version of Millrace reads', actual: String(error), message: `${file}: ${String(error)}` };
  const { what = 'content', expected = 'a store that can be read', actual, found, reason } = error.data as { what?: string; expected?: string; actual?: string; found?: unknown; reason?: string };
  return { code: error.code, file, ...at, what, expected, actual: String(actual ?? found ?? reason ?? error.message), message: error.message };
}

export interface Damage {
  readonly where: string;
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

function ofDamage(file: string, damage: Damage, code: string): Finding {
  return { code, file, what: damage.what, expected: damage.expected, actual: damage.actual, message: errors.CORRUPT_BLOCK(damage).message };
}

export const hexOf = (key: Uint8Array): string => Buffer.from(key).toString('hex');
