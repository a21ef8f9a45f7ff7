import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const bench = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, ['--conditions=millrace-source', fileURLToPath(new URL('../main.ts', import.meta.url)), 'gateway', ...args], { encoding: 'utf8' });

// CPU time and memory of another process are read from /proc, which only Linux has.
test.skipIf(process.platform !== 'linux')('every call of every kind is answered and metered, and has its figures', { timeout: 120_000 }, () => {
  const { status, stdout, stderr } = bench('--seconds', '1', '--repeat', '1', '--connections', '4', '--streams', '5', '--stream-seconds', '5', '--json');
  // What Emily says of her replicas is passed on; of the bench itself there is nothing to say.
  expect(stderr).not.toMatch(/^bench:/m);
  const figures = JSON.parse(stdout) as { readonly metered: { readonly calls: number; readonly tokens: number } };
  expect(figures).toMatchObject({
    connections: 4,
    saturated: { emily: { cpuMsPerCall: expect.any(Number) }, 'pass-through': { cpuMsPerCall: expect.any(Number) } },
    addedMs: { p50: expect.any(Number), p99: expect.any(Number) },
    streamed: { streams: 5, tokens: 100, cores: expect.any(Number), megabytes: expect.any(Number) },
  });
  expect(figures.metered.tokens).toBe((figures.metered.calls - 5) * 20 + 5 * 100);
  expect(status).toBe(0);
});

test.each([['--minutes', '2', /of at least 3/], ['--stream-seconds', '4', /of at least 5/], ['--streams', 'many', /a whole number/]])('%s %s is refused', (option, value, reason) => {
  const { status, stderr } = bench(option, value);
  expect(stderr).toMatch(reason);
  expect(status).toBe(2);
});
