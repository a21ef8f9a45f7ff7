import { Temporal } from 'temporal-polyfill';

/** A unit of the calendar whose windows follow a zone's clock. */
export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A half-open interval of event time, in ms since the Unix epoch. */
export type Interval = { readonly start: number; readonly end: number };

/**
 * The unit of the calendar that holds an instant, as the clock of an IANA zone shows it.
 *
 * Days may have 23 or 25 hours. A local midnight that does not exist means the first instant after
 * the gap; one that exists twice means the first of the two, and windows tile time even where a clock
 * goes back from after midnight to before it. Weeks begin on Monday.
 */
export class Calendar {
  readonly unit: CalendarUnit;
  readonly zone: string;

  constructor(unit: CalendarUnit, zone: string) {
    this.unit = unit;
    this.zone = zone;
    // An unknown zone is refused here, with the zone in the message, and not at the first event.
    try {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    } catch (cause) {
      throw new RangeError(`'${zone}' is not an IANA time zone, such as 'Europe/Berlin' or 'UTC'`, { cause });
    }
  }

  /** The interval of this calendar that holds `time`. */
  at(time: number): Interval {
    const day = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(this.zone).toPlainDate();
    const first = this.#first(day);
    const next = first.add(step[this.unit]);
    const end = this.#midnight(next);
    // Where the clock goes back over midnight, the former date is shown again; the day that has begun goes on.
    if (time >= end) return { start: end, end: this.#midnight(next.add(step[this.unit])) };
    return { start: this.#midnight(first), end };
  }

  #first(day: Temporal.PlainDate): Temporal.PlainDate {
    switch (this.unit) {
      case 'day':
        return day;
      case 'week':
        return day.subtract({ days: day.dayOfWeek - 1 });
      case 'month':
        return day.with({ day: 1 });
      case 'quarter':
        return day.with({ day: 1, month: day.month - ((day.month - 1) % 3) });
      case 'year':
        return day.with({ day: 1, month: 1 });
    }
  }

  #midnight(day: Temporal.PlainDate): number {
    return day.toZonedDateTime(this.zone).epochMilliseconds;
  }
}

const step: Record<CalendarUnit, Temporal.DurationLike> = {
  day: { days: 1 },
  week: { days: 7 },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { years: 1 },
};
