import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { userId } from '../domain/names.ts';
import { FileVault } from './file-vault.ts';
import { newSealKey } from './seal.ts';
import { VaultBroken } from './vault.ts';

const [ann, ben] = [userId('usr_ann'), userId('usr_ben')];

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), 'emily-vault-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'data', 'keys.json');
}

test('keys are there after a restart, and those that were shredded are not, in the file either', async () => {
  const path = file();
  const vault = new FileVault(path);
  const [annsKey, bensKey] = [newSealKey(), newSealKey()];
  await Promise.all([vault.add(ann, annsKey), vault.add(ben, bensKey)]);
  expect(new FileVault(path).keyOf(ann)).toEqual(annsKey);
  await vault.shred(ann);
  expect(vault.keyOf(ann)).toBeUndefined();
  const again = new FileVault(path);
  expect([again.keyOf(ann), again.keyOf(ben)]).toEqual([undefined, bensKey]);
  expect(readFileSync(path, 'utf8')).not.toContain(annsKey.toString('base64'));
});

test("nobody but Emily's user reads it", async () => {
  const path = file();
  await new FileVault(path).add(ann, newSealKey());
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('what could not be written has not happened, and the next may', async () => {
  const path = file();
  const vault = new FileVault(path);
  await vault.add(ann, newSealKey());
  rmSync(join(path, '..'), { recursive: true });
  writeFileSync(join(path, '..'), 'no folder');
  await expect(vault.add(ben, newSealKey())).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(vault.keyOf(ben)).toBeUndefined();
  rmSync(join(path, '..'));
  await vault.add(ben, newSealKey());
  expect(new FileVault(path).keyOf(ann)).toEqual(vault.keyOf(ann));
});

test.each(['', '{', 'null', '{"keys":null}'])('a file that holds %j is refused, and left as it is', async (text) => {
  const path = file();
  await new FileVault(path).add(ann, newSealKey());
  writeFileSync(path, text);
  expect(() => new FileVault(path)).toThrow(VaultBroken);
  expect(readFileSync(path, 'utf8')).toBe(text);
});
