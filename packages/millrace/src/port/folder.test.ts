import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from './folder.ts';
import { lmdbBackend } from './lmdb-backend.ts';

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('the folder is there, with those above it; the topmost that was made is told', () => {
  const root = temporary();
  expect(makeFolder(join(root, 'a', 'b', 'c'))).toBe(join(root, 'a'));
  expect(existsSync(join(root, 'a', 'b', 'c'))).toBe(true);
  expect(makeFolder(join(root, 'a', 'b', 'd'))).toBe(join(root, 'a', 'b', 'd'));
  expect(makeFolder(join(root, 'a'))).toBeUndefined();
});

test('a file in its place, or above it, is told', () => {
  const root = temporary();
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file'))).toThrow('EEXIST');
  expect(() => makeFolder(join(root, 'file', 'below'))).toThrow('EEXIST');
});

// Only Linux has such a place.
test.runIf(existsSync('/proc/self'))('where no folder can be made that is said at once', () => {
  expect(() => makeFolder('/proc/no-such-folder/store')).toThrow('ENOENT');
  expect(() => lmdbBackend('/proc/no-such-folder')).toThrow(expect.objectContaining({ code: 'STORE_NOT_WRITABLE' }));
  const root = temporary();
  mkdirSync(join(root, 'a'));
  expect(makeFolder(join(root, 'a'))).toBeUndefined();
});
