import { Temporal } from 'temporal-polyfill';

/** Moments of the wall clock that come again and again. */
export interface Schedule {
  /** As `describe()` shows it. */
  readonly text: string;
  /** The first moment after `time`; both in ms since the Unix epoch. */
  next(time: number): number;
}

/**
 * Every day at a time of a zone's clock: `daily('02:00', 'Europe/Berlin')`. Where the clock leaves that time
 * out, the moment is after the gap; where it shows it twice, the first.
 */
export function daily(at: string, zone: string): Schedule {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at);
  if (match === null) throw new RangeError(`daily('${at}', …): expected a time of day such as '02:00'`);
  const plainTime = new Temporal.PlainTime(Number(match[1]), Number(match[2]));
  const on = (day: Temporal.PlainDate): number => day.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
  const today = (time: number): Temporal.PlainDate => Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).toPlainDate();
  try {
    on(today(0));
  } catch (cause) {
    throw new RangeError(`daily(…, '${zone}'): expected an IANA time zone, such as 'Europe/Berlin' or 'UTC'`, { cause });
  }
  return Object.freeze({
    text: `daily ${at} ${zone}`,
    next(time: number): number {
      // One day back, because a gap may move yesterday's moment into today.
      for (let day = today(time).subtract({ days: 1 }); ; day = day.add({ days: 1 })) {
        const moment = on(day);
        if (moment > time) return moment;
      }
    },
  });
}
