import { existsSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * A file beside LMDB's for each process that only reads the store, as a backup does: its row in LMDB's table of
 * readers is not that of a program. So a program that comes back while it is backed up is not refused.
 *
 * One that was killed leaves its file behind. That fools nobody: without its row the file says nothing, and a
 * program that is given the same process id takes the file away before it looks.
 */
const nameOf = (folder: string, pid: number): string => join(folder, `reader-${pid}`);
const TEXT = 'A process reads the store in this folder, and writes nothing.\n';

/**
 * The stores that this process writes. LMDB must not open one of them again here: what it closes then takes the
 * kernel's locks of the whole process with it, and others would think that nobody has the store.
 */
const written = new Set<string>();

/** Gives what says that it is over. */
export function beginWriting(folder: string): () => void {
  const real = realpathSync(folder);
  written.add(real);
  return () => void written.delete(real);
}

export const isWrittenHere = (folder: string): boolean => written.has(realpathSync(folder));

/** Where nothing can be written no program can start anyway. Gives what takes it back. */
export function announceReading(folder: string): () => void {
  try {
    writeFileSync(nameOf(folder, process.pid), TEXT);
  } catch {
    return () => undefined;
  }
  return () => forgetReading(folder);
}

export function forgetReading(folder: string): void {
  rmSync(nameOf(folder, process.pid), { force: true });
}

export const onlyReads = (folder: string, pid: number): boolean => existsSync(nameOf(folder, pid));
