import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const src = resolve(import.meta.dirname, '../../src');

/** A read or a write of a backend, as it is spelled everywhere. */
const OPERATION = /\b(?:txn|#?backend)\.(?:get|put|delete|deleteRange|range|transact)\(/;
/** What the engine and its producers are made of; tests, simulations and the backends themselves are not. */
const FOLDERS = ['task', 'store', 'state', 'stream', 'producer'];

/** Every place in src/ where a store is read or written, as file:line. */
export function storeSites(): readonly string[] {
  return FOLDERS.flatMap((folder) => sourcesIn(join(src, folder))).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, at) => (OPERATION.test(line) && !/^\s*(?:\*|\/\/|\/\*)/.test(line) ? [`${relative(src, file)}:${at + 1}`] : [])),
  );
}

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('.test') && !/(^|\/)fixture-/.test(name))
    .map((name) => join(folder, name));
}
