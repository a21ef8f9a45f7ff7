import type { Message } from '../../time/producers/message.ts';
import type { Fact, Recorded } from './recorded.ts';

export interface NumberedBy {
  readonly producer: string;
  readonly every: number;
}

export interface Messages<T> {
  readonly messages: readonly Message<T>[];
  readonly late: readonly Fact<T>[];
}

const isProof = (evidence: readonly string[]): boolean => evidence.length > 0 && evidence.every((name) => name === 'proved' || name === 'ended');

/** numbered: one number after the other; a promise for the last multiple of `every` that a step has come to; goodbye at the end. */
export function numberedAs<T>(stream: Recorded<T>, { producer, every }: NumberedBy): Messages<T> {
  const messages: Message<T>[] = [];
  const late: Fact<T>[] = [];
  let sequence = -1;
  let promise = 0;
  for (const entry of stream) {
    if (entry.kind === 'step') {
      const evidence = isProof(entry.evidence) ? {} : { evidence: entry.evidence };
      const said = { producer, epoch: 1, sequence, ...evidence };
      const to = Math.floor(entry.to / every) * every;
      if (to === Infinity) messages.push({ kind: 'close', ...said });
      else if (to > promise) messages.push({ kind: 'heartbeat', ...said, promise: (promise = to) });
    } else if (entry.time < promise) late.push(entry);
    else messages.push({ kind: 'event', producer, epoch: 1, sequence: (sequence += 1), value: entry.value });
  }
  return { messages, late };
}
