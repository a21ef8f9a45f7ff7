import { epochMs } from '../../domain/names.ts';
import type { Trace } from '../trace/trace.ts';

/** A trace of short requests at the given times (ms), without a file. */
export function memoryTrace(times: readonly number[]): Trace {
  return {
    file: 'memory',
    seed: 7,
    format: 'memory',
    hash: '0123456789ab',
    rowCount: times.length,
    latest: epochMs(Math.max(0, ...times)),
    async *rows() {
      for (const [row, at] of times.entries()) {
        yield { row, at: epochMs(at), inputTokens: 3 + row % 5, outputTokens: 2 + row % 3, cachedInputTokens: row % 2 };
      }
    },
  };
}
