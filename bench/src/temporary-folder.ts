import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Lends a new folder below `parent` to `use`, and removes it whatever happens. */
export async function withTemporaryFolder<T>(parent: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(parent, 'millrace-bench-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
