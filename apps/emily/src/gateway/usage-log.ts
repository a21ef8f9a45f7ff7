import type { UsageFact } from '../domain/usage-fact.ts';

/**
 * Where the gateway's facts go.
 *
 * - `append` resolves once the facts are durable (group commit), in the order of the calls.
 * - When it rejects, none of the facts is in the log or ever will be: their numbers are used again.
 *   A log that can't tell must not reject; it stops the process, which recovers from the log.
 */
export interface UsageLog {
  append(facts: readonly UsageFact[]): Promise<void>;
}
