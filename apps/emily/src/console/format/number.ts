/* Numbers as people read them: grouped, never abbreviated where they are counted or owed. */

/** A count; as its digits where a number would not be exact. */
export type Count = number | `${number}`;

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en-GB', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const formatCount = (count: Count): string => whole.format(count);
export const formatShare = (share: number): string => percent.format(share);

/** A rate: one decimal while it is small enough for the decimal to matter. */
export const formatRate = (rate: number): string => (Math.abs(rate) < 100 ? oneDecimal : whole).format(rate);

/** A tick of a linear axis has at most so many digits behind the point, in its own unit (K, M). */
const TICK_DIGITS_MAX = 6;

/** For axes only, 12.5K, 3M: all in as many digits as the step between them needs, so that none is rounded. */
export function formatTicks(values: readonly number[]): readonly string[] {
  for (let digits = 0; ; digits++) {
    const format = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: digits });
    if (digits === TICK_DIGITS_MAX || values.every((value) => isExact(value, digits))) return values.map((value) => format.format(value));
  }
}

/* Whether so many digits behind the point of the unit it is shown in are all it has, but for what floats add. */
function isExact(value: number, digits: number): boolean {
  const size = Math.abs(value);
  const unit = size < 1_000 ? 1 : 1_000 ** Math.floor(Math.log10(size) / 3 + 1e-9);
  const shown = (size / unit) * 10 ** digits;
  return Math.abs(shown - Math.round(shown)) < 1e-6 * Math.max(1, shown);
}
