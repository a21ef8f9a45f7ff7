import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../..');

/** Writes what a long run came to, with the commit and the Node it ran on; the path counts from the root of the repository. */
export function writeRecord(path: string, what: object): void {
  const file = resolve(root, path);
  const text = `${JSON.stringify({ commit: commitOf(relative(root, file)), node: process.versions.node, date: new Date().toISOString(), ...what }, null, 2)}\n`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** What is checked out; with a `+` where something is changed but the record itself. */
function commitOf(record: string): string {
  const others = record.startsWith('..') ? [] : [`:!${record}`];
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ...others);
  return `${git('rev-parse', 'HEAD')}${changed === '' ? '' : '+'}`;
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}
