import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faketime } from '../../../packages/millrace/proofs/process/clock-steps.ts';
import { atRow } from './kill-points.ts';
import { childrenOf, gone, runProcess, startProcess } from './process.ts';
import { azureRows, totalsOf } from './recount.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * Starts that can't be: each ends by itself, with exit code 1 and a sentence that says what was
 * expected, what is there and what to do. What is stopped on the way leaves nothing running.
 */

const TIMEOUT_MS = 120_000;

async function failure(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProcess(args);
  expect({ code, stdout }, `said ${stderr}`).toEqual({ code: 1, stdout: '' });
  // Sentences for people, not where in the code it happened.
  expect(stderr).not.toMatch(/^\s+at /m);
  return stderr;
}

test('a data folder that cannot be', { timeout: TIMEOUT_MS }, async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  const said = await failure(['--data', join(folder, 'file'), '--no-demand']);
  expect(said).toContain(`error: the store in ${join(folder, 'file', 'emily')} cannot be written: EEXIST: file already exists, mkdir '${join(folder, 'file')}'`);
  expect(said).toContain('Give the process a folder it may create and write');
});

test('a file of something else where the store is to be', { timeout: TIMEOUT_MS }, async () => {
  const data = await temporaryFolder();
  const emily = startProcess(['--data', data, '--no-demand']);
  await emily.demoKey();
  emily.signal('SIGTERM');
  await emily.end();
  await writeFile(join(data, 'emily', 'data.mdb'), 'x'.repeat(10_000));
  expect(await failure(['--data', data, '--no-demand'])).toContain('does not begin as a store');
});

test('a data folder in which another Emily works, and a port where it listens', { timeout: TIMEOUT_MS }, async () => {
  const data = await temporaryFolder();
  const first = startProcess(['--data', data, '--no-demand']);
  const { port } = await first.link();
  expect(await failure(['--data', data, '--no-demand'])).toContain(`is in use by process ${first.pid}`);
  const taken = await failure(['--data', await temporaryFolder(), '--no-demand', '--port', port]);
  // The first it says: no replica was started in vain.
  expect(taken).toMatch(new RegExp(`^error: port ${port} is taken[.]`));
  expect(taken).toContain('--port 0 for any free one');
  expect(first.running).toBe(true);
});

test('a folder whose months follow another calendar', { timeout: TIMEOUT_MS }, async () => {
  const data = await temporaryFolder();
  const emily = startProcess(['--data', data, '--no-demand']);
  await emily.demoKey();
  emily.signal('SIGTERM');
  await emily.end();
  expect(await failure(['--data', data, '--no-demand', '--zone', 'Asia/Tokyo'])).toMatch(/calendar month Europe\/Berlin .* and is .*calendar month Asia\/Tokyo/);
});

test.each([
  [['--port', '65536'], 'expected a port from 0 to 65535'],
  [['--data', ''], 'expected the path of a folder, got an empty text'],
  [['--host', ''], 'expected an address to listen on, got an empty text'],
  [['--speed', '0'], "expected a number above 0, or 'max'"],
  [['--stream', '1.1'], 'expected a share from 0 to 1'],
  [['--zone', 'Europe/Nowhere'], 'is not an IANA time zone'],
  [['--via', 'bus'], 'Allowed choices are gateway, ingest'],
  [['--replay'], 'argument missing'],
])('%j', { timeout: TIMEOUT_MS }, async (args, said) => {
  expect(await failure(['--data', await temporaryFolder(), ...args])).toContain(said);
});

const head = 'TIMESTAMP,ContextTokens,GeneratedTokens\n';
const row = (time: string): string => `2023-11-16 ${time}.6805900,3,4\n`;

