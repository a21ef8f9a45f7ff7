import { expect, test } from 'vitest';
import { daily } from './schedule.ts';

const at = (text: string): number => Date.parse(text);

test.each([
  ['before it, the same day', '02:00', 'UTC', '2026-05-01T01:59:59.999Z', '2026-05-01T02:00:00Z'],
  ['at it, the next day: a moment comes once', '02:00', 'UTC', '2026-05-01T02:00:00Z', '2026-05-02T02:00:00Z'],
  ['by the clock of its zone', '02:00', 'Europe/Berlin', '2026-07-01T00:00:00Z', '2026-07-02T00:00:00Z'],
  ['in winter an hour later', '02:00', 'Europe/Berlin', '2026-12-01T00:00:00Z', '2026-12-01T01:00:00Z'],
  ['left out by the clock: after the gap', '02:30', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:30:00Z'],
  ['shown twice: the first', '02:30', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z'],
  ['and not the second as well', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
  ['where the zone is a day ahead', '00:10', 'Pacific/Kiritimati', '2026-05-01T10:09:00Z', '2026-05-01T10:10:00Z'],
])('%s', (_, time, zone, now, expected) => {
  expect(new Date(daily(time, zone).next(at(now))).toISOString()).toBe(new Date(at(expected)).toISOString());
});

test('what is no time of day, or no zone, is refused when it is written', () => {
  expect(() => daily('2:00', 'UTC')).toThrow("expected a time of day such as '02:00'");
  expect(() => daily('24:00', 'UTC')).toThrow('expected a time of day');
  expect(() => daily('02:00', 'Berlin')).toThrow("daily(…, 'Berlin'): expected an IANA time zone");
});
