import type { Program } from 'millrace';
import type { EpochMs, RequestId } from '../domain/names.ts';
import { isBillable, isFinished, isVoided } from '../domain/usage-fact.ts';
import type { EndedCall } from '../gateway/linked-call.ts';
import { defaultLimits } from '../gateway/limits.ts';
import type { UsageMessage } from '../gateway/numbering.ts';
import { logs, type EmilyTables } from './program.ts';

/** An attempt makes two facts, its admission and its end; more of them than may wait for a retry are not looked for. */
const MESSAGES_MAX = 2 * defaultLimits.attemptsMax;

/**
 * The calls of the last minutes that were charged and whose clients count their attempts, the oldest first, from the
 * end of the usage log. Which of them a retry was given the answer of is in no log: such a one can be voided by
 * another retry of the same text, at our cost.
 */
export function recalledCalls(program: Pick<Program<EmilyTables>, 'read' | 'status'>, now: EpochMs): readonly EndedCall[] {
  const records = program.status().sources[logs.usage]?.[0]?.records ?? 0;
  const since = now - defaultLimits.retryWithinMsMax;
  const calls = new Map<RequestId, EndedCall>();
  for (const message of program.read(logs.usage, Math.max(0, records - MESSAGES_MAX)) as Iterable<UsageMessage>) {
    if (message.kind !== 'event' || message.value.admittedAt <= since) continue;
    const fact = message.value;
    if (isVoided(fact)) calls.delete(fact.id);
    if (isFinished(fact) && fact.retry !== undefined && isBillable(fact)) calls.set(fact.id, fact);
  }
  return [...calls.values()];
}
