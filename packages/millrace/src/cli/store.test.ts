import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { log, outOfOrder, pipeline } from '../index.ts';
import { makeFullStore } from '../testing/fixture-full-store.ts';
import { copyStore } from '../upkeep/copy.ts';
import { survey } from '../upkeep/survey.ts';

/* The real command, in a process of its own, over real folders. */

const main = join(import.meta.dirname, 'main.ts');
const NODE = ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', main];
let folder: string;
let store: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-store-'));
  store = join(folder, 'store');
  await makeFullStore(store, 6);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function millrace(...args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [...NODE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise<number | null>((settle, reject) => child.once('close', settle).once('error', reject))]);
  return { code, out, err };
}

/** The one line of `--json`. */
async function json(...args: readonly string[]): Promise<Readonly<Record<string, unknown>> & { readonly violations: number }> {
  const { out, err, code } = await millrace(...args, '--json');
  expect(err).toBe('');
  expect(out).toMatch(/^\{[^\n]*\}\n$/);
  const facts = JSON.parse(out) as Readonly<Record<string, unknown>> & { readonly violations: number };
  expect(code).toBe(facts.violations > 0 ? 1 : 0);
  return facts;
}

test('what is in a store is told without its program', async () => {
  const { code, out, err } = await millrace('inspect', store);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^program full: commit \d+, epoch 1, format 1\n/);
  expect(out).toContain('log     source calls: 0 to 119, 6 blocks');
  expect(out).toContain('        search index has acknowledged up to 1\n');
  expect(await json('inspect', store)).toMatchObject({ command: 'inspect', program: 'full', violations: 0, findings: [] });
});

