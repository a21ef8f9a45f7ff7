import { expect, onTestFinished, test } from 'vitest';
import { countWords } from '../fleet/words.ts';
import { systemClock } from './clock.ts';
import { replay } from './replay.ts';
import { answerJson, answerStream, startLocalServer } from './testing/local-server.ts';
import { syntheticKeys, syntheticModels } from './testing/synthetic-keys.ts';
import { realTrace } from './testing/trace-file.ts';
import { openTrace } from './trace/trace.ts';

const minuteMs = 60_000;

function countIn(counts: Map<number, number>, at: number): void {
  const minute = Math.floor(at / minuteMs) * minuteMs;
  counts.set(minute, (counts.get(minute) ?? 0) + 1);
}

interface Asked {
  readonly max_tokens: number;
  readonly stream?: true;
  readonly messages: readonly [{ readonly content: string }];
}

test('the whole Azure trace arrives with its totals in words, each row once, minute by minute', { timeout: 120_000 }, async ({ skip }) => {
  const trace = await openTrace(realTrace('azure-llm-2023/AzureLLMInferenceTrace_conv.csv', skip), 7);
  const keys = new Set<unknown>();
  const perMinute = new Map<number, number>();
  const sum = { requests: 0, input: 0, output: 0, streams: 0 };
  const server = await startLocalServer(({ headers, body }, response) => {
    const asked = JSON.parse(body) as Asked;
    keys.add(headers['idempotency-key']);
    countIn(perMinute, Number(headers['x-replay-time']));
    sum.requests++;
    sum.input += countWords(asked.messages[0].content);
    sum.output += asked.max_tokens;
    if (asked.stream === undefined) return answerJson(response, 200, {});
    sum.streams++;
    answerStream(response, 3);
  });
  onTestFinished(server.close);

  const report = await replay({
    trace, speed: 'max', via: 'gateway', target: server.url, keys: syntheticKeys, adminKey: '', secret: '', modelIds: syntheticModels,
    isDone: () => false, maxSpanMs: 5 * minuteMs, clock: systemClock, signal: new AbortController().signal,
  });

  expect(report).toMatchObject({ rows: 19_366, sent: 19_366, retries: 0 });
  expect(sum).toEqual({ requests: 19_366, input: 22_361_870, output: 4_088_665, streams: expect.any(Number) });
  expect(sum.streams / 19_366).toBeCloseTo(1 / 20, 2);
  expect(keys.size).toBe(19_366);
  const recount = new Map<number, number>();
  for await (const { at } of trace.rows()) countIn(recount, at);
  expect(Object.fromEntries(perMinute)).toEqual(Object.fromEntries(recount));
});
