import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simulateRandomPrograms } from './random-programs.ts';

/** Not those of anybody's long run. */
const SEED = 20_261_123;
const RUNS = 200;
/** The oldest that the packages run on. */
const OTHER_NODE = 22;

test(`${RUNS} random programs come to what they mean, whatever goes wrong`, async () => {
  const { violations, runs, faults } = await simulateRandomPrograms(SEED, RUNS, () => {});
  expect(violations).toEqual([]);
  expect(runs).toBe(RUNS);
  expect(Object.entries(faults).filter(([, times]) => times === 0)).toEqual([]);
}, 120_000);

test('the same seed is the same run, to the last step', async () => {
  const [one, again, other] = [await simulateRandomPrograms(7, 10, () => {}), await simulateRandomPrograms(7, 10, () => {}), await simulateRandomPrograms(8, 10, () => {})];
  expect(again).toEqual(one);
  expect(other.hash).not.toBe(one.hash);
});

/** Runs a command on the other version of Node, which npm fetches where it is not there yet. */
function onOtherNode(...argv: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync('npm', ['exec', '--yes', `--package=node@${OTHER_NODE}`, '--', 'node', ...argv], { encoding: 'utf8', cwd: import.meta.dirname });
}

test(`and on Node ${OTHER_NODE}`, async ({ skip }) => {
  const { status, stderr } = onOtherNode('--version');
  // Where packages cannot be fetched there is no other Node; CI can.
  if (status !== 0 && process.env.CI !== 'true') skip(`npm has no Node ${OTHER_NODE}: ${stderr}`);
  const here = await simulateRandomPrograms(11, 40, () => {});
  const there = onOtherNode('--conditions=millrace-source', '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), '--runs', '40', '--seed', '11', '--json');
  expect(there).toMatchObject({ status: 0, signal: null });
  expect(JSON.parse(there.stdout)).toMatchObject({ hash: here.hash, lives: here.lives, violations: 0 });
}, 300_000);
