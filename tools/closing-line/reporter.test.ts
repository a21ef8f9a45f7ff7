import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';

/* Real runs of Vitest, with this repository's own configuration, over a folder of small test files. */

const root = resolve(import.meta.dirname, '../..');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'closing-line-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const passes = "import { test } from 'vitest'; test('a', () => {}); test('b', () => {});";
const fails = "import { test } from 'vitest'; test('c', () => { throw new Error('on purpose'); });";
const skips = "import { test } from 'vitest'; test('d', () => {}); test.skip('e', () => {});";
const breaks = "import './gone.ts';";
const hook = "import { beforeAll, test } from 'vitest'; beforeAll(() => { throw new Error('on purpose'); }); test('f', () => {});";

test('a run in which all pass ends with their number', async () => {
  expect(await run({ passes })).toEqual({ line: '2 passed, 0 failed', code: 0 });
});

test('a failing test fails the run', async () => {
  expect(await run({ passes, fails })).toEqual({ line: '2 passed, 1 failed', code: 1 });
});

test('a file that does not load is a failure, although none of its tests is known', async () => {
  expect(await run({ passes, breaks })).toEqual({ line: '2 passed, 1 failed', code: 1 });
});

test('a hook that throws is a failure, and the tests behind it are skipped', async () => {
  expect(await run({ hook })).toEqual({ line: '0 passed, 1 failed, 1 skipped', code: 1 });
});

test('a skipped test is reported, and fails nothing on a developer machine', async () => {
  expect(await run({ skips })).toEqual({ line: '1 passed, 0 failed, 1 skipped', code: 0 });
});

test('in CI a skipped test fails the run', async () => {
  expect(await run({ skips }, 'true')).toEqual({ line: '1 passed, 1 failed', code: 1 });
});

test('a run without tests is a failed run', async () => {
  expect(await run({})).toEqual({ line: '0 passed, 0 failed', code: 1 });
});

async function run(files: Readonly<Record<string, string>>, ci = ''): Promise<{ line: string | undefined; code: number | null }> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, `${name}.test.ts`), content);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--root', folder, '--config', join(root, 'vitest.config.ts')], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], CI: ci },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [output, code] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((settle, reject) => child.once('close', settle).once('error', reject)),
  ]);
  return { line: output.trimEnd().split('\n').at(-1), code };
}
