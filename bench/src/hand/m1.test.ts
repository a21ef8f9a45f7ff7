import { expect, test } from 'vitest';
import { meteringEvent, type MeteringEvent } from '../metering.ts';
import { m1 } from './m1.ts';

/** Everything is kept for ever, and grouped afterwards under keys that are easy to read. */
function naive(events: readonly MeteringEvent[]): { rows: number; checksum: number } {
  const unique = [...new Map(events.map((event) => [event.id, event])).values()];
  const rows = Map.groupBy(unique, ({ tenant, model, time }) => `${tenant}/${model}/${Math.floor(time / 60_000)}`);
  return { rows: rows.size, checksum: unique.reduce((sum, event) => sum + event.tokensIn + event.tokensOut, 0) };
}

const request = (id: string, minute: number): MeteringEvent =>
  ({ id, time: minute * 60_000, tenant: 1, model: 1, tokensIn: 10, tokensOut: 1 });

test('m1 counts each request once, in the minute of its event time', () => {
  const source = Array.from({ length: 20_000 }, (_, n) => meteringEvent(n));
  const answer = m1([source.slice(0, 7_000), source.slice(7_000)]);
  expect(answer).toEqual(naive(source));
});

test('m1 gives the same where windows close, in the midst of disorder and duplicates', () => {
  // Every 60th event, so that 20,000 of them span two minutes; one in seven comes again, 100 later.
  const sampled = Array.from({ length: 20_000 }, (_, n) => meteringEvent(n * 60));
  const doubled = sampled.flatMap((event, n) => (n % 7 === 0 && n >= 100 ? [event, sampled[n - 100]!] : [event]));
  const answer = m1([doubled]);
  expect(answer).toEqual(naive(sampled));
  expect(m1([sampled])).toEqual(answer);
});

test('a duplicate is recognised ten minutes after its original, across the change of generations', () => {
  const others = Array.from({ length: 19 }, (_, minute) => request(`other-${minute}`, minute));
  const twice = [request('a', 9), request('a', 19)];
  const inOrder = [...others, ...twice].sort((one, other) => one.time - other.time);
  expect(m1([inOrder])).toEqual({ rows: 19, checksum: 20 * 11 });
});
