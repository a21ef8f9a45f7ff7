import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CALLS } from './trace.ts';

const NODE = ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning'];
const COMMITS = '30';
const OUTPUT_BYTES_MAX = 10_000_000;
/** More than a write of LMDB has. */
const STRING_BYTES_MAX = '10000000';

const straceMissing = process.env['CI'] !== 'true' && spawnSync('strace', ['-V']).status !== 0;

// Skipped where strace is missing; CI has it.
test.skipIf(straceMissing).each(['1', '2'])('whatever LMDB has left on a disk that lost its power, the store opens as of what was acknowledged, or of the commit that was under way (seed %s)', (seed) => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-writes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const trace = join(folder, 'trace');
  const noted = ['-f', '-qq', '-y', '-xx', '-s', STRING_BYTES_MAX, '-e', `trace=${CALLS}`, '-o', trace];
  const writer = [...NODE, join(import.meta.dirname, 'writer.ts'), join(folder, 'store'), seed, COMMITS];
  const written = spawnSync('strace', [...noted, process.execPath, ...writer], { encoding: 'utf8', env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
  expect({ status: written.status, stderr: written.stderr }).toEqual({ status: 0, stderr: '' });
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...NODE, join(import.meta.dirname, 'reopen.ts'), trace, folder, seed], { encoding: 'utf8', maxBuffer: OUTPUT_BYTES_MAX });
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  const { counts, problems } = JSON.parse(stdout) as { counts: Record<string, number>; problems: string[] };
  expect(problems).toEqual([]);
  for (const kind of ['prefix', 'lost', 'reordered', 'torn']) expect([kind, (counts[kind] ?? 0) > 100]).toEqual([kind, true]);
}, 300_000);
