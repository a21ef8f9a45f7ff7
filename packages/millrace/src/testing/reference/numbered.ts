import type { Message, SaidDoubt } from '../../time/producers/message.ts';
import type { Fact, Recorded } from './recorded.ts';

export interface NumberedBy {
  readonly producer: string;
  readonly every: number;
}

export interface Messages<T> {
  readonly messages: readonly Message<T>[];
  readonly late: readonly Fact<T>[];
}

/** numbered: one number after the other; a promise for the last multiple of `every` that a step has come to; goodbye at the end. */
export function numberedAs<T>(stream: Recorded<T>, { producer, every }: NumberedBy): Messages<T> {
  const messages: Message<T>[] = [];
  const late: Fact<T>[] = [];
  let sequence = -1;
  let promise = 0;
  /** Its source only assumes, or has ended: one stretch. */
  let doubts: readonly SaidDoubt[] = [];
  for (const entry of stream) {
    if (entry.kind === 'step') {
      const to = Math.floor(entry.to / every) * every;
      if (to <= promise) continue;
      const evidence = entry.evidence.filter((name) => name === 'assumed' || name === 'declared');
      const before = doubts.at(-1);
      if (evidence.length > 0) doubts = before?.to === promise ? [{ from: before.from, to: to === Infinity ? null : to, evidence }] : [...doubts, { from: promise, to: to === Infinity ? null : to, evidence }];
      const said = { producer, epoch: 1, sequence, ...(doubts.length > 0 && { doubts }) };
      if (to === Infinity) messages.push({ kind: 'close', ...said });
      else messages.push({ kind: 'heartbeat', ...said, promise: (promise = to) });
    } else if (entry.time < promise) late.push(entry);
    else messages.push({ kind: 'event', producer, epoch: 1, sequence: (sequence += 1), value: entry.value });
  }
  return { messages, late };
}
