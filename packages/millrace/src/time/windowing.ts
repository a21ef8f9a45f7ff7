import { Calendar, type CalendarUnit, type Interval } from './calendar.ts';
import { type Duration, durationText } from './duration.ts';

/** Which window an event time belongs to, for windows that do not overlap. */
export interface Windowing {
  /** As `describe()` shows it; also what a stored plan is compared by. */
  readonly text: string;
  /** The half-open interval that holds `time`. */
  at(time: number): Interval;
}

/** Windows of one size, side by side, aligned to the Unix epoch plus `offset`. */
export function tumbling(size: Duration, offset: Duration = 0): Windowing {
  if (!Number.isSafeInteger(size) || size <= 0) throw new RangeError(`tumbling(${size}): expected a positive whole number of ms`);
  if (!Number.isSafeInteger(offset)) throw new RangeError(`tumbling(…, ${offset}): expected a whole number of ms`);
  const shift = ((offset % size) + size) % size;
  return Object.freeze({
    text: shift === 0 ? `tumbling ${durationText(size)}` : `tumbling ${durationText(size)} offset ${durationText(shift)}`,
    at(time: number): Interval {
      const start = Math.floor((time - shift) / size) * size + shift;
      return { start, end: start + size };
    },
  });
}

const of = (unit: CalendarUnit) => (zone: string): Windowing => {
  const calendar = new Calendar(unit, zone);
  return Object.freeze({ text: `calendar ${unit} ${zone}`, at: (time: number) => calendar.at(time) });
};

/** Windows of the calendar in an IANA zone: `calendar.month('Europe/Berlin')`. */
export const calendar: { readonly [Unit in CalendarUnit]: (zone: string) => Windowing } = Object.freeze({
  day: of('day'),
  week: of('week'),
  month: of('month'),
  quarter: of('quarter'),
  year: of('year'),
});
