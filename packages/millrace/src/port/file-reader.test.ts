import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FileReader } from './file-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-file-reader-'));
const path = join(folder, 'file');

afterAll(() => rmSync(folder, { recursive: true }));

test('a file comes in chunks from a position on, each as it was until the next is taken, and then empty ones', async () => {
  writeFileSync(path, '0123456789');
  const file = await FileReader.open(path, 1, 4);
  const texts: string[] = [];
  for (;;) {
    await file.ready();
    const chunk = file.take() as Uint8Array;
    if (chunk.length === 0) break;
    await file.ready();
    texts.push(Buffer.from(chunk).toString());
  }
  expect(texts).toEqual(['1234', '5678', '9']);
  expect(file.take()?.length).toBe(0);
  await file.close();
});

test('what is being read is not there yet', async () => {
  writeFileSync(path, 'a');
  const file = await FileReader.open(path);
  expect(file.take()).toBeUndefined();
  await file.close();
});
