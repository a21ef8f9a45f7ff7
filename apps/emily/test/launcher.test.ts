import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { childrenOf, gone, startProcess } from './process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/* As npm starts it: a shell in between, which a signal ends and which passes none on. */

const TIMEOUT_MS = 120_000;
const shell = ['/bin/sh', '-c', '"$@"; exit $?', 'sh'];
const byNpm = { npm_lifecycle_event: 'start' };

test('started by npm, Emily ends in good order when what started it is gone, and its data can be opened', { timeout: TIMEOUT_MS }, async () => {
  const data = await temporaryFolder();
  const emily = startProcess(['--data', data, '--no-demand'], { under: shell, env: byNpm });
  await emily.demoKey();
  const { pid, launcher } = emily;
  const running = [pid, ...childrenOf(pid)];
  expect(launcher).not.toBe(pid);
  expect(running).toHaveLength(6);
  process.kill(launcher, 'SIGTERM');
  expect((await emily.end()).stderr).toContain('stopping: open calls may end');
  await gone(running);
  const again = startProcess(['--data', data, '--no-demand']);
  await again.demoKey();
  again.signal('SIGTERM');
  expect((await again.end()).code).toBe(0);
});

test('a replay that is left alone like that says why it stops', { timeout: TIMEOUT_MS }, async () => {
  const trace = `${await temporaryFolder()}/trace.csv`;
  await writeFile(trace, 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00.0000000,3,5\n2023-11-16 19:00:00.0000000,3,5\n');
  const emily = startProcess(['--data', await temporaryFolder(), '--replay', trace, '--speed', '1'], { under: shell, env: byNpm });
  await emily.said(/replaying 2 requests/);
  process.kill(emily.launcher, 'SIGTERM');
  expect((await emily.end()).stderr).toContain('stopped because the process that started Emily has ended; the same command goes on from here');
});
