import { messageFlaw } from '../producer/message-flaw.ts';
import type { Message, Previous } from '../producer/message.ts';

export interface Sent {
  readonly id: number;
  readonly at: number;
  readonly partition: number;
}

type Event = Extract<Message<Sent>, { kind: 'event' }>;
type Heartbeat = Extract<Message<Sent>, { kind: 'heartbeat' }>;

export const keyOf = (partition: number, { epoch, sequence }: { readonly epoch: number; readonly sequence: number }): string =>
  `${partition}/${epoch}/${sequence}`;

/** Keeps what arrives, and says what a producer may never do. */
export class Receiver {
  /** First arrivals, in their order. */
  readonly arrivals: { readonly partition: number; readonly message: Message<Sent> }[] = [];
  readonly events: Map<string, Event> = new Map();
  /** In these partitions a message has been refused, so others may have overtaken it. */
  readonly disturbed: Set<number> = new Set();
  repeated = 0;

  take(partition: number, text: string): void {
    const message = JSON.parse(text) as Message<Sent>;
    const flaw = messageFlaw(message);
    if (flaw !== undefined) throw new Error(`what was sent ${flaw}`);
    if (message.kind !== 'event') {
      this.arrivals.push({ partition, message });
      return;
    }
    const key = keyOf(partition, message);
    const known = this.events.get(key);
    if (known === undefined) {
      this.events.set(key, message);
      this.arrivals.push({ partition, message });
    } else {
      this.repeated += 1;
      if (JSON.stringify(known) !== text) throw new Error(`${key} came with another content: ${text}`);
    }
  }

  /** Everything that must hold once the producer has closed; a sentence for each thing that does not. */
  problems(): string[] {
    const problems: string[] = [];
    const ids = [...this.events.values()].map(({ value }) => value.id);
    if (new Set(ids).size !== ids.length) problems.push('a value came under two numbers');
    for (const { value, ...numbers } of this.events.values()) {
      const key = keyOf(value.partition, numbers);
      if (!this.events.has(key)) problems.push(`value ${value.id} came to another partition than ${value.partition}`);
    }
    for (const partition of new Set(this.arrivals.map((one) => one.partition))) {
      const messages = this.arrivals.filter((one) => one.partition === partition).map(({ message }) => message);
      problems.push(...numberProblems(messages), ...epochProblems(messages), ...promiseProblems(messages));
      if (!this.disturbed.has(partition)) problems.push(...orderProblems(messages));
    }
    return problems;
  }
}

const isEvent = (message: Message<Sent>): message is Event => message.kind === 'event';

function sequencesOf(messages: readonly Message<Sent>[], epoch: number): number[] {
  return messages.filter((message) => isEvent(message) && message.epoch === epoch).map(({ sequence }) => sequence);
}

const epochsOf = (messages: readonly Message<Sent>[]): number[] => [...new Set(messages.map(({ epoch }) => epoch))].toSorted((a, b) => a - b);

/** Numbers run from 0 without gaps. */
function numberProblems(messages: readonly Message<Sent>[]): string[] {
  return epochsOf(messages).flatMap((epoch) => {
    const sequences = sequencesOf(messages, epoch).toSorted((a, b) => a - b);
    const gap = sequences.findIndex((sequence, i) => sequence !== i);
    return gap === -1 ? [] : [`epoch ${epoch} has ${sequences[gap]} where ${gap} should be`];
  });
}

/** Each epoch begins with a heartbeat, and names the one before with its last sequence. */
function epochProblems(messages: readonly Message<Sent>[]): string[] {
  return epochsOf(messages).flatMap((epoch, i, epochs) => {
    const before = epochs[i - 1];
    const previous: Previous | undefined = before === undefined ? undefined : { epoch: before, sequence: Math.max(-1, ...sequencesOf(messages, before)) };
    return messages
      .filter((message) => message.epoch === epoch && !isEvent(message))
      .filter((message) => JSON.stringify(message.previous) !== JSON.stringify(previous))
      .map((message) => `${JSON.stringify(message)} should name ${JSON.stringify(previous)}`);
  });
}

/** What was promised is kept by what has a later number. */
function promiseProblems(messages: readonly Message<Sent>[]): string[] {
  const events = messages.filter(isEvent);
  return messages
    .filter((message): message is Heartbeat => message.kind === 'heartbeat')
    .flatMap(({ epoch, sequence, promise }) =>
      events
        .filter((event) => (event.epoch > epoch || (event.epoch === epoch && event.sequence > sequence)) && event.value.at < promise)
        .map((event) => `${JSON.stringify(event)} breaks the promise of ${promise} after ${epoch}/${sequence}`),
    );
}

/** Events come first in the order of their numbers, and nothing of an epoch comes before the events of those before it. */
function orderProblems(messages: readonly Message<Sent>[]): string[] {
  const problems: string[] = [];
  let epoch = -1;
  let sequence = -1;
  for (const message of messages) {
    if (isEvent(message)) {
      if (message.epoch !== epoch || message.sequence !== sequence + 1) problems.push(`${JSON.stringify(message)} came after ${epoch}/${sequence}`);
      ({ sequence } = message);
    } else if (message.epoch > epoch) {
      ({ epoch } = message);
      sequence = -1;
    }
  }
  return problems;
}
