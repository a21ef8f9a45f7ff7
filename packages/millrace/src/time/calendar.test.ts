import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RUNS } from '../testing/fixture-scenario.ts';
import { Calendar, type CalendarUnit, type Interval } from './calendar.ts';

const HOUR_MS = 3_600_000;

const at = (instant: string): number => Date.parse(instant);
const told = ({ start, end }: Interval): readonly string[] => [start, end].map((time) => new Date(time).toISOString().replace(':00.000Z', 'Z'));
const hours = ({ start, end }: Interval): number => (end - start) / HOUR_MS;

describe('days', () => {
  test.each([
    ['spring forward', 'Europe/Berlin', '2024-03-31T12:00Z', 23, ['2024-03-30T23:00Z', '2024-03-31T22:00Z']],
    ['fall back', 'Europe/Berlin', '2024-10-27T12:00Z', 25, ['2024-10-26T22:00Z', '2024-10-27T23:00Z']],
    ['an ordinary day', 'Europe/Berlin', '2024-07-01T12:00Z', 24, ['2024-06-30T22:00Z', '2024-07-01T22:00Z']],
    ['half an hour of summer time', 'Australia/Lord_Howe', '2024-04-07T00:00Z', 24.5, ['2024-04-06T13:00Z', '2024-04-07T13:30Z']],
    ['no midnight: it begins after the gap', 'America/Sao_Paulo', '2018-11-04T12:00Z', 23, ['2018-11-04T03:00Z', '2018-11-05T02:00Z']],
    ['no midnight in Beirut', 'Asia/Beirut', '2022-03-27T12:00Z', 23, ['2022-03-26T22:00Z', '2022-03-27T21:00Z']],
    ['two midnights: it begins at the first', 'America/Havana', '2024-11-03T12:00Z', 25, ['2024-11-03T04:00Z', '2024-11-04T05:00Z']],
    ['the day before one that never was', 'Pacific/Apia', '2011-12-30T00:00Z', 24, ['2011-12-29T10:00Z', '2011-12-30T10:00Z']],
  ] as const)('%s: %s', (_, zone, instant, length, bounds) => {
    const day = new Calendar('day', zone).at(at(instant));
    expect(told(day)).toEqual(bounds);
    expect(hours(day)).toBe(length);
  });

  test('where the clock goes back over midnight, the hour that comes again belongs to the day that had begun', () => {
    // St. John's, 2006: at 00:01 on 29 October the clock went back to 23:01 on the 28th.
    const days = new Calendar('day', 'America/St_Johns');
    const begun = days.at(at('2006-10-29T02:30:30Z'));
    expect(told(begun)).toEqual(['2006-10-29T02:30Z', '2006-10-30T03:30Z']);
    expect(days.at(at('2006-10-29T03:00Z'))).toEqual(begun);
    expect(days.at(at('2006-10-29T04:00Z'))).toEqual(begun);
    expect(told(days.at(at('2006-10-29T02:29:59Z')))).toEqual(['2006-10-28T02:30Z', '2006-10-29T02:30Z']);
  });
});

test.each<[CalendarUnit, string, readonly string[]]>([
  ['week', '2024-12-31T12:00Z', ['2024-12-29T23:00Z', '2025-01-05T23:00Z']],
  ['week', '2024-12-29T22:59Z', ['2024-12-22T23:00Z', '2024-12-29T23:00Z']],
  ['month', '2024-02-29T12:00Z', ['2024-01-31T23:00Z', '2024-02-29T23:00Z']],
  ['month', '2024-03-31T21:59Z', ['2024-02-29T23:00Z', '2024-03-31T22:00Z']],
  ['quarter', '2024-03-31T21:59Z', ['2023-12-31T23:00Z', '2024-03-31T22:00Z']],
  ['quarter', '2024-12-01T00:00Z', ['2024-09-30T22:00Z', '2024-12-31T23:00Z']],
  ['year', '2024-12-31T22:59Z', ['2023-12-31T23:00Z', '2024-12-31T23:00Z']],
  ['year', '2024-12-31T23:00Z', ['2024-12-31T23:00Z', '2025-12-31T23:00Z']],
])('the %s of Berlin that holds %s', (unit, instant, bounds) => {
  expect(told(new Calendar(unit, 'Europe/Berlin').at(at(instant)))).toEqual(bounds);
});

test('an unknown zone is refused at once, with what was expected', () => {
  expect(() => new Calendar('day', 'Europe/Berlin2')).toThrow("'Europe/Berlin2' is not an IANA time zone, such as 'Europe/Berlin' or 'UTC'");
});

const zones = ['UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Beirut', 'America/St_Johns', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia', 'Pacific/Chatham', 'Africa/Cairo', 'Asia/Tehran', 'Antarctica/Troll'];
const units: readonly CalendarUnit[] = ['day', 'week', 'month', 'quarter', 'year'];

test('windows tile time: every instant is in exactly one, and the next begins where it ends', () => {
  const property = fc.property(
    fc.constantFrom(...zones),
    fc.constantFrom(...units),
    fc.integer({ min: 400 * 24, max: 24 * 366 * 80 }),
    fc.integer({ min: 0, max: HOUR_MS - 1 }),
    (zone, unit, hour, ms) => {
      const calendar = new Calendar(unit, zone);
      const time = hour * HOUR_MS + ms;
      const window = calendar.at(time);
      expect(window.start).toBeLessThanOrEqual(time);
      expect(window.end).toBeGreaterThan(time);
      expect(calendar.at(window.start)).toEqual(window);
      expect(calendar.at(window.end - 1)).toEqual(window);
      expect(calendar.at(window.end).start).toBe(window.end);
      expect(calendar.at(window.start - 1).end).toBe(window.start);
    },
  );
  fc.assert(property, { numRuns: RUNS });
});

test('in every zone days tile the hours around every change of its clock in sixty years', () => {
  for (const zone of zones) {
    const days = new Calendar('day', zone);
    for (const change of changesOfClock(zone)) {
      let window = days.at(change - 26 * HOUR_MS);
      for (let time = change - 26 * HOUR_MS; time < change + 26 * HOUR_MS; time += HOUR_MS / 2) {
        if (time >= window.end) {
          expect(days.at(window.end).start).toBe(window.end);
          window = days.at(window.end);
        }
        expect(days.at(time)).toEqual(window);
      }
    }
  }
});

/** The hours in which a zone changes its clock, told by Intl rather than by what is tested. */
function changesOfClock(zone: string): readonly number[] {
  const wall = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const offset = (time: number): string => wall.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const step = 30 * 24 * HOUR_MS;
  const changes: number[] = [];
  for (let from = at('1975-01-01T00:00Z'); from < at('2035-01-01T00:00Z'); from += step) {
    if (offset(from) === offset(from + step)) continue;
    let [low, high] = [from, from + step];
    while (high - low > HOUR_MS / 4) {
      const middle = (low + high) / 2;
      if (offset(middle) === offset(low)) low = middle;
      else high = middle;
    }
    changes.push(Math.round(high / (HOUR_MS / 2)) * (HOUR_MS / 2));
  }
  return changes;
}
