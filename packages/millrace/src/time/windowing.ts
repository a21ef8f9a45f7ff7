import { tzdbVersion } from '../port/tzdb.ts';
import { Calendar, type CalendarUnit, type Interval } from './calendar.ts';
import { type Duration, durationText } from './duration.ts';
import type { GroupWindowing } from './group-windowing.ts';
import { textOf } from '../reason.ts';
import { TIME_END, checkWindowMs } from './time-max.ts';
import type { CountWindowing, HoppingWindowing, SessionWindowing, SlidingWindowing } from './own-windowing.ts';

/** Which windows an event belongs to, by kind. */
export type Windowing = PlainWindowing | GroupWindowing;

/** Those for which it does not matter what an event is. */
export type PlainWindowing = AlignedWindowing | HoppingWindowing | SlidingWindowing | SessionWindowing | CountWindowing | GlobalWindowing;

/** Windows that do not overlap, the same for all keys. */
export interface AlignedWindowing {
  readonly kind: 'aligned';
  /** As `describe()` shows it; also what a stored plan is compared by. */
  readonly text: string;
  /** Of a calendar: the version of the time zone database that its intervals are by; see `describe()`. */
  readonly tzdb?: string;
  /** The half-open interval that holds `time`. */
  at(time: number): Interval;
}

/** Windows that do not overlap. */
export type DisjointWindowing = AlignedWindowing | GlobalWindowing;

/** One window for everything. */
export interface GlobalWindowing {
  readonly kind: 'global';
  readonly text: string;
  at(time: number): Interval;
}

/** Windows of one size, side by side, aligned to the Unix epoch plus `offset`. */
export function tumbling(size: Duration, offset: Duration = 0): AlignedWindowing {
  checkWindowMs(`tumbling(${textOf(size)})`, size);
  if (!Number.isSafeInteger(offset)) throw new RangeError(`tumbling(…, ${textOf(offset)}): expected a whole number of ms`);
  const shift = ((offset % size) + size) % size;
  return Object.freeze({
    kind: 'aligned',
    text: shift === 0 ? `tumbling ${durationText(size)}` : `tumbling ${durationText(size)} offset ${durationText(shift)}`,
    at(time: number): Interval {
      const start = Math.floor((time - shift) / size) * size + shift;
      return { start, end: start + size };
    },
  });
}

const always: Interval = Object.freeze({ start: 0, end: TIME_END });

/** One window for everything: it closes when the input ends. */
export function global(): GlobalWindowing {
  return theGlobal;
}

const theGlobal: GlobalWindowing = Object.freeze({ kind: 'global', text: 'global', at: () => always });

const of = (unit: CalendarUnit) => (zone: string): AlignedWindowing => {
  const calendar = new Calendar(unit, zone);
  return Object.freeze({ kind: 'aligned', text: `calendar ${unit} ${zone}`, tzdb: tzdbVersion, at: (time: number) => calendar.at(time) });
};

/** Windows of the calendar in an IANA zone: `calendar.month('Europe/Berlin')`. */
export const calendar: { readonly [Unit in CalendarUnit]: (zone: string) => AlignedWindowing } = Object.freeze({
  day: of('day'),
  week: of('week'),
  month: of('month'),
  quarter: of('quarter'),
  year: of('year'),
});
