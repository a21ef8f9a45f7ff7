import { expect, test } from 'vitest';
import { Recorder } from '../testing/fixture-recorder.ts';
import { ASSUMED, ENDED } from '../time/evidence.ts';
import { END, Frontier } from '../time/frontier.ts';
import { TIME_MAX } from '../time/time-max.ts';
import { Settler } from '../time/settler.ts';
import type { BadRecord } from './bad-record.ts';
import { RAW_CHARACTERS_MAX, rawText } from './bad-record.ts';
import { Feed } from './feed.ts';
import { HoldBook } from './hold-book.ts';
import { Moment } from './moment.ts';

const ARRIVAL = 10_000;

function fed({ boundMs = 0, maxAheadMs = 100 } = {}) {
  const out = new Recorder<unknown>();
  const bad: BadRecord[] = [];
  const frontier = new Frontier();
  const moment = new Moment();
  const policy = { book: new HoldBook(moment, false), onThrow: 'bad' as const, onBad: undefined, poisonedRows: new Map(), thrower: () => '' };
  const options = { policy, source: 's', partition: 1, time: (value: unknown) => value as number, boundMs, idleAfterMs: 1000, maxAheadMs, maxLeadMs: Number.POSITIVE_INFINITY, frontier, next: out, settler: new Settler(), bad: (record: BadRecord) => void bad.push(record) };
  const feed = new Feed(options, moment);
  const take = (...rows: unknown[]) => feed.take({ rows, arrival: ARRIVAL, cursor: rows.length });
  return { feed, frontier, bad, take, pushed: () => out.calls.map(([, value]) => value) };
}

test('an event moves the frontier to its time less the bound, and never back', () => {
  const { frontier, take } = fed({ boundMs: 5 });
  const seen = [3, 20, 12, 26].map((time) => {
    take(time);
    return frontier.value;
  });
  expect(seen).toEqual([-1, 15, 15, 21]);
  expect(frontier.evidence).toBe(ASSUMED);
});

test.each([Number.NaN, -1, 1.5, '5', 5n, null, undefined, {}, Infinity, 2 ** 53, new Date(5)])('a time of %s is no time: the record is set aside and the frontier stays', (time) => {
  const { feed, frontier, bad, take, pushed } = fed({ maxAheadMs: Infinity });
  take(1, time, 2);
  expect(pushed()).toEqual([1, 2]);
  expect(bad).toMatchObject([{ source: 's', partition: 1, offset: 1, arrival: ARRIVAL, reason: 'bad-time', message: expect.stringContaining(`its time is ${String(time)}`) }]);
  expect([feed.offset, feed.events, feed.bad, frontier.value]).toEqual([3, 2, 1, 2]);
});

test('a time may be ahead of the arrival by as much as is said, and not by a millisecond more', () => {
  const { frontier, bad, take, pushed } = fed({ maxAheadMs: 100 });
  take(ARRIVAL + 100, ARRIVAL + 101);
  expect(pushed()).toEqual([ARRIVAL + 100]);
  expect(frontier.value).toBe(ARRIVAL + 100);
  expect(bad).toMatchObject([{ offset: 1, reason: 'future-time', message: 'its time 10101 is 101 ms ahead of its arrival; at most 100 ms are taken' }]);
});

test('the greatest time there is, where any time is taken', () => {
  const { bad, take, pushed } = fed({ maxAheadMs: Infinity });
  take(TIME_MAX, TIME_MAX + 1);
  expect(pushed()).toEqual([TIME_MAX]);
  expect(bad).toMatchObject([{ offset: 1, reason: 'bad-time', message: `its time is ${TIME_MAX + 1}; expected whole ms since 1970, at most ${TIME_MAX}` }]);
});

test('what a source calls bad keeps its place among the events', () => {
  const { feed, bad, take } = fed();
  take(1);
  feed.takeBad({ bad: { reason: 'malformed', message: 'no JSON', raw: '{' }, arrival: ARRIVAL, cursor: 7 });
  take(2);
  expect(bad).toMatchObject([{ offset: 1, reason: 'malformed', message: 'no JSON', raw: '{' }]);
  expect([feed.offset, feed.events, feed.bad]).toEqual([3, 2, 1]);
});

test('a record that failed before is set aside when it comes again, and still moves the frontier', () => {
  const { feed, frontier, bad, take, pushed } = fed();
  feed.poisoned.set(1, 'Error: no');
  take(1, 20, 3);
  expect(pushed()).toEqual([1, 3]);
  expect(bad).toMatchObject([{ offset: 1, reason: 'threw', message: 'Error: no' }]);
  expect(frontier.value).toBe(20);
});

test('the end is the end of time', () => {
  const { feed, frontier } = fed();
  feed.end();
  expect([feed.ended, frontier.value, frontier.evidence]).toEqual([true, END, ENDED]);
});

test('where batches end changes nothing', () => {
  const times = [5, 3, Number.NaN, 9, -1, 4, 12];
  const together = fed({ boundMs: 2 });
  together.take(...times);
  const apart = fed({ boundMs: 2 });
  for (const time of times) apart.take(time);
  expect(apart.pushed()).toEqual(together.pushed());
  expect(apart.bad).toEqual(together.bad);
  expect(apart.frontier.value).toBe(together.frontier.value);
});

test('whatever came can be told as text, and not more of it than is kept', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  expect(rawText({ a: 1n })).toBe('{"a":"1n"}');
  expect(rawText(circle)).toBe('[object Object]');
  expect(rawText(undefined)).toBe('undefined');
  expect(rawText('x'.repeat(RAW_CHARACTERS_MAX))).toHaveLength(RAW_CHARACTERS_MAX);
  expect(rawText('x'.repeat(RAW_CHARACTERS_MAX + 1))).toHaveLength(RAW_CHARACTERS_MAX + 1);
});
