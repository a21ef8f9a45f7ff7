import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProcess } from './process.ts';
import { temporaryFolder } from './temporary-folder.ts';

const TIMEOUT_MS = 120_000;

test('a replay that is started again after its end says that it was complete, and claims no rate', { timeout: TIMEOUT_MS }, async () => {
  const data = await temporaryFolder();
  const trace = join(data, 'trace.csv');
  await writeFile(trace, 'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:00:00.0000000,3,5\n2023-11-16 18:00:01.0000000,4,6\n');
  const args = ['--data', data, '--replay', trace, '--exit'];
  const first = await runProcess(args);
  expect(first.stdout).toMatch(/requests +2\n.*\n.*\nseconds .*\nrequests\/s /);
  expect(first.stderr).not.toContain('complete already');
  const again = await runProcess(args);
  expect(again.code).toBe(0);
  expect(again.stderr).toContain(`this replay of ${trace} was complete already: these are its figures`);
  const rowsOf = (stdout: string) => stdout.trim().split('\n').map((row) => row.split(/ {2,}/));
  expect(rowsOf(again.stdout)).toEqual(rowsOf(first.stdout).filter(([name]) => name !== 'seconds' && name !== 'requests/s'));
});
