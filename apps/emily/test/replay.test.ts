import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { realTrace } from '../src/demo/testing/trace-file.ts';
import { openTrace } from '../src/demo/trace/trace.ts';
import type { InvoiceDocument } from '../src/bill/invoice-document.ts';
import type { Measured } from '../src/domain/metered.ts';
import type { UsageWindow } from '../src/app/usage-query.ts';
import { clientOf, usageEvent } from './client.ts';
import { signIn, type Operator } from './operator.ts';
import { runProcess, startProcess } from './process.ts';
import { azureRows, mooncakeRows, requestsByUser, totalsOf, type Asked, type Totals } from './recount.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * Real demand through the real process, from a file to final invoices. What is compared is what the
 * meter and the invoices say with a recount of the file; the replayer's own counts appear nowhere.
 */

const SEED = 1;

type Result = Totals & { readonly seconds: number };

async function replay(file: string, data: string, ...more: readonly string[]): Promise<Result> {
  const { code, stdout, stderr } = await runProcess(['--data', data, '--replay', file, '--json', '--exit', ...more]);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return JSON.parse(stdout) as Result;
}

/** Compares what the invoices and the usage query say with the rows of the trace. */
async function expectBilled(operator: Operator, rows: readonly Asked[], month: string, measured: Measured): Promise<void> {
  const { data: invoices } = await operator.get<{ data: InvoiceDocument[] }>('/v1/invoices?limit=1000');
  const perUser = new Map(invoices.map(({ tenant, user, lines }) => [`${tenant}/${user}`, lines.reduce((sum, { quantity }) => sum + quantity, 0)]));
  expect(invoices).toHaveLength(perUser.size);
  expect(new Map([...perUser].sort())).toEqual(new Map([...requestsByUser(rows, SEED)].sort()));
  for (const { id, status, finality, evidence, lines, total, tenant, user } of invoices) {
    expect({ id, status, finality, evidence }).toEqual({ id: `${month}/${tenant}/${user}${measured === 'here' ? '' : '/elsewhere'}`, status: 'final', finality: 'final', evidence: ['ended'] });
    expect(lines).toHaveLength(1);
    expect(total).toBe((lines[0]!.quantity / 100).toFixed(2));
    expect(lines[0]).toMatchObject({ unit: 'requests', priceId: 'launch-1', unitPrice: '0.01', amount: total });
  }

  const expected = totalsOf(rows);
  for (const group of ['none', 'tenant', 'model', 'user']) {
    const { data } = await operator.get<{ data: UsageWindow[] }>(`/v1/usage?window=month&group=${group}`);
    expect(sums(data), `by ${group}`).toEqual({ requests: expected.requests, inputTokens: expected.inputTokens, outputTokens: expected.outputTokens });
    expect(data.every(({ finality }) => finality === 'final')).toBe(true);
  }
  const { data: minutes } = await operator.get<{ data: UsageWindow[] }>('/v1/usage?window=minute&group=none');
  expect(minutes.map(({ window, requests }) => [window.start, requests])).toEqual(expected.perMinute);
}

function sums(windows: readonly UsageWindow[]): Omit<Totals, 'perMinute'> {
  const sum = (count: (window: UsageWindow) => number): number => windows.reduce((all, window) => all + count(window), 0);
  return { requests: sum((one) => one.requests), inputTokens: sum((one) => one.inputTokens), outputTokens: sum((one) => one.outputTokens) };
}

test('the Azure trace through the gateway becomes final invoices that add up to its requests; a second run adds nothing', { timeout: 300_000 }, async ({ skip }) => {
  const file = realTrace('azure-llm-2023/AzureLLMInferenceTrace_conv.csv', skip);
  const rows = azureRows(file);
  const data = await temporaryFolder();
  const first = await replay(file, data);
  expect(first).toEqual({ ...totalsOf(rows), seconds: expect.any(Number) });
  expect(first).toMatchObject({ requests: 19_366, inputTokens: 22_361_870, outputTokens: 4_088_665 });

  const again = startProcess(['--data', data, '--replay', file, '--json']);
  await again.said(/Ctrl-C ends Emily/);
  expect(JSON.parse(again.stdout)).toEqual({ ...first, seconds: expect.any(Number) });
  await expectBilled(await signIn(again), rows, '2023-11', 'here');
  again.signal('SIGTERM');
  expect((await again.end()).code).toBe(0);
});

