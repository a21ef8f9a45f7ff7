import { expect, test } from 'vitest';
import { engineReading } from './engine-metrics.ts';

test('what vLLM tells, over all of its engines', () => {
  const text = `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="a b"} 3.0
vllm:num_requests_running{engine="1",model_name="a b"} 4.0
vllm:num_requests_waiting{engine="0"} 2.0
vllm:kv_cache_usage_perc{engine="0"} 0.25
vllm:kv_cache_usage_perc{engine="1"} 0.75
vllm:prompt_tokens_total{engine="0"} 1.234567e+06
vllm:prompt_tokens_total{engine="1"} 3.0
vllm:generation_tokens_total{engine="0"} 55.0
vllm:generation_tokens_created{engine="0"} 1.7e+09
`;
  expect(engineReading(text)).toEqual({ running: 7, waiting: 2, kvCacheUse: 0.5, counters: { promptTokens: 1_234_570, generatedTokens: 55 } });
});

test('what llama-server tells', () => {
  const text = 'llamacpp:prompt_tokens_total 12\nllamacpp:tokens_predicted_total 7\nllamacpp:requests_processing 1\nllamacpp:requests_deferred 0\n';
  expect(engineReading(text)).toEqual({ running: 1, waiting: 0, kvCacheUse: null, counters: { promptTokens: 12, generatedTokens: 7 } });
});

test('one counter without the other is none, and so is one that is no count', () => {
  expect(engineReading('vllm:prompt_tokens_total 12\nvllm:num_requests_running 0\n')?.counters).toBeNull();
  expect(engineReading('vllm:prompt_tokens_total 12\nvllm:generation_tokens_total NaN\n')).toBeNull();
  expect(engineReading('<html>')).toBeNull();
});
