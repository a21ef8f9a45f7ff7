/* Numbers as people read them: grouped, never abbreviated where they are counted or owed. */

/** A count; as its digits where a number would not be exact. */
export type Count = number | `${number}`;

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en-GB', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
// Enough for 0.025 and 1.25K: ticks are round numbers.
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 3 });

export const formatCount = (count: Count): string => whole.format(count);
export const formatShare = (share: number): string => percent.format(share);

/** A rate: one decimal while it is small enough for the decimal to matter. */
export const formatRate = (rate: number): string => (Math.abs(rate) < 100 ? oneDecimal : whole).format(rate);

/** For axes only: 12.5K, 3M. */
export const formatTick = (value: number): string => compact.format(value);
