import { crc32 } from 'node:zlib';
import { errors } from '../error.ts';
import { type ReadThrough, readInChild } from '../port/read-through.ts';
import { type Finding, thrownFinding } from './finding.ts';
import { type Survey, survey } from './survey.ts';

/**
 * Everything that is wrong with a store: in its pages, in its blocks, and in what LMDB makes of it.
 *
 * The file is read without LMDB first, which damage cannot stop. Then a process of its own, started by `reader`,
 * reads all of it through LMDB, as a program would: it must come to the end, and to the same.
 */
export async function fsck(path: string, reader: readonly string[]): Promise<Survey> {
  let [count, checksum] = [0, 0];
  const found = survey(path, (key, value) => {
    checksum = crc32(value, crc32(key, checksum));
    count += 1;
  });
  if (found.pages === undefined) return found;
  const read = await readInChild(reader, path);
  const more = [...endOf(path, read), ...differenceOf(path, read, { transaction: found.pages.transaction, count, checksum })];
  return { ...found, findings: [...found.findings, ...more] };
}

function endOf(path: string, { lastKey = 'none', signal, error }: ReadThrough): readonly Finding[] {
  if (signal !== undefined) return [thrownFinding(path, errors.READER_CRASHED({ path, signal, key: lastKey }))];
  return error === undefined ? [] : [thrownFinding(path, errors.STORE_DAMAGED({ path, reason: error }))];
}

/** While a program writes, the two have read different commits, of which nothing can be said. */
function differenceOf(path: string, { end }: ReadThrough, own: NonNullable<ReadThrough['end']>): readonly Finding[] {
  if (end === undefined || end.transaction !== own.transaction || (end.count === own.count && end.checksum === own.checksum)) return [];
  const text = ({ count, checksum }: typeof own): string => `${count} values with the checksum ${checksum}`;
  return [thrownFinding(path, errors.STORE_DAMAGED({ path, reason: `LMDB reads ${text(end)}, and its pages hold ${text(own)}` }))];
}
