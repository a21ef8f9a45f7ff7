import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientOf, usageEvent } from './client.ts';
import { startProcess } from './process.ts';
import { straceRecord, tooEarly } from './strace-record.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * kill -9 cannot show a missing sync, because what was written survives in the kernel's cache. So the
 * kernel's own record is read: no acknowledgement leaves before the commit that it promises.
 *
 * The requests come one after the other, so a commit between a request and its answer is that of the
 * request, or the program's own, of which there are at most four a second: those can't make up for
 * hundreds that are missing.
 */

const WHOLE_CALLS = 100;
const STREAMED_CALLS = 50;
const EVENTS = 150;

const traced = ['openat', 'read', 'readv', 'recvfrom', 'recvmsg', 'write', 'writev', 'sendto', 'sendmsg', 'pwrite64', 'pwritev', 'fdatasync', 'fsync', 'msync'];

/** Why strace can't be used here; where CI=true that is a failure. */
function straceAbsent(): string | undefined {
  const { status, error, stderr } = spawnSync('strace', ['-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (status === 0) return undefined;
  const reason = `strace does not run here: ${error?.message ?? stderr.trim()}; install it (apt-get install strace)`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  return reason;
}

test('no acknowledgement leaves before the sync of what it acknowledges', { timeout: 300_000 }, async ({ skip }) => {
  const absent = straceAbsent();
  if (absent !== undefined) return skip(absent);
  const folder = await temporaryFolder();
  const file = join(folder, 'strace');
  const under = ['strace', '-f', '-ttt', '-s', '400', '-e', `trace=${traced.join(',')}`, '-o', file];
  const emily = startProcess(['--data', join(folder, 'data'), '--no-demand'], { under });
  const client = clientOf((await emily.link()).origin, await emily.demoKey());
  for (let i = 0; i < WHOLE_CALLS + STREAMED_CALLS; i++) {
    const response = await client.chat({ stream: i % 3 === 0 });
    expect(response.status).toBe(200);
    await response.text();
  }
  for (let i = 0; i < EVENTS; i++) expect(await (await client.post('/v1/events', usageEvent(`event-${i}`, new Date()))).json()).toEqual({ accepted: 1 });
  emily.signal('SIGTERM');
  expect((await emily.end()).code).toBe(0);

  const record = straceRecord(await readFile(file, 'utf8'));
  expect(record.served).toHaveLength(WHOLE_CALLS + STREAMED_CALLS + EVENTS);
  expect(tooEarly(record)).toEqual([]);

  // The rule would have found it: without the commit that came before an answer, that answer is too early.
  for (const one of [record.served[0]!, record.served.at(-1)!]) {
    const commits = record.commits.filter(({ begin, end }) => begin < one.readAt || end > one.answerEnds);
    const found = tooEarly({ ...record, commits });
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((problem) => problem.startsWith(`${one.what} at line ${one.readAt}`))).toBe(true);
  }
});
