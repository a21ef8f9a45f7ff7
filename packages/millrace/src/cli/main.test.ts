import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { type HeldProgram, heldProgram } from '../testing/fixture-held.ts';

/* The real command, in a process of its own, against a program that is held. */

let served: HeldProgram | undefined;

afterEach(async () => served?.end());

async function held(resolve: boolean): Promise<string> {
  served = await heldProgram({ scope: 'partition', times: [1, 25, 2, 3], resolve });
  return served.url;
}

async function millrace(...args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise<number | null>((settle, reject) => child.once('close', settle).once('error', reject))]);
  return { code, out, err };
}

test('holds are listed, decided on, and gone; what is decided is in the log', async () => {
  const url = await held(true);
  const listed = await millrace('holds', '--url', url);
  expect(listed).toMatchObject({ code: 0, err: '' });
  expect(listed.out).toContain('1  late-to-final  partition events 0');
  expect(listed.out).toContain('choices: discard, accept, wait');
  expect(await millrace('resolve', '1', '--choice', 'accept', '--by', 'Ada', '--reason', 'it is ours', '--url', url)).toEqual({ code: 0, out: 'hold 1 is resolved: accept\n', err: '' });
  while (served?.program.holds()[0]?.id !== 2) await served?.program.committed();
  const json = await millrace('holds', '--json', '--url', url);
  expect(JSON.parse(json.out)).toMatchObject([{ id: 2, reason: 'late-to-final', evidence: { time: 3, before: 2 } }]);
  expect([...(served?.program.decisions() ?? [])].map(({ decision }) => decision)).toMatchObject([{ kind: 'resolved', hold: 1, choice: 'accept', by: 'Ada', reason: 'it is ours' }]);
});

test('what is missing is listed', async () => {
  expect(await millrace('missing', '--url', await held(false))).toEqual({ code: 0, out: 'nothing is missing\n', err: '' });
});

test('a program that takes no decisions says so, and one that is not there', async () => {
  const url = await held(false);
  const decision = ['resolve', '1', '--choice', 'accept', '--by', 'Ada', '--reason', 'it is ours'];
  const refused = await millrace(...decision, '--url', url);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('This server only answers questions');
  await served?.server.close();
  const gone = await millrace(...decision, '--url', url);
  expect(gone).toMatchObject({ code: 1, out: '' });
  expect(gone.err).toContain('There is no answer from');
});

test('a refusal of the program is told, and ends with 1', async () => {
  const url = await held(true);
  const unknown = await millrace('resolve', '9', '--choice', 'accept', '--by', 'Ada', '--reason', 'x', '--url', url);
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('There is no such hold')]);
  const other = await millrace('resolve', '1', '--choice', 'retry', '--by', 'Ada', '--reason', 'x', '--url', url);
  expect([other.code, other.err]).toEqual([1, expect.stringContaining('expected one of discard, accept, wait')]);
});

test.each([
  [[]],
  [['hold']],
  [['holds', 'more']],
  [['holds', '--url', 'nowhere']],
  [['holds', '--colour']],
  [['resolve']],
  [['resolve', 'one', '--choice', 'x', '--by', 'x', '--reason', 'x']],
  [['resolve', '1', '--choice', 'x', '--by', 'x']],
  [['resolve', '1', '--choice', 'x', '--by', ' ', '--reason', 'x']],
])('%o is misuse: it ends with 2', async (args) => {
  expect((await millrace(...args)).code).toBe(2);
});
