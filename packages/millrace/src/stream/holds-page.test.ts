import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../../../', import.meta.url).pathname;
const page = readFileSync(join(root, 'docs/holds.md'), 'utf8');

const block = (language: string): string => {
  const found = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/holds.md has no block of ${language}`);
  return found;
};

test('the program of docs/holds.md prints what the page says', () => {
  // Below the repository, so that 'millrace' is found as it is for a user.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'holds-'));
  try {
    writeFileSync(join(folder, 'calls.ts'), block('ts'));
    const run = spawnSync(process.execPath, ['--conditions=millrace-source', 'calls.ts'], { cwd: folder, encoding: 'utf8', timeout: 20_000 });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe(block('text'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
