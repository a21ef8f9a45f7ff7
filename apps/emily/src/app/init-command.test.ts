import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from './config/read-config.ts';
import { initCommand } from './init-command.ts';
import { operatorKeyOf } from './operator-key.ts';

type Said = { readonly code: number; readonly out: string; readonly err: string };

function said(...args: readonly string[]): Said {
  let [out, err] = ['', ''];
  const code = initCommand(['init', ...args], { out: (text) => (out += text), err: (text) => (err += text) });
  return { code, out, err };
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'emily-init-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test('what it writes is a configuration that Emily reads, and a key that only this user reads', () => {
  const to = join(folder(), 'new');
  expect(said(to, '--model', 'qwen-3-32b', '--address', 'http://10.0.0.7:8000', 'http://10.0.0.8:8000')).toMatchObject({ code: 0, err: '' });
  const file = readConfig(join(to, 'emily.config.json'));
  expect(file.config.models).toMatchObject([{ id: 'qwen-3-32b', driver: 'external', addresses: ['http://10.0.0.7:8000', 'http://10.0.0.8:8000'] }]);
  expect(operatorKeyOf(file, {})?.text).toBe(readFileSync(join(to, 'operator.key'), 'utf8').trim());
  expect(statSync(join(to, 'operator.key')).mode & 0o777).toBe(0o600);
});

test('without an address the model is simulated, and it says so', () => {
  const to = folder();
  expect(said(to).out).toContain('my-model, simulated: name your servers in it');
  expect(readConfig(join(to, 'emily.config.json')).config.models).toMatchObject([{ id: 'my-model', driver: 'simulated' }]);
});

test.each(['emily.config.json', 'operator.key'])('where %s is there already nothing is written', (name) => {
  const to = folder();
  writeFileSync(join(to, name), 'mine');
  expect(said(to)).toMatchObject({ code: 1, out: '', err: `error: ${join(to, name)} is there already, and nothing is overwritten. Take it away, or name another folder.\n` });
  expect(readdirSync(to)).toEqual([name]);
});

test.each([
  [['--address', '10.0.0.7'], 1, 'error: addresses.0: expected scheme, host and port alone'],
  [['--model', 'a b'], 1, 'error: id: expected 1 to 128 letters'],
  [['--colour', 'red'], 2, "error: unknown option '--colour'"],
])('%j is refused before anything is written', (args, code, says) => {
  const to = folder();
  expect(said(to, ...args)).toMatchObject({ code, err: expect.stringContaining(says) });
  expect(readdirSync(to)).toEqual([]);
});

test('a folder that cannot be is named', () => {
  const to = folder();
  writeFileSync(join(to, 'file'), '');
  expect(said(join(to, 'file'))).toMatchObject({ code: 1, err: expect.stringMatching(/^error: cannot write into .*file: E\w+.*Name a folder that this user may write/) });
});

test('a key that is none is told by its place, and not repeated', () => {
  const to = folder();
  said(to);
  const key = readFileSync(join(to, 'operator.key'), 'utf8').trim();
  for (const text of [key.slice(0, -1), `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`, 'secret']) {
    writeFileSync(join(to, 'operator.key'), text);
    expect(() => operatorKeyOf(readConfig(join(to, 'emily.config.json')), {})).toThrow(/^operatorKey: what is there is no key of Emily: it has not its form, or not its check sum$/);
  }
});
