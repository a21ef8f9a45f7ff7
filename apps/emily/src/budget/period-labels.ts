import type { EpochMs } from '../domain/names.ts';

/** The calendar day and month of an instant: `2026-11-24` and `2026-11`. */
export type Labels = { readonly day: string; readonly month: string };

const MINUTE_MS = 60_000;

/** Says in which day and month of a zone an instant is. Days begin with a minute, so one answer holds for all of it. */
export class PeriodLabels {
  readonly #format: Intl.DateTimeFormat;
  #minute = Number.NaN;
  #labels: Labels = { day: '', month: '' };

  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  }

  at(time: EpochMs): Labels {
    const minute = Math.floor(time / MINUTE_MS);
    if (minute !== this.#minute) {
      const parts = this.#format.formatToParts(time);
      const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
      const month = `${part('year')}-${part('month')}`;
      this.#labels = { day: `${month}-${part('day')}`, month };
      this.#minute = minute;
    }
    return this.#labels;
  }
}
