import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url).pathname;
const readme = readFileSync(join(root, 'README.md'), 'utf8');

const block = (language: string): string => {
  const found = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme)?.[1];
  if (found === undefined) throw new Error(`README.md has no block of ${language}`);
  return found;
};

test('the program on the first screen of the README prints what the README says', () => {
  // Below the repository, so that 'millrace' is found as it is for a user.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'readme-'));
  try {
    writeFileSync(join(folder, 'requests.jsonl'), block('jsonl'));
    writeFileSync(join(folder, 'usage.ts'), block('ts'));
    const run = spawnSync(process.execPath, ['--conditions=source', 'usage.ts'], { cwd: folder, encoding: 'utf8', timeout: 20_000 });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe(block('text'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