test('the Mooncake trace by ingest comes to its published totals, billed to the same users by the same seed', { timeout: 300_000 }, async ({ skip }) => {
  const file = realTrace('mooncake/mooncake_conversation_trace.jsonl', skip);
  const rows = mooncakeRows(file);
  const data = await temporaryFolder();
  const emily = startProcess(['--data', data, '--replay', file, '--via', 'ingest', '--json']);
  await emily.said(/Ctrl-C ends Emily/);
  expect(JSON.parse(emily.stdout)).toEqual({ ...totalsOf(rows), seconds: expect.any(Number) });
  expect(totalsOf(rows)).toMatchObject({ requests: 12_031, inputTokens: 144_793_823, outputTokens: 4_122_048 });
  await expectBilled(await signIn(emily), rows, '2024-01', 'elsewhere');
});

test('a day of one ServeGen client comes to the arrivals that its rates and the seed give, and not to those of another seed', { timeout: 300_000 }, async ({ skip }) => {
  const file = realTrace('servegen/deepseek-r1/chunk-57-trace.csv', skip);
  const data = await temporaryFolder();
  for (const seed of [SEED, 2]) {
    const rows: Asked[] = [];
    for await (const { at, inputTokens, outputTokens } of (await openTrace(file, seed)).rows()) rows.push({ at, input: inputTokens, output: outputTokens });
    const expected = totalsOf(rows);
    expect(expected.requests).toBeGreaterThan(500);
    expect(await replay(file, data, '--seed', String(seed))).toEqual({ ...expected, seconds: expect.any(Number) });
  }
});

test('without --json a replay closes with a table for people, and its progress goes to standard error', { timeout: 120_000 }, async ({ skip }) => {
  const file = realTrace('servegen/deepseek-r1/chunk-52-trace.csv', skip);
  const { stdout, stderr } = await runProcess(['--data', await temporaryFolder(), '--replay', file, '--exit']);
  expect(stdout).toMatch(/^\nrequests +\d+\ninput tokens +[\d,]+\noutput tokens +[\d,]+\nseconds +[\d.]+\nrequests\/s +[\d,]+\ninvoices +\d+\n\n$/);
  expect(stderr).toMatch(/100 % .* rows .* done/);
});

test.each(['gateway', 'ingest'] as const)('nobody else gets a call or an event into a replay via %s, whatever time it gives', { timeout: 120_000 }, async (via) => {
  const data = await temporaryFolder();
  const file = join(data, 'trace.csv');
  const lines = Array.from({ length: 60 }, (_, second) => `2023-11-16 18:15:${String(second).padStart(2, '0')}.0000000,3,2`);
  await writeFile(file, `TIMESTAMP,ContextTokens,GeneratedTokens\n${lines.join('\n')}\n`);
  const emily = startProcess(['--data', data, '--replay', file, '--via', via, '--speed', '20', '--json', '--exit']);
  const operator = await signIn(emily);
  const { demoKey } = await operator.get<{ demoKey: string }>('/console/hello');
  const client = clientOf(operator.origin, demoKey);
  const asked = { model: 'phi-4', max_tokens: 1, messages: [{ role: 'user', content: 'hello' }] };
  for (const time of ['253402300799999', '8640000000000001', '1700158530000']) {
    const response = await client.post('/v1/chat/completions', asked, { 'x-replay-time': time, 'x-replay-secret': 'a guess' });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'replay_not_enabled' } }]);
    const event = await client.post('/v1/events', usageEvent('rogue', new Date('9999-12-31T23:59:59.999Z')));
    expect(event.status).toBe(409);
    await event.text();
  }
  const { code, stdout } = await emily.end();
  expect({ code, ...(JSON.parse(stdout) as Result) }).toEqual({ code: 0, requests: 60, inputTokens: 180, outputTokens: 120, seconds: expect.any(Number), perMinute: expect.anything() });
  expect(await replay(file, data, '--via', via)).toMatchObject({ requests: 60 });
});
