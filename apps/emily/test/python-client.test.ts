import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { UsageWindow } from '../src/app/usage-query.ts';
import { clientOf } from './client.ts';
import { startProcess } from './process.ts';
import { hasPython, python } from './python/python.ts';

const isMissing = process.env['CI'] !== 'true' && !hasPython();
if (isMissing) console.warn('python3 with venv is not installed: the test of the stock client for Python is skipped');

const PROMPT_TOKENS = 6;
const TIMEOUT_MS = 180_000;

// Skipped where Python is missing; CI has it.
test.skipIf(isMissing)('openai for Python: a whole answer, chunks, its helper for streams, a completion, an embedding, and a refusal', { timeout: TIMEOUT_MS }, async () => {
  const data = await mkdtemp(join(tmpdir(), 'emily-'));
  const emily = startProcess(['--data', data, '--no-demand'], { shared: true });
  try {
    const [{ origin }, key] = [await emily.link(), await emily.demoKey()];
    const env = { ...process.env, EMILY: origin, EMILY_KEY: key };
    const { stdout } = await promisify(execFile)(python(), [join(import.meta.dirname, 'python/stock-client.py')], { env });
    const printed = JSON.parse(stdout) as { readonly helper: readonly [text: string, input: number, output: number] };
    const helped = printed.helper[0].split(' ').length;
    expect(printed).toEqual({
      models: expect.arrayContaining(['phi-4']),
      whole: [expect.stringMatching(/^\S+( \S+){11}$/), PROMPT_TOKENS, 12],
      chunks: [expect.stringMatching(/^\S+( \S+){13}$/), PROMPT_TOKENS, 14],
      helper: [expect.any(String), PROMPT_TOKENS, helped],
      completed: [2, PROMPT_TOKENS, 10],
      embedded: [8, PROMPT_TOKENS],
      refused: [404, 'model_not_found', true],
    });
    const used = async (): Promise<unknown> => {
      const { data: rows } = await clientOf(origin, key).get<{ data: UsageWindow[] }>('/v1/usage?group=user');
      return rows.filter(({ user }) => user === 'python').map(({ requests, inputTokens, outputTokens }) => [requests, inputTokens, outputTokens]);
    };
    await expect.poll(used, { timeout: 20_000 }).toEqual([[5, 5 * PROMPT_TOKENS, 12 + 14 + helped + 10]]);
  } finally {
    await emily.kill();
    await rm(data, { recursive: true });
  }
});
