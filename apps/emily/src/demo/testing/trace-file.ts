import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Writes a trace file that is removed when the test is over. */
export async function traceFile(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'emily-trace-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'trace');
  await writeFile(file, content);
  return file;
}

/** The path of a real trace, which lies beside the repository and is never part of it. */
export function realTrace(path: string, skip: (reason: string) => never): string {
  const file = fileURLToPath(new URL(`../../../../../../shared/data/${path}`, import.meta.url));
  if (existsSync(file)) return file;
  const reason = `no real trace at ../shared/data/${path}`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  // The reporter names skipped tests without their reasons.
  process.stderr.write(`skipped: ${reason}\n`);
  return skip(reason);
}
