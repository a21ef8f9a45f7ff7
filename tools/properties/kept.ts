import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { type PropertyRecord, type Subject, doneFiles, emptyRecord, parseRecord, recordText, recordedOf, withFile } from './record.ts';
import type { Property } from './tally.ts';

/** A record in its file. */
export interface Kept {
  readonly subject: Subject;
  /** Files that need not be tried again. */
  readonly done: readonly string[];
  add(file: string, properties: readonly Property[]): void;
}

/** Goes on with the record in a file where it is of the same commit, Node, runs and seed; else it begins anew. */
export function kept(path: string, root: string, { runs, seed }: { readonly runs: number; readonly seed: number | undefined }, draw: () => number): Kept {
  const asked = { commit: commitOf(root, relative(root, path)), node: process.versions.node, runsAsked: runs };
  const former = parseRecord(existsSync(path) ? readFileSync(path, 'utf8') : undefined, { ...asked, seed });
  let record: PropertyRecord = former ?? emptyRecord({ ...asked, seed: seed ?? draw() });
  return {
    subject: record,
    done: doneFiles(record),
    add: (file, properties) => {
      record = withFile(record, recordedOf(file, properties, new Date()));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, recordText(record));
      renameSync(`${path}.new`, path);
    },
  };
}

/** What is checked out; with a `+` where something is changed but the record itself. */
function commitOf(root: string, record: string): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', `:!${record}`);
  return `${git('rev-parse', 'HEAD')}${changed === '' ? '' : '+'}`;
}
