import type { Program } from 'millrace';
import type { RequestId } from '../domain/names.ts';
import type { Units } from '../domain/usage-fact.ts';
import type { UsageMessage } from '../gateway/numbering.ts';
import { logs, type EmilyTables } from './program.ts';

/** The last counts of streams are at most a second before the end of a life: it writes no more than that in one. */
const MESSAGES_MAX = 20_000;

/** What the streams that a gateway's life left open had delivered, as it wrote down last. */
export function lastProgress(program: Pick<Program<EmilyTables>, 'read' | 'status'>, epoch: number): ReadonlyMap<RequestId, Units> {
  const records = program.status().sources[logs.usage]?.[0]?.records ?? 0;
  let streams: readonly (readonly [RequestId, number, number, number])[] = [];
  for (const message of program.read(logs.usage, Math.max(0, records - MESSAGES_MAX)) as Iterable<UsageMessage>) {
    if (message.kind === 'event' && message.epoch === epoch && message.value.kind === 'progress') streams = message.value.streams;
  }
  return new Map(streams.map(([id, inputTokens, cachedInputTokens, outputTokens]) => [id, { requests: 1, inputTokens, cachedInputTokens, outputTokens }]));
}
