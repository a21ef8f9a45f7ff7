import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunCommand } from './run-command.ts';

export type Fetching = {
  /** Everything is kept below it. */
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly run: RunCommand;
  readonly signal: AbortSignal;
};

/** A folder beside where the result is put, which is gone when the work is done: what was begun and not finished is never taken for whole. */
export async function besides<T>(folder: string, work: (half: string) => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const half = mkdtempSync(join(folder, 'half-'));
  try {
    return await work(half);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}
