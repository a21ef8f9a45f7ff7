import { expect, test } from 'vitest';
import { EngineStream } from './engine-stream.ts';
import type { UsageShown } from './call-request.ts';

const bytesMax = 100_000;
const counts = (output: number) => `{"prompt_tokens":5,"completion_tokens":${output},"total_tokens":${5 + output},"prompt_tokens_details":{"cached_tokens":4}}`;
const chunk = (text: string, usage: string) =>
  `data: {"id":"c1","choices":[{"index":0,"delta":{"content":"${text}","odd":[ 1,2 ]},"logprobs":null}]${usage},"x":"\\u00e9"}\n\n`;

const comment = ': keep-alive\n\n';
const upstream = [
  chunk('a', `,"usage":${counts(1)}`),
  comment,
  chunk('b é', `,"usage": ${counts(2)}`),
  `data: {"id":"c1","choices":[ ],"usage":${counts(2)}}\n\n`,
  'data: [DONE]\n\n',
].join('');

/** What each kind of client sees before `[DONE]`. */
const shown: Record<UsageShown, string> = {
  none: chunk('a', '') + comment + chunk('b é', ''),
  final: chunk('a', ',"usage":null') + comment + chunk('b é', ',"usage": null') + `data: {"id":"c1","choices":[ ],"usage":${counts(2)}}\n\n`,
  running: upstream.slice(0, -'data: [DONE]\n\n'.length),
};

test.each(Object.keys(shown) as UsageShown[])('cut at any byte, a client that is shown usage "%s" sees the same stream', (usageShown) => {
  const bytes = Buffer.from(upstream);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const stream = new EngineStream(usageShown, bytesMax);
    const passed = Buffer.concat([stream.push(bytes.subarray(0, cut)), stream.push(bytes.subarray(cut))]);
    expect(passed.toString(), `cut at ${cut}`).toBe(shown[usageShown]);
    expect(stream.state).toBe('done');
    expect(stream.held?.toString()).toBe('data: [DONE]\n\n');
    expect(stream.metered).toBe(true);
    expect(stream.usage).toEqual({ inputTokens: 5, cachedInputTokens: 4, outputTokens: 2 });
  }
});

test('the count runs with the chunks, and is final with the chunk without choices', () => {
  const stream = new EngineStream('none', bytesMax);
  stream.push(Buffer.from(chunk('a', `,"usage":${counts(1)}`)));
  expect([stream.usage?.outputTokens, stream.metered]).toEqual([1, false]);
  stream.push(Buffer.from(chunk('b', ',"usage":null')));
  expect([stream.usage?.outputTokens, stream.metered]).toEqual([1, false]);
  stream.push(Buffer.from(`data: {"choices":[],"usage":${counts(2)}}\n\n`));
  expect([stream.usage?.outputTokens, stream.metered]).toEqual([2, true]);
});

test('a chunk without choices that counts nothing passes, as content filters send them', () => {
  const stream = new EngineStream('none', bytesMax);
  const filters = 'data: {"choices":[],"prompt_filter_results":[]}\n\n';
  expect(stream.push(Buffer.from(filters)).toString()).toBe(filters);
});

test("an engine's error ends the stream, and neither it nor anything after it passes", () => {
  const stream = new EngineStream('none', bytesMax);
  const passed = stream.push(Buffer.from(`${chunk('a', '')}data: {"error":{"message":"no memory"}}\n\n${chunk('b', '')}data: [DONE]\n\n`));
  expect(passed.toString()).toBe(chunk('a', ''));
  expect([stream.state, stream.error]).toEqual(['error', '{"message":"no memory"}']);
});

test('what is no chunk at all passes and counts nothing', () => {
  const odd = 'data: not json\n\ndata: {"usage":{"prompt_tokens":-1,"completion_tokens":"2"}}\n\nevent: ping\n\n';
  const stream = new EngineStream('final', bytesMax);
  expect(stream.push(Buffer.from(odd)).toString()).toBe(odd);
  expect(stream.usage).toBeUndefined();
});
