import { expect, test } from 'vitest';
import { EVENT_DEPTH_MAX } from '../json-flaw.ts';
import { messageFlaw } from './message-flaw.ts';

const event = { kind: 'event', producer: 'p', epoch: 3, sequence: 0, value: { at: 1 } };
const heartbeat = { kind: 'heartbeat', producer: 'p', epoch: 3, sequence: -1, promise: 0, previous: { epoch: 2, sequence: -1 } };
const close = { kind: 'close', producer: 'p', epoch: 3, sequence: -1 };

test.each([event, { ...event, value: null }, { ...event, producer: 'p'.repeat(200) }, heartbeat, close, { ...close, sequence: 7, previous: { epoch: 0, sequence: 9 } }])(
  '%j is a message',
  (message) => {
    expect(messageFlaw(message)).toBeUndefined();
  },
);

const { value: _, ...valueless } = event;
const { promise: __, ...promiseless } = heartbeat;
const integer = (min: number): string => `expected an integer of at least ${min}`;
const previously = (previous: unknown): object => ({ ...close, previous });

test.each<[unknown, string]>([
  [null, 'is null, expected an object'],
  [[event], 'is a list, expected an object'],
  [{ ...event, kind: 'open' }, "has the kind 'open', expected 'event', 'heartbeat' or 'close'"],
  [{}, "has the kind (missing), expected 'event', 'heartbeat' or 'close'"],
  [{ ...event, producer: '' }, "has the producer '', expected a name of 1 to 200 characters"],
  [{ ...event, producer: 'p'.repeat(201) }, `has the producer '${'p'.repeat(40)}…', expected a name of 1 to 200 characters`],
  [{ ...event, producer: 5 }, 'has the producer 5, expected a name of 1 to 200 characters'],
  [{ ...event, epoch: -1 }, `has the epoch -1, ${integer(0)}`],
  [{ ...event, epoch: '3' }, `has the epoch '3', ${integer(0)}`],
  [{ ...event, epoch: 2 ** 53 }, `has the epoch 9007199254740992, ${integer(0)}`],
  [{ ...event, sequence: -1 }, `has the sequence -1, ${integer(0)}`],
  [{ ...event, sequence: 0.5 }, `has the sequence 0.5, ${integer(0)}`],
  [{ ...heartbeat, sequence: -2 }, `has the sequence -2, ${integer(-1)}`],
  [{ ...heartbeat, promise: -1 }, `has the promise -1, ${integer(0)}`],
  [promiseless, `has the promise (missing), ${integer(0)}`],
  [valueless, 'is an event and has no value'],
  [{ ...event, value: JSON.parse('{"__proto__":1}') as unknown }, 'has a value that has a field named __proto__'],
  [{ ...event, value: JSON.parse('['.repeat(EVENT_DEPTH_MAX + 1) + ']'.repeat(EVENT_DEPTH_MAX + 1)) as unknown }, 'has a value that nests deeper than 32'],
  [{ ...event, promise: 1 }, "has an unknown field 'promise'"],
  [{ ...close, value: 1 }, "has an unknown field 'value'"],
  [previously(2), 'has the previous 2, expected { epoch, sequence }'],
  [previously({ epoch: 2 }), `has the previous sequence (missing), ${integer(-1)}`],
  [previously({ epoch: -1, sequence: 0 }), `has the previous epoch -1, ${integer(0)}`],
  [previously({ epoch: 3, sequence: 0 }), 'has the previous epoch 3, expected one before its own, 3'],
  [previously({ epoch: 2, sequence: 0, x: 1 }), "has an unknown field 'x' in previous"],
])('%j is none', (message, flaw) => {
  expect(messageFlaw(message)).toBe(flaw);
});
