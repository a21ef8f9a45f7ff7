import type { Message as AnyMessage } from 'millrace';
import { expect, test } from 'vitest';
import { meteringEvent, type MeteringEvent } from './metering.ts';
import { messages, producerNames } from './producers.ts';

type Message = AnyMessage<MeteringEvent>;

const events = 20_500;
const sent = [...messages(events)].flat();
const ofKind = <K extends Message['kind']>(kind: K): Extract<Message, { kind: K }>[] =>
  sent.filter((message): message is Extract<Message, { kind: K }> => message.kind === kind);

test('the events are those of the metering stream, in its order, from producers that take turns', () => {
  expect(ofKind('event').map((message) => message.value)).toEqual(Array.from({ length: events }, (_, n) => meteringEvent(n)));
  expect(ofKind('event').slice(0, 9).map((message) => message.producer)).toEqual([...producerNames, producerNames[0]]);
});

test('each producer numbers its events from 0 without gaps, and always says how far it is', () => {
  const last = new Map(producerNames.map((producer) => [producer, -1]));
  for (const message of sent) {
    if (message.kind === 'event') {
      expect(message.sequence).toBe(last.get(message.producer)! + 1);
      last.set(message.producer, message.sequence);
    } else {
      expect(message.sequence).toBe(last.get(message.producer));
    }
  }
});

test('no producer sends anything older than it promised, and the promises follow the stream closely', () => {
  const promised = new Map<string, number>();
  for (const message of sent) {
    if (message.kind === 'heartbeat') {
      expect(message.promise).toBeGreaterThanOrEqual(promised.get(message.producer) ?? 0);
      promised.set(message.producer, message.promise);
    }
    if (message.kind === 'event') expect(message.value.time).toBeGreaterThanOrEqual(promised.get(message.producer) ?? 0);
  }
  const newest = Math.max(...ofKind('event').map((message) => message.value.time));
  expect(newest - Math.min(...promised.values())).toBeLessThan(5_300);
});

test('every producer sends a heartbeat after each thousand events and says goodbye at the end', () => {
  expect(sent.slice(1_000, 1_008).map((message) => [message.kind, message.producer])).toEqual(producerNames.map((name) => ['heartbeat', name]));
  expect(ofKind('heartbeat').length).toBe(20 * 8);
  expect(sent.slice(-8).map((message) => [message.kind, message.producer])).toEqual(producerNames.map((name) => ['close', name]));
});

test('a producer that had nothing to send says goodbye all the same', () => {
  expect([...messages(3)].flat().flatMap((message) => (message.kind === 'close' ? [message.sequence] : []))).toEqual([0, 0, 0, -1, -1, -1, -1, -1]);
});
