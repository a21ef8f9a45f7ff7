import type { Message } from 'millrace';
import { batches } from './batches.ts';
import { disorderMs, firstDuplicate, meteringEvent, type MeteringEvent, meteringMs } from './metering.ts';

/*
 * The METERING stream as eight producers send it, each numbering its messages from 0: the events take
 * turns, event n comes from producer n mod 8. A duplicate is a message of its own, with its own number:
 * the same request, sent through another gateway. After every 1,000 events each producer sends a
 * heartbeat, and at the end each says goodbye.
 *
 * Only events are numbered; a heartbeat and a goodbye repeat the number of the last one.
 */

export const producerNames: readonly string[] = Array.from({ length: 8 }, (_, n) => `gateway-${n + 1}`);

const eventsPerHeartbeat = 1_000;
const epoch = 0;
const producers = producerNames.length;
const messagesPerRound = eventsPerHeartbeat + producers;

/** The first `events` events of the stream with what the producers say in between, in batches. */
export function messages(events: number): Iterable<readonly Message<MeteringEvent>[]> {
  const heartbeats = Math.floor(events / eventsPerHeartbeat) * producers;
  const closesFrom = events + heartbeats;
  return batches(closesFrom + producers, (n) => (n < closesFrom ? message(n) : close(n - closesFrom, events)));
}

/** What the messages carry, for a program that does not look at their numbers. */
export function* carried(source: Iterable<readonly Message<MeteringEvent>[]>): Generator<readonly MeteringEvent[], void, undefined> {
  for (const batch of source) {
    const events: MeteringEvent[] = [];
    for (const one of batch) if (one.kind === 'event') events.push(one.value);
    yield events;
  }
}

function message(n: number): Message<MeteringEvent> {
  const round = Math.floor(n / messagesPerRound);
  const inRound = n % messagesPerRound;
  return inRound < eventsPerHeartbeat
    ? event(round * eventsPerHeartbeat + inRound)
    : heartbeat(inRound - eventsPerHeartbeat, (round + 1) * eventsPerHeartbeat);
}

function event(n: number): Message<MeteringEvent> {
  return {
    kind: 'event',
    producer: producerNames[n % producers]!,
    epoch,
    sequence: Math.floor(n / producers),
    value: meteringEvent(n),
  };
}

/** What follows is disordered, and may repeat one of the last events before it. */
function heartbeat(producer: number, sent: number): Message<MeteringEvent> {
  return {
    kind: 'heartbeat',
    producer: producerNames[producer]!,
    epoch,
    sequence: lastSequence(producer, sent),
    promise: meteringMs(Math.max(0, sent + 1 - firstDuplicate)) - disorderMs,
  };
}

function close(producer: number, sent: number): Message<MeteringEvent> {
  return { kind: 'close', producer: producerNames[producer]!, epoch, sequence: lastSequence(producer, sent) };
}

function lastSequence(producer: number, sent: number): number {
  return Math.floor((sent - 1 - producer) / producers);
}
