import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const lookEveryMs = 1_000;
const megabyte = 1_000_000;
/** Less than this more is no news. */
const newsBytes = 10 * megabyte;

/** Says how a folder grows, until the work is done; beyond what is expected it holds the same things twice. */
export async function sayGrowth<T>(folder: string, what: string, bytesExpected: number, say: (line: string) => void, work: Promise<T>): Promise<T> {
  let told = 0;
  let isUnpacking = false;
  const timer = setInterval(() => {
    const bytes = bytesIn(folder);
    if (bytes < told + newsBytes) return;
    told = bytes;
    if (bytes <= bytesExpected) say(`  ${what}: ${megabytes(bytes)} of about ${megabytes(bytesExpected)} MB`);
    else if (!isUnpacking) say(`  ${what}: unpacking`);
    isUnpacking = bytes > bytesExpected;
  }, lookEveryMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

export const megabytes = (bytes: number): number => Math.round(bytes / megabyte);

function bytesIn(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
  } catch {
    return 0; // Others write and remove there while we look.
  }
}
