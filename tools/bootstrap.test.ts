import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/*
 * The real script in a small clone, with an npm and a vite that only write down that they were called:
 * what is tested is when they run, on what, and what a person reads.
 */

let clone: string;
const lock = () => join(clone, 'package-lock.json');
const config = () => join(clone, 'apps/emily/src/console/vite.config.ts');
const page = () => join(clone, 'apps/emily/dist/console/index.html');
const source = () => join(clone, 'apps/emily/src/console/page.ts');

const recordCall = `echo "$(basename "$0") $*" >> "$CLONE/calls"`;
const installs = `#!/bin/sh
${recordCall}
mkdir -p "$CLONE/node_modules/.bin"
printf '#!/bin/sh\\necho v24.21.0\\n' > "$CLONE/node_modules/.bin/node"
printf '#!/bin/sh\\n%s\\nmkdir -p ../../dist/console; date > ../../dist/console/index.html\\n' '${recordCall}' > "$CLONE/node_modules/.bin/vite"
chmod +x "$CLONE"/node_modules/.bin/*
[ -f package-lock.json ] || echo made > package-lock.json
`;

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'bootstrap-'));
  await write(join(clone, 'tools/bootstrap.mjs'), '');
  await copyFile(join(import.meta.dirname, 'bootstrap.mjs'), join(clone, 'tools/bootstrap.mjs'));
  await write(lock(), '{}');
  await write(config(), '');
  await write(source(), '');
  await command('npm', installs);
});

afterEach(async () => {
  await rm(clone, { recursive: true, force: true });
});

test('a fresh clone gets its packages and its page, and one line about each', async () => {
  const { code, output } = await bootstrap('start');
  expect(code).toBe(0);
  expect(output).toBe(
    'bootstrap: installing packages with npm ci: about half a minute, up to two on a slow line …\n' +
      "bootstrap: building the console's page: a few seconds …\n",
  );
  expect(await calls()).toEqual(['npm ci --include=dev --no-audit --no-fund --loglevel=error', 'vite build --logLevel warn']);
});

test('a second start does nothing and says nothing', async () => {
  await bootstrap('start');
  expect(await bootstrap('start')).toEqual({ code: 0, output: '' });
  expect(await calls()).toHaveLength(2);
});

test('another lock file means another installation', async () => {
  await bootstrap('bench');
  await write(lock(), '{ "changed": true }');
  await bootstrap('bench');
  expect(await calls()).toHaveLength(2);
});

describe('after an npm install by hand', () => {
  const [kept, other] = [{ version: '1.0.0', integrity: 'sha512-a' }, { version: '2.0.0', integrity: 'sha512-b' }];
  const lockOf = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });
  const byHand = async (wanted: object, there: object) => {
    await write(lock(), lockOf({ '': { name: 'all' }, ...wanted }));
    await command('npm', installs);
    await write(join(clone, 'node_modules/.bin/node'), '#!/bin/sh\necho v24.21.0\n');
    await chmod(join(clone, 'node_modules/.bin/node'), 0o755);
    await write(join(clone, 'node_modules/.package-lock.json'), lockOf(there));
  };

  test('there is nothing to install; what is for other machines only may be missing', async () => {
    const workspace = { version: '0.1.0' };
    await byHand({ 'node_modules/a': kept, 'node_modules/mac': { ...other, optional: true }, 'packages/x': { ...workspace, bin: { x: 'x.js' } } }, { 'node_modules/a': kept, 'packages/x': workspace });
    expect(await bootstrap('bench')).toEqual({ code: 0, output: '' });
    expect(await bootstrap('bench')).toEqual({ code: 0, output: '' });
    await expect(calls()).rejects.toThrow('ENOENT');
  });

  test.each([
    ['a package is missing', { a: kept, b: other }, { a: kept }],
    ['a package has another version', { a: kept }, { a: other }],
    ['a package is there that nobody asked for', { a: kept }, { a: kept, b: other }],
  ])('%s: npm is run', async (_what, wanted, there) => {
    await byHand(wanted, there);
    expect((await bootstrap('bench')).output).toContain('installing packages');
    expect(await calls()).toHaveLength(1);
  });

  test('without install scripts our Node is missing, and the way out is named', async () => {
    await byHand({ a: kept }, { a: kept });
    await rm(join(clone, 'node_modules/.bin/node'));
    expect((await bootstrap('bench')).output).toContain('got nothing that runs');
  });
});

