import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { errors } from '../error.ts';

/*
 * The first look at LMDB's file, before LMDB does. The library ends the process with a segmentation fault
 * on a file that is not its own or was cut short; a user is owed a sentence.
 *
 *   file := meta meta page*                each of page-size bytes; the meta with the higher transaction counts
 *   meta := ⟨18⟩ flags:u16 ⟨4⟩ magic:u32 version:u32 ⟨16⟩ page-size:u32 ⟨36⟩ free-root:u64 ⟨40⟩ root:u64 ⟨8⟩ transaction:u64
 *
 * ⟨n⟩ are n bytes that do not matter here. A root is the number of a page, or all ones in an empty tree.
 * This finds a wrong beginning and a missing end, not damage in between: blocks have checksums of their own.
 */
const FLAGS_AT = 18;
const MAGIC_AT = 24;
const VERSION_AT = 28;
const PAGE_SIZE_AT = 48;
const FREE_ROOT_AT = 88;
const ROOT_AT = 136;
const TRANSACTION_AT = 152;
const META_BYTES = 160;

const META_FLAG = 0x08;
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const PAGE_BYTES_MIN = 256;
const PAGE_BYTES_MAX = 65_536;
const NO_ROOT: bigint = 2n ** 64n - 1n;

/** STORE_DAMAGED when the file cannot be LMDB's; a file that is missing or empty is a new store. */
export function checkHeader(path: string, file: string): void {
  if (!existsSync(file)) return;
  const descriptor = openSync(file, 'r');
  try {
    const size = fstatSync(descriptor).size;
    const reason = size === 0 ? undefined : whyNot(descriptor, size);
    if (reason !== undefined) throw errors.STORE_DAMAGED({ path, reason: `${file} ${reason}` });
  } finally {
    closeSync(descriptor);
  }
}

function whyNot(descriptor: number, size: number): string | undefined {
  const first = metaAt(descriptor, 0);
  if (first === undefined) return 'does not begin as a store';
  const pageBytes = first.getUint32(PAGE_SIZE_AT, true);
  if (pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX) return `has pages of ${pageBytes} bytes`;
  const second = metaAt(descriptor, pageBytes);
  if (second === undefined) return 'has lost its second beginning';
  const newest = transactionOf(second) > transactionOf(first) ? second : first;
  const pages = BigInt(Math.floor(size / pageBytes));
  for (const at of [FREE_ROOT_AT, ROOT_AT]) {
    const root = newest.getBigUint64(at, true);
    if (root !== NO_ROOT && root >= pages) return `ends after page ${pages}, before page ${root} that it refers to`;
  }
  return undefined;
}

/** The meta at this place of the file, unless something else is there. */
function metaAt(descriptor: number, place: number): DataView | undefined {
  const meta = new DataView(new ArrayBuffer(META_BYTES));
  if (readSync(descriptor, meta, 0, META_BYTES, place) < META_BYTES) return undefined;
  const isMeta = (meta.getUint16(FLAGS_AT, true) & META_FLAG) !== 0;
  const isKnown = meta.getUint32(MAGIC_AT, true) === MAGIC && meta.getUint32(VERSION_AT, true) === VERSION;
  return isMeta && isKnown ? meta : undefined;
}

function transactionOf(meta: DataView): bigint {
  return meta.getBigUint64(TRANSACTION_AT, true);
}
