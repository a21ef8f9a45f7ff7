import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const CACHE = join(import.meta.dirname, '../../../../node_modules/.cache/python');

/** Python and its `venv`, on this machine. */
export const hasPython = (): boolean => spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;

/** A Python that has what the tests need, installed where it is not there yet. */
export function python(): string {
  const id = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const place = join(CACHE, id);
  if (!existsSync(place)) {
    const draft = `${place}-${process.pid}`;
    mkdirSync(CACHE, { recursive: true });
    execFileSync('python3', ['-m', 'venv', draft]);
    execFileSync(join(draft, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS]);
    // Whole, or not there. Where another test has been faster, its own stays.
    try {
      renameSync(draft, place);
    } catch {
      rmSync(draft, { recursive: true });
    }
  }
  return join(place, 'bin/python');
}
