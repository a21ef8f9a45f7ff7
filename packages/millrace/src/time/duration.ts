import { refuse } from '../argument.ts';

/** A length of time in milliseconds, a non-negative safe integer. */
export type Duration = number;

const unit = (name: string, ms: number) => (n: number): Duration => {
  if (typeof n !== 'number') refuse(`${name}(n)`, 'a number', n);
  const duration = n * ms;
  if (!Number.isSafeInteger(duration) || duration < 0) {
    throw new RangeError(`${name}(${n}) is not a whole, non-negative number of milliseconds`);
  }
  return duration;
};

/** `seconds(5)` is 5000 ms. */
export const milliseconds: (n: number) => Duration = unit('milliseconds', 1);
export const seconds: (n: number) => Duration = unit('seconds', 1000);
export const minutes: (n: number) => Duration = unit('minutes', 60_000);
export const hours: (n: number) => Duration = unit('hours', 3_600_000);
/** Days of exactly 24 hours; a calendar's day may have 23 or 25. */
export const days: (n: number) => Duration = unit('days', 86_400_000);

const units: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** A duration for people, in the largest unit it is a whole number of: `90 s`, `2 h`, `1 ms`, `forever`. */
export function durationText(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'forever';
  const [unitMs, name] = units.find(([one]) => ms > 0 && ms % one === 0) ?? [1, 'ms'];
  return `${ms / unitMs} ${name}`;
}
