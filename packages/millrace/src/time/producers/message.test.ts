import { expect, test } from 'vitest';
import { PRODUCER_NAME_MAX, messageFlaw } from './message.ts';

const event = { kind: 'event', producer: 'g', epoch: 0, sequence: 0, value: 1 };

test.each([
  event,
  { ...event, sequence: Number.MAX_SAFE_INTEGER, producer: 'g'.repeat(PRODUCER_NAME_MAX) },
  { ...event, value: undefined },
  { ...event, epoch: 2, previous: { epoch: 1, sequence: -1 } },
  { kind: 'heartbeat', producer: 'g', epoch: 0, sequence: -1, promise: 0 },
  { kind: 'close', producer: 'g', epoch: 0, sequence: -1 },
])('a message: %j', (message) => {
  expect(messageFlaw(message)).toBeUndefined();
});

test.each([
  [null, 'is null'],
  ['event', 'is a string'],
  [{ ...event, kind: 'hello' }, "has the kind 'hello'"],
  [{ ...event, producer: '' }, "has the producer ''"],
  [{ ...event, producer: 'g'.repeat(PRODUCER_NAME_MAX + 1) }, 'expected a name of 1 to 200'],
  [{ ...event, producer: 5 }, 'has the producer 5'],
  [{ ...event, epoch: -1 }, 'has the epoch -1'],
  [{ ...event, sequence: -1 }, 'has the sequence -1'],
  [{ ...event, sequence: 1.5 }, 'has the sequence 1.5'],
  [{ ...event, sequence: 2 ** 53 }, 'has the sequence 9007199254740992'],
  [{ kind: 'heartbeat', producer: 'g', epoch: 0, sequence: 0 }, 'has the promise undefined'],
  [{ kind: 'heartbeat', producer: 'g', epoch: 0, sequence: -2, promise: 0 }, 'has the sequence -2'],
  [{ ...event, previous: null }, 'names epoch undefined'],
  [{ ...event, epoch: 1, previous: { epoch: 1, sequence: 0 } }, 'expected a lower epoch'],
  [{ ...event, epoch: 1, previous: { epoch: 0, sequence: -2 } }, 'with sequence -2'],
])('no message: %j', (value, flaw) => {
  expect(messageFlaw(value)).toContain(flaw);
});
