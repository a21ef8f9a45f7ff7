import type { EngineReading } from '../domain/fleet-fact.ts';
import type { Replica } from './replica.ts';

/** What an engine's metrics may be, and how long they may take: a replica that is well answers at once. */
const answerMsMax = 2_000;
const answerBytesMax = 4 * 1024 * 1024;

/*
 * Under which names engines tell it: vLLM, older ones of it, and llama-server. Counts are summed over their labels,
 * because vLLM has one for each of its engines; of shares it is the mean.
 */
const names = {
  running: ['vllm:num_requests_running', 'llamacpp:requests_processing'],
  waiting: ['vllm:num_requests_waiting', 'llamacpp:requests_deferred'],
  kvCacheUse: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc', 'llamacpp:kv_cache_usage_ratio'],
  promptTokens: ['vllm:prompt_tokens_total', 'llamacpp:prompt_tokens_total'],
  generatedTokens: ['vllm:generation_tokens_total', 'llamacpp:tokens_predicted_total'],
} as const;

/** What the engine says of itself at `/metrics`, in the text format of Prometheus; null where it says nothing that is understood. */
export async function readEngine(replica: Pick<Replica, 'origin' | 'dispatcher'>): Promise<EngineReading | null> {
  try {
    const { statusCode, body } = await replica.dispatcher.request({ origin: replica.origin, method: 'GET', path: '/metrics', headersTimeout: answerMsMax, bodyTimeout: answerMsMax });
    if (statusCode !== 200) {
      await body.dump();
      return null;
    }
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > answerBytesMax) return null;
      parts.push(part);
    }
    return engineReading(Buffer.concat(parts).toString());
  } catch {
    return null; // It is asked again with the next beat.
  }
}

export function engineReading(text: string): EngineReading | null {
  const values = new Map<string, number[]>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-zA-Z_:][\w:]*)(?:\{.*\})? +(\S+)/.exec(line) ?? [];
    if (name === undefined || !Number.isFinite(Number(value))) continue;
    values.set(name, [...(values.get(name) ?? []), Number(value)]);
  }
  const told = (of: readonly string[]): readonly number[] => of.map((name) => values.get(name)).find((some) => some !== undefined) ?? [];
  const count = (of: readonly string[]): number | null => {
    const some = told(of);
    return some.length > 0 && Number.isSafeInteger(sum(some)) && sum(some) >= 0 ? sum(some) : null;
  };
  const shares = told(names.kvCacheUse);
  const [promptTokens, generatedTokens] = [count(names.promptTokens), count(names.generatedTokens)];
  const reading = {
    running: count(names.running),
    waiting: count(names.waiting),
    kvCacheUse: shares.length === 0 ? null : sum(shares) / shares.length,
    counters: promptTokens === null || generatedTokens === null ? null : { promptTokens, generatedTokens },
  };
  return Object.values(reading).every((one) => one === null) ? null : reading;
}

const sum = (some: readonly number[]): number => some.reduce((all, one) => all + one, 0);
