import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { open } from 'lmdb';
import { LmdbFile } from './lmdb-file.ts';
import { whileOpening } from './lmdb-gate.ts';

/*
 * Reading a whole store through LMDB, as a program does, in a process that may not survive it.
 *
 *   line := "key" hex | "end" transaction count checksum | "error" text        what that process prints
 */
const STANDARD_OUTPUT = 1;

/** What reading a store through LMDB came to. */
export interface ReadThrough {
  /** The last key that could be read, in hexadecimal; undefined: none. */
  readonly lastKey: string | undefined;
  /** How the process ended, where it did not end by itself. */
  readonly signal: string | undefined;
  /** What LMDB said. */
  readonly error: string | undefined;
  /** Of which transaction, how many pairs, and the CRC-32 of all keys and values; undefined: it did not come to the end. */
  readonly end: { readonly transaction: number; readonly count: number; readonly checksum: number } | undefined;
}

/** In the process of its own. */
export function readThrough(path: string): void {
  const folder = resolve(path);
  try {
    const [database, snapshot] = whileOpening(folder, () => {
      const opened = open<Uint8Array, Uint8Array>({ path: folder, readOnly: true, noSubdir: false, encoding: 'binary', keyEncoding: 'binary' });
      return [opened, opened.useReadTransaction()] as const;
    });
    const file = new LmdbFile(join(folder, 'data.mdb'));
    const meta = file.newest();
    file.close();
    let [count, checksum] = [0, 0];
    for (const { key, value } of database.getRange({ start: Uint8Array.of(0) })) {
      checksum = crc32(value, crc32(key, checksum));
      count += 1;
      say(`key ${Buffer.from(key).toString('hex')}`);
    }
    snapshot.done();
    say(`end ${'what' in meta ? -1 : meta.transaction} ${count} ${checksum}`);
    void database.close();
  } catch (error) {
    say(`error ${(error as Error).message}`);
  }
}

function say(line: string): void {
  writeSync(STANDARD_OUTPUT, `${line}\n`);
}

/** Starts that process; `command` is what Node is given before the path. */
export async function readInChild(command: readonly string[], path: string): Promise<ReadThrough> {
  // What LMDB says to standard error is about itself.
  const child = spawn(process.execPath, [...process.execArgv, ...command, path], { stdio: ['ignore', 'pipe', 'ignore'] });
  let lastKey: string | undefined;
  let error: string | undefined;
  let end: ReadThrough['end'];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const [what, first = '', second, third] = line.split(' ');
    if (what === 'key') lastKey = first;
    else if (what === 'end') end = { transaction: Number(first), count: Number(second), checksum: Number(third) };
    else if (what === 'error') error = line.slice('error '.length);
  });
  const [[code, signal]] = (await Promise.all([once(child, 'exit'), once(lines, 'close')])) as [[number | null, string | null], unknown];
  const abnormal = code === 0 ? undefined : `exit code ${code}`;
  return { lastKey, signal: signal ?? abnormal, error, end };
}
