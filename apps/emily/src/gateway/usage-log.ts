import type { UsageMessage } from './numbering.ts';

/**
 * Where the gateway's messages go. It is the gateway's outbox: a message that it holds has arrived.
 *
 * - `append` resolves once the messages are durable (group commit), in the order of the calls.
 * - When it rejects, none of them is in the log or ever will be: their numbers are used again.
 *   A log that can't tell must not reject; it stops the process, which recovers from the log.
 */
export interface UsageLog {
  append(messages: readonly UsageMessage[]): Promise<void>;
}