test.each([
  ['an empty file', '', 'is no trace of a known format: expected Azure LLM 2023 CSV'],
  ['another format', 'request,tokens\n1,2\n', 'its first line is request,tokens'],
  ['a line of another format', `${head}${row('18:15:46')}yesterday,3,4\n`, 'line 3: expected a time like 2023-11-16 18:15:46.6805900, found yesterday,3,4'],
  ['a line without its counts', `${head}${row('18:15:46')}2023-11-16 18:15:47.6805900,3\n`, 'line 3: expected'],
])('a replay of %s is refused before anything is stored', { timeout: TIMEOUT_MS }, async (_what, content, said) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'trace'), content);
  expect(await failure(['--data', join(folder, 'data'), '--replay', join(folder, 'trace'), '--json', '--exit'])).toContain(said);
  expect(await readdir(folder)).toEqual(['trace']);
});

test('a replay of a file that is not there, or of a folder', { timeout: TIMEOUT_MS }, async () => {
  const folder = await temporaryFolder();
  expect(await failure(['--data', join(folder, 'data'), '--replay', join(folder, 'missing')])).toContain(`the trace ${join(folder, 'missing')} cannot be read: ENOENT`);
  expect(await failure(['--data', join(folder, 'data'), '--replay', folder])).toContain('cannot be read: EISDIR');
});

test('a replay that goes back in time too far stops there and ends; once the file is cured it goes on', { timeout: TIMEOUT_MS }, async () => {
  const folder = await temporaryFolder();
  const trace = join(folder, 'trace');
  await writeFile(trace, head + row('18:15:46') + row('19:15:46') + row('18:15:46'));
  const command = ['--data', join(folder, 'data'), '--replay', trace, '--json', '--exit'];
  expect(await failure(command)).toContain('row 2 of the trace is 3600000 ms earlier than a row before it');
  await writeFile(trace, head + row('18:15:46') + row('19:15:46'));
  await appendFile(trace, row('19:15:47'));
  expect(JSON.parse((await runProcess(command)).stdout)).toMatchObject({ requests: 3, inputTokens: 9, outputTokens: 12 });
});

test('a replay that is stopped half-way ends with its replicas; the same command goes on from there', { timeout: 300_000 }, async () => {
  const folder = await temporaryFolder();
  const trace = join(folder, 'trace');
  const rows = 3_000;
  const time = (index: number): string => new Date(Date.UTC(2023, 10, 16, 18, 15) + index * 100).toISOString().slice(11, 23);
  await writeFile(trace, head + Array.from({ length: rows }, (_, index) => `2023-11-16 ${time(index)}0000,3,4\n`).join(''));
  const command = ['--data', join(folder, 'data'), '--replay', trace, '--json', '--exit'];
  for (const [signal, point] of [['SIGINT', 500], ['SIGTERM', 1_500]] as const) {
    const emily = startProcess(command);
    await atRow(point).reached(emily);
    const replicas = childrenOf(emily.pid);
    expect(replicas.length).toBeGreaterThan(0);
    emily.signal(signal);
    const { code, stdout, stderr } = await emily.end();
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain(`stopped by ${signal}; the same command goes on from here`);
    await gone(replicas);
  }
  const { stdout } = await runProcess(command);
  expect(JSON.parse(stdout)).toEqual({ ...totalsOf(azureRows(trace)), seconds: expect.any(Number) });
});

// A machine without faketime cannot be told another time.
test.skipIf(faketime() === undefined)('a clock of another age, which would close every month', { timeout: TIMEOUT_MS }, async () => {
  const data = await temporaryFolder();
  const emily = startProcess(['--data', data, '--no-demand']);
  await emily.demoKey();
  emily.signal('SIGTERM');
  await emily.end();
  const env = { LD_PRELOAD: faketime() as string, FAKETIME: '+20000d', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  const { code, stderr } = await startProcess(['--data', data, '--no-demand'], { env }).end();
  expect(code).toBe(1);
  expect(stderr).toMatch(/error: the clock says 20\d\d-.* 20000 days after what was metered last/);
  expect(stderr).toContain('start once with --clock-is-right');
  const right = startProcess(['--data', data, '--no-demand', '--clock-is-right'], { env });
  await right.demoKey();
});
