import { expect, test } from 'vitest';
import { ASSUMED } from '../evidence.ts';
import { RANGES_MAX } from './judge.ts';
import { CONTENTS_KEPT } from './contents.ts';
import type { Message } from './message.ts';
import { missingOf } from './missing.ts';
import { EPOCHS_MAX, HOLDS_MAX, PRODUCERS_MAX, Roster } from './roster.ts';
import { BEYOND_LIMIT, CONTRADICTED, EVENT, HEARD, REPEATED, type Verdict } from './verdict.ts';

const joining = (): Roster => new Roster({ expected: [], onUnknown: 'join' });

/** As a feed gives it: the short way first. */
function take(roster: Roster, message: Message<unknown>, time = 0): Verdict {
  const verdict = message.kind === 'event' && roster.takeNext(message, time, 0) ? EVENT : roster.take(message, time, 0, 0);
  if (verdict === CONTRADICTED) roster.holdContradiction(0, 0);
  return verdict;
}

const event = (sequence: number, more: Partial<Message<unknown>> = {}): Message<unknown> => ({ kind: 'event', producer: 'g', epoch: 1, sequence, value: sequence, ...more }) as Message<unknown>;
const heartbeat = (sequence: number, promise: number): Message<unknown> => ({ kind: 'heartbeat', producer: 'g', epoch: 1, sequence, promise });

test('a promise counts once everything before it has come, also those that came in another order', () => {
  const roster = joining();
  const seen = [heartbeat(2, 30), event(0), heartbeat(0, 10), event(2), heartbeat(1, 20), event(1, { value: 1 })].map((message) => {
    take(roster, message, 30);
    return roster.least();
  });
  expect(seen).toEqual([-Infinity, -Infinity, 10, 10, 10, 30]);
});

test('the limits, and one past each', () => {
  const producers = joining();
  for (let i = 0; i < PRODUCERS_MAX; i += 1) expect(take(producers, event(0, { producer: `g${i}` }))).toBe(EVENT);
  expect(take(producers, event(0, { producer: 'one more' }))).toBe(BEYOND_LIMIT);
  expect(producers.limit).toContain('10000 producers');

  const epochs = joining();
  for (let epoch = 0; epoch < EPOCHS_MAX; epoch += 1) epochs.take({ kind: 'heartbeat', producer: 'g', epoch, sequence: -1, promise: 0 }, Number.NaN, 0, 0);
  expect(take(epochs, event(0, { epoch: EPOCHS_MAX }))).toBe(BEYOND_LIMIT);

  const gaps = joining();
  for (let i = 0; i < RANGES_MAX; i += 1) expect(take(gaps, event(2 * i + 1))).toBe(EVENT);
  expect(take(gaps, event(2 * RANGES_MAX + 1))).toBe(BEYOND_LIMIT);
  // What fills the first gap makes room.
  expect([take(gaps, event(0)), take(gaps, event(2 * RANGES_MAX + 1))]).toEqual([EVENT, EVENT]);

  const holds = joining();
  take(holds, { kind: 'close', producer: 'g', epoch: 1, sequence: -1 });
  for (let i = 0; i < HOLDS_MAX; i += 1) expect(take(holds, event(i))).toBe(CONTRADICTED);
  expect([take(holds, event(0)), take(holds, event(HOLDS_MAX))]).toEqual([REPEATED, BEYOND_LIMIT]);
});

test('contents are compared for the newest events of the epoch under way', () => {
  const roster = joining();
  for (let sequence = 0; sequence < CONTENTS_KEPT + 1; sequence += 1) take(roster, event(sequence));
  expect([take(roster, event(0, { value: 'x' } as never)), take(roster, event(1, { value: 'x' } as never)), take(roster, event(1))]).toEqual([REPEATED, CONTRADICTED, REPEATED]);
});

test('who is expected no more, and was never heard, is forgotten over a restart; who is new on the roster is expected', () => {
  const first = new Roster({ expected: ['a', 'b'], onUnknown: 'join' });
  first.take({ kind: 'heartbeat', producer: 'a', epoch: 1, sequence: -1, promise: 5 }, Number.NaN, 0, 0);
  const again = new Roster({ expected: ['c'], onUnknown: 'join' }, first.snapshot());
  expect([...again.producers.values()].map(({ name, state }) => [name, state])).toEqual([
    ['c', 'expected'],
    ['a', 'live'],
  ]);
});

test('a heartbeat shows what is missing, and since when', () => {
  const roster = joining();
  roster.take(event(0), 0, 100, 0);
  expect(roster.take(heartbeat(3, 5), Number.NaN, 200, 0)).toBe(HEARD);
  roster.take(event(2), 6, 300, 0);
  expect(missingOf(roster.producers.values())).toEqual([{ what: 'sequences', producer: 'g', epoch: 1, ranges: [[1, 1], [3, 3]], since: 200, lost: false }]);
});

test('a close without proof is doubted until its producer is back, and once, however often it comes', () => {
  const roster = joining();
  const close = (): Message<unknown> => ({ kind: 'close', producer: 'g', epoch: 1, sequence: 1, doubts: [{ from: 10, to: null, evidence: ['assumed'] }] });
  take(roster, event(0), 5);
  take(roster, heartbeat(0, 10));
  for (let i = 0; i < 3; i += 1) take(roster, close());
  // What it closes with comes after it: it has still said goodbye.
  take(roster, event(1), 12);
  expect(roster.doubts.list).toEqual([{ from: 10, to: Infinity, evidence: ASSUMED, producer: 'g' }]);
  roster.frontier = 40;
  take(roster, { kind: 'heartbeat', producer: 'g', epoch: 2, sequence: -1, promise: 50, previous: { epoch: 1, sequence: 1 } });
  expect(roster.doubts.list).toEqual([{ from: 10, to: 40, evidence: ASSUMED, producer: 'g' }]);
});