test('a store that is whole is, and one that is not is refused with what is wrong: never an empty one', async () => {
  expect((await millrace('fsck', store)).out).toMatch(/ is whole: \d+ blocks in \d+ pages, \d+ pages are free\n$/);
  const damaged = join(folder, 'damaged');
  expect(await json('backup', store, damaged)).toMatchObject({ violations: 0 });
  const file = join(damaged, 'data.mdb');
  const bytes = readFileSync(file);
  const at = bytes.indexOf('MRB1');
  writeFileSync(file, bytes.with(at + 30, (bytes[at + 30] as number) ^ 1));
  expect(await json('fsck', damaged)).toMatchObject({ violations: 1, findings: [{ code: 'CORRUPT_BLOCK', file, what: 'checksum', key: expect.any(String), page: expect.any(Number), expected: expect.any(String), actual: expect.any(String) }] });
  const told = await millrace('fsck', damaged);
  expect(told).toMatchObject({ code: 1, out: '' });
  expect(told.err).toMatch(/^CORRUPT_BLOCK {2}.* is damaged: its checksum is 0x[0-9a-f]{8}, expected 0x[0-9a-f]{8} \(key [0-9a-f]{18}\)\n$/);
  // What is damaged is neither backed up, nor restored, nor compacted.
  expect(await json('backup', damaged, join(folder, 'of-damaged'))).toMatchObject({ violations: 1 });
  expect(await json('restore', damaged, join(folder, 'of-damaged'))).toMatchObject({ violations: 1 });
  expect(await json('compact', damaged)).toMatchObject({ violations: 1 });
  expect(existsSync(join(folder, 'of-damaged'))).toBe(false);
  expect(readdirSync(damaged).toSorted()).toEqual(['committing', 'data.mdb', 'has-data', 'lock.mdb']);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('a store is taken back to a commit, by its number or by a time; misuse is told', async () => {
  const [kept, to] = [join(folder, 'kept'), join(folder, 'kept-then')];
  const program = pipeline('kept', (app) => {
    const events = app.source('events', log<number>(), { time: (at) => at, complete: outOfOrder(0) });
    events.keyBy((at) => at % 2).count({ name: 'counts' }).to(app.callback('out', () => undefined));
  });
  await program.start({ store: kept, rewind: 3_600_000 });
  await program.append('events', [1, 2, 3]);
  await program.caughtUp('events');
  const { commit } = program.status();
  await program.append('events', [4]);
  await program.caughtUp('events');
  await program.stop();
  expect((await millrace('inspect', kept)).out).toMatch(/\nrewind {2}to commits since 20\d\d-.*: \d+ transactions, [\d,]+ bytes\n$/);
  expect(await json('fsck', kept)).toMatchObject({ violations: 0 });
  expect((await millrace('replay', kept, to, '--until', `${commit}`)).out).toMatch(new RegExp(`^${to} is ${kept} as of commit ${commit}: [\\d,]+ bytes; a program that is started on it reads on from there\nsink    out: is given its rows from \\d+ on again\n$`));
  expect(await json('inspect', to)).toMatchObject({ commit, rewind: null, logs: expect.arrayContaining([expect.objectContaining({ name: 'source events', end: 4 })]) });
  expect(await json('replay', kept, join(folder, 'kept-now'), '--until', new Date().toISOString())).toMatchObject({ violations: 0, sinks: [{ name: 'out', delivered: expect.any(Number), position: null }] });
  expect(await json('replay', kept, join(folder, 'none'), '--until', '1970-01-01T00:00Z')).toMatchObject({ violations: 1, findings: [{ code: 'NOT_KEPT' }] });
  for (const args of [[], ['--until', '0'], ['--until', 'yesterday']]) {
    const told = await millrace('replay', kept, to, ...args);
    expect([told.code, told.err]).toEqual([2, expect.stringContaining('replay needs --until with the number of a commit or a time')]);
  }
  expect((await millrace('backup', kept, join(folder, 'none'), '--until', '3')).err).toContain('backup takes no --until');
});

test('a backup is restored to where nothing is, and nothing is overwritten', async () => {
  const [backup, restored] = [join(folder, 'backup'), join(folder, 'restored')];
  expect((await millrace('backup', store, backup)).out).toMatch(/ as of commit \d+: [\d,]+ bytes\n$/);
  expect(await json('backup', store, backup)).toMatchObject({ findings: [{ code: 'NOT_EMPTY' }] });
  expect(await json('restore', backup, restored)).toMatchObject({ violations: 0 });
  expect(await json('restore', backup, restored)).toMatchObject({ findings: [{ code: 'NOT_EMPTY' }] });
  const { path: _one, size: _size, ...was } = await json('inspect', store);
  const { path: _other, size: _less, ...is } = await json('inspect', restored);
  expect(is).toEqual(was);
});

test('while a program runs its store is told, checked and backed up, and not compacted', async () => {
  const path = join(folder, 'running');
  const program = pipeline('running', (app) => {
    const rows = app.source('rows', log<{ at: number }>(), { time: (row) => row.at, complete: outOfOrder(0), maxAhead: 'any' });
    return { counts: rows.keyBy(() => 'all').count({ name: 'counts' }) };
  });
  await program.start({ store: path });
  onTestFinished(() => program.stop());
  await program.append('rows', [{ at: 1 }, { at: 2 }]);
  await program.caughtUp('rows');
  expect(await json('inspect', path)).toMatchObject({ program: 'running', violations: 0 });
  expect(await json('fsck', path)).toMatchObject({ violations: 0 });
  expect(await json('backup', path, join(folder, 'of-running'))).toMatchObject({ violations: 0 });
  expect(await json('compact', path)).toMatchObject({ findings: [{ code: 'STORE_IN_USE', message: expect.stringContaining(`process ${process.pid}`) }] });
  await program.append('rows', [{ at: 3 }]);
  await program.caughtUp('rows');
});

test.each([
  [['inspect']],
  [['fsck']],
  [['fsck', 'a', 'b']],
  [['backup', 'a']],
  [['restore', 'a', ' ']],
  [['compact', 'a', '--url', 'http://127.0.0.1:1']],
])('%o is misuse: it ends with 2', async (args) => {
  expect((await millrace(...args)).code).toBe(2);
});

test.each(['inspect', 'fsck', 'compact'])('%s of a folder that is none ends with 1, and makes none', async (command) => {
  const nowhere = join(folder, 'nowhere');
  expect(await json(command, nowhere)).toMatchObject({ findings: [{ code: 'NO_STORE' }] });
  expect(existsSync(nowhere)).toBe(false);
});

const straceMissing = process.env['CI'] !== 'true' && spawnSync('strace', ['-V']).status !== 0;
if (straceMissing) console.warn('strace is not installed: the test of compactions that are killed is skipped');

/** So that files are touched in their order, by one thread. */
const ONE_THREAD = { ...process.env, UV_THREADPOOL_SIZE: '1' };
/** What changes files. */
const CALLS = ['fsync', 'fdatasync', 'rename', 'unlink', 'rmdir', 'mkdir', 'pwrite64', 'writev', 'ftruncate'];

/** All but the epoch and the size. */
function contentsOf(path: string): unknown {
  const { findings, contents } = survey(path);
  return { findings, contents };
}

// Skipped where strace is missing; CI has it.
test.skipIf(straceMissing).each(['compact', 'restore'])('%s that is killed at any write leaves what was, or what is to be', (command) => {
  const place = join(folder, `killed-${command}`);
  const paths = command === 'compact' ? [place] : [store, place];
  const whole = contentsOf(store);
  const kills: string[] = [];
  for (const call of CALLS) {
    for (let when = 1; ; when += 1) {
      rmSync(place, { recursive: true, force: true });
      if (command === 'compact') copyStore(store, place);
      const { status } = spawnSync('strace', ['-f', '-qq', '-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${when}`, '-o', '/dev/null', process.execPath, ...NODE, command, ...paths], { env: ONE_THREAD, stdio: 'ignore' });
      if (status !== 0) kills.push(call);
      if (existsSync(place)) expect(contentsOf(place)).toEqual(whole);
      else expect([command, status]).toEqual(['restore', null]);
      if (status === 0) break;
    }
  }
  // And the last one, which nobody killed, has cleared up.
  expect(readdirSync(place).filter((name) => !['committing', 'lock.mdb'].includes(name)).toSorted()).toEqual(['data.mdb', 'has-data']);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  // Where nobody was killed before, a restore has no folder to remove.
  expect(new Set(kills)).toEqual(new Set(command === 'compact' ? CALLS : CALLS.filter((call) => call !== 'rmdir')));
}, 240_000);

// Skipped where strace is missing; CI has it.
test.skipIf(straceMissing)('a backup is durable when it appears under its name, and its name when the command ends', () => {
  const [place, trace] = [join(folder, 'durable'), join(folder, 'trace')];
  const draft = join(folder, '.durable.millrace-draft');
  const watched = ['-f', '-qq', '-y', '-e', 'trace=fsync,rename', '-o', trace];
  expect(spawnSync('strace', [...watched, process.execPath, ...NODE, 'backup', store, place], { env: ONE_THREAD, stdio: 'ignore' }).status).toBe(0);
  const steps = readFileSync(trace, 'utf8').split('\n').flatMap((call) => / fsync\(\d+<([^>]*)>\) += 0/.exec(call)?.[1] ?? / (rename)\(/.exec(call)?.[1] ?? []);
  const real = (path: string): string => join(realpathSync(folder), relative(folder, path));
  const at = steps.indexOf('rename');
  expect(steps.slice(0, at)).toEqual(expect.arrayContaining([join(draft, 'data.mdb'), join(draft, 'has-data'), draft].map(real)));
  expect(steps.slice(at + 1)).toContain(real(folder));
});
