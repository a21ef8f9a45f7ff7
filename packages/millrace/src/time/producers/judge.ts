import { digestOf } from './contents.ts';
import { type Epoch, OPEN } from './epoch.ts';
import type { Message, Previous } from './message.ts';
import type { Producer } from './producer.ts';
import { BEYOND_LIMIT, EVENT, HEARD, REPEATED, type Verdict } from './verdict.ts';

/** The most separate ranges beyond the first gap of an epoch. */
export const RANGES_MAX = 10_000;

/**
 * Holds a message against what its producer has said before, and adds it to that; a sentence where it
 * contradicts it. What contradicts changes nothing, except that an event below its promise has come.
 */
export function judge(producer: Producer, epoch: Epoch, message: Message<unknown>, time: number): Verdict | string {
  const { sequence } = message;
  const of = `epoch ${epoch.number} of '${producer.name}'`;
  if (!epoch.names(message.previous)) {
    const flaw = follows(producer, epoch, message.previous as Previous);
    if (flaw !== undefined) return `${of} says that epoch ${message.previous?.epoch} ended with sequence ${message.previous?.sequence}, and ${flaw}`;
  }
  if (message.kind === 'close') {
    if (epoch.last !== OPEN && epoch.last !== sequence) return `${of} closes with sequence ${sequence}, and was said to end with ${epoch.last}`;
    if (epoch.claimed > sequence) return `${of} closes with sequence ${sequence}, and has had ${epoch.claimed}`;
    epoch.last = sequence;
    epoch.closed = true;
    epoch.claim(sequence);
    return HEARD;
  }
  if (epoch.last !== OPEN && sequence > epoch.last) return `${of} ended with sequence ${epoch.last}, and goes on with ${sequence}`;
  if (message.kind === 'heartbeat') {
    epoch.claim(sequence);
    epoch.promised(sequence, message.promise);
    producer.spread();
    return HEARD;
  }
  if (epoch.received.has(sequence)) {
    const differs = epoch.contents?.differs(sequence, digestOf(message.value)) === true;
    return differs ? `sequence ${sequence} of ${of} came with another content` : REPEATED;
  }
  if (epoch.received.beyond.length >= RANGES_MAX && sequence > epoch.received.through + 1) return BEYOND_LIMIT;
  const isBroken = epoch.breaks(sequence, time);
  epoch.receive(sequence);
  epoch.contents?.keep(sequence, message.value);
  return isBroken ? `sequence ${sequence} of ${of} is at ${time}, and nothing below ${Math.max(epoch.said, epoch.floor)} was to follow` : EVENT;
}

/** It names its predecessor, for the first time. Why it cannot be, as the end of a sentence. */
function follows(producer: Producer, epoch: Epoch, previous: Previous): string | undefined {
  const { epoch: number, sequence } = previous;
  const before = epoch.previous;
  epoch.previous ??= previous;
  if (before !== undefined) return `before it was epoch ${before.epoch} with ${before.sequence}`;
  const named = producer.epoch(number) ?? producer.open(number);
  if (named.last !== OPEN && named.last !== sequence) return `it was ${named.last}`;
  if (named.claimed > sequence) return `it has had ${named.claimed}`;
  named.last = sequence;
  named.claim(sequence);
  return undefined;
}