test('without a lock file npm makes one, and the next start relies on it', async () => {
  await rm(lock());
  await bootstrap('bench');
  await bootstrap('bench');
  expect(await calls()).toEqual(['npm install --include=dev --no-audit --no-fund --loglevel=error']);
});

test('the page is built again when a source is newer than it, and not otherwise', async () => {
  await bootstrap('test');
  const built = new Date(2100, 0, 1);
  await utimes(page(), built, built);
  await bootstrap('test');
  expect(await calls()).toHaveLength(2);
  const later = new Date(2100, 0, 2);
  await utimes(source(), later, later);
  await bootstrap('test');
  expect((await calls()).slice(2)).toEqual(['vite build --logLevel warn']);
});

test('benchmarks need no page', async () => {
  await rm(config());
  expect((await bootstrap('bench')).code).toBe(0);
});

test('a page that cannot be built names the file that is missing', async () => {
  await rm(config());
  const { code, output } = await bootstrap('start');
  expect(code).toBe(1);
  expect(output).toContain(`cannot build the console's page: ${config()} is missing`);
});

test("a failing npm shows its own words, and isn't taken for an installation", async () => {
  await command('npm', '#!/bin/sh\necho "npm error ENETUNREACH the registry is far away" >&2\nexit 7\n');
  const { code, output } = await bootstrap('start');
  expect(code).toBe(1);
  expect(output).toContain('npm error ENETUNREACH the registry is far away');
  expect(output).toContain('ended with code 7');
  await command('npm', installs);
  expect((await bootstrap('start')).code).toBe(0);
});

test('an npm that ran no install scripts left us without our Node: the way out is named', async () => {
  await command('npm', '#!/bin/sh\nmkdir -p node_modules/.bin\n');
  const { code, output } = await bootstrap('start');
  expect(code).toBe(1);
  expect(output).toContain('expected node_modules/.bin/node to be Node 22.22 or later, got nothing that runs');
  expect(output).toContain('ignore-scripts');
});

test('npm runs on the Node of the machine, not on the one it replaces', async () => {
  await write(join(clone, 'node_modules/.bin/npm'), '#!/bin/sh\necho "the wrong npm"\nexit 9\n');
  await chmod(join(clone, 'node_modules/.bin/npm'), 0o755);
  expect((await bootstrap('bench', [join(clone, 'node_modules/.bin')])).code).toBe(0);
});

test('a word it does not know is refused with those it knows', async () => {
  expect(await bootstrap('everything')).toEqual({
    code: 1,
    output: 'bootstrap: expected one of start, test, bench, check, build, properties, proofs, got "everything"\n',
  });
});

async function bootstrap(purpose: string, front: readonly string[] = []): Promise<{ code: number | null; output: string }> {
  const path = [...front, join(clone, 'bin'), '/usr/bin', '/bin'].join(delimiter);
  const child = spawn(process.execPath, [join(clone, 'tools/bootstrap.mjs'), purpose], {
    env: { PATH: path, CLONE: clone },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [output, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((settle, reject) => child.once('close', settle).once('error', reject)),
  ]);
  return { code, output };
}

async function calls(): Promise<readonly string[]> {
  return (await readFile(join(clone, 'calls'), 'utf8')).trim().split('\n');
}

async function command(name: string, script: string): Promise<void> {
  await write(join(clone, 'bin', name), script);
  await chmod(join(clone, 'bin', name), 0o755);
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
