import { expect, test } from 'vitest';
import { realTrace } from '../testing/trace-file.ts';
import { openTrace, type Trace } from './trace.ts';
import { traceStartMs } from './trace-row.ts';

interface Recount {
  rows: number;
  input: number;
  cached: number;
  output: number;
  first: number;
  last: number;
}

async function recount(trace: Trace): Promise<Recount> {
  const sum = { rows: 0, input: 0, cached: 0, output: 0, first: Infinity, last: -Infinity };
  for await (const { row, at, inputTokens, cachedInputTokens, outputTokens } of trace.rows()) {
    expect(row).toBe(sum.rows++);
    expect(at).toBeGreaterThanOrEqual(sum.last);
    sum.input += inputTokens;
    sum.cached += cachedInputTokens;
    sum.output += outputTokens;
    sum.first = Math.min(sum.first, at);
    sum.last = at;
  }
  expect(sum.rows).toBe(trace.rowCount);
  return sum;
}

test('the Azure conversation trace has 19,366 requests, in order, and its published totals', async ({ skip }) => {
  const trace = await openTrace(realTrace('azure-llm-2023/AzureLLMInferenceTrace_conv.csv', skip), 7);
  expect(await recount(trace)).toEqual({
    rows: 19_366, input: 22_361_870, cached: 0, output: 4_088_665,
    first: Date.UTC(2023, 10, 16, 18, 15, 46, 680), last: Date.UTC(2023, 10, 16, 19, 14, 8, 402),
  });
});

test('the Mooncake conversation trace has 12,031 requests, in order, and its published totals', async ({ skip }) => {
  const trace = await openTrace(realTrace('mooncake/mooncake_conversation_trace.jsonl', skip), 7);
  expect(await recount(trace)).toEqual({
    rows: 12_031, input: 144_793_823, cached: 54_098_411, output: 4_122_048,
    first: traceStartMs, last: traceStartMs + 3_536_999,
  });
});

test('a day of one ServeGen client has as many arrivals as its rates add up to', async ({ skip }) => {
  const trace = await openTrace(realTrace('servegen/deepseek-r1/chunk-1-trace.csv', skip), 7);
  const { rows, first, last } = await recount(trace);
  expect(rows).toBe(10_815);
  expect(first).toBeGreaterThanOrEqual(traceStartMs);
  expect(last).toBeLessThan(traceStartMs + 86_400_000);
});
