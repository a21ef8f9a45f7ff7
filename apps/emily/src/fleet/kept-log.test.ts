import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { KeptLog } from './kept-log.ts';

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), 'emily-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'logs', 'a.log');
}

const write = (log: KeptLog, text: string): void => log.write(Buffer.from(text));

test('it goes on behind what is there, and only its owner may read it', () => {
  const path = file();
  for (const text of ['one\n', 'two\n']) {
    const log = new KeptLog(path);
    write(log, text);
    log.close();
    write(log, 'too late\n');
  }
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a full one is put aside, and the one before it is gone', () => {
  const path = file();
  const log = new KeptLog(path, 8);
  for (const text of ['1234', '5678', 'abc', '9', 'longer than all of it', 'z']) write(log, text);
  log.close();
  expect([readFileSync(path, 'utf8'), readFileSync(`${path}.1`, 'utf8')]).toEqual(['z', 'longer than all of it']);
});

test('its end is the last twenty lines, of at most 4 KB', () => {
  const log = new KeptLog(file());
  write(log, Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join(''));
  expect(log.tail().split('\n')).toEqual(Array.from({ length: 20 }, (_, i) => `line ${i + 10}`));
  write(log, 'x'.repeat(10_000));
  expect(log.tail()).toBe('x'.repeat(4_096));
  log.close();
});
