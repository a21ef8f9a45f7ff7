import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const bench = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, ['--conditions=millrace-source', fileURLToPath(new URL('./main.ts', import.meta.url)), ...args], { encoding: 'utf8' });

test('gen makes its events in a process of its own and prints one line', () => {
  const { status, stdout } = bench('gen', '--events', '1000', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ query: 'gen', events: 1_000, rows: 1_000, cpuSeconds: expect.any(Number) });
  expect(status).toBe(0);
});

test.each([['--help'], ['-h'], ['q0', '--help'], ['state', '--help']])('asked for help with %s %s it prints how to ask', (...args) => {
  const { status, stdout, stderr } = bench(...args);
  expect(stdout).toMatch(/^usage: npm run bench -- QUERY --events N/);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('an unknown query ends with code 2, the reason and the usage', () => {
  const { status, stderr } = bench('q9', '--events', '1000');
  expect(stderr).toMatch(/^bench: expected one of gen, q0, .*, came "q9"\nusage: npm run bench -- QUERY/);
  expect(status).toBe(2);
});
