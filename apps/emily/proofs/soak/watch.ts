import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a process had taken of its machine at one moment. */
export type Sample = {
  /** Since the process was started, in s. */
  readonly age: number;
  /** How many requests of the trace were through. */
  readonly done: number;
  /** What of it is in memory, but for what it has mapped of files: that is the disk's, and the system takes it back at will. */
  readonly rssBytes: number;
  /** Files, sockets and pipes that it had open. */
  readonly handles: number;
  readonly diskBytes: number;
};

const KILOBYTE = 1_024;
/** What `stat` counts in, whatever the disk does. */
const STAT_BLOCK_BYTES = 512;

/** Undefined where the process is gone. */
export function sampled(pid: number, folder: string, age: number, done: number): Sample | undefined {
  try {
    const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    if (kilobytes === undefined) return undefined;
    const handles = readdirSync(`/proc/${pid}/fd`).length;
    return { age, done, rssBytes: Number(kilobytes) * KILOBYTE, handles, diskBytes: diskBytes(folder) };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function diskBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).blocks * STAT_BLOCK_BYTES;
  }
  return bytes;
}

/** How much y grows by for each x, by least squares. */
export function slope<T>(all: readonly T[], x: (one: T) => number, y: (one: T) => number): number {
  const mean = (of: (one: T) => number): number => all.reduce((sum, one) => sum + of(one), 0) / all.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [covariance, variance] = [0, 0];
  for (const one of all) {
    covariance += (x(one) - meanX) * (y(one) - meanY);
    variance += (x(one) - meanX) ** 2;
  }
  return variance === 0 ? Number.NaN : covariance / variance;
}
