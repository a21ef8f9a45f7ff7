/*
 * Money is counted in 10⁻¹² of the currency unit, as bigint, and rounded once: where a line of an
 * invoice is made.
 */
import type { Branded } from './names.ts';

/** 10⁻¹² of a currency unit. */
export type Pico = Branded<bigint, 'Pico'>;
/** The smallest unit that is paid, such as a cent. */
export type Minor = Branded<bigint, 'Minor'>;

/** An ISO 4217 currency and how many decimals its minor unit has. */
export type Currency = { readonly code: string; readonly decimals: number };

export const euro: Currency = { code: 'EUR', decimals: 2 };

const PICO_DECIMALS = 12;

export const pico = (amount: bigint): Pico => amount as Pico;
export const minor = (amount: bigint): Minor => amount as Minor;

/** Rounds half to even: over many lines no side is favoured. */
export function roundToMinor(amount: Pico, currency: Currency): Minor {
  const unit = 10n ** BigInt(PICO_DECIMALS - currency.decimals);
  const floor = amount / unit - (amount % unit < 0n ? 1n : 0n);
  const rest = amount - floor * unit;
  const up = rest * 2n > unit || (rest * 2n === unit && floor % 2n !== 0n);
  return minor(floor + (up ? 1n : 0n));
}

/** `12.34` for 1234 cents. */
export function minorText(amount: Minor, currency: Currency): string {
  return decimalText(amount, currency.decimals);
}

/** All decimals that count and no others: `0.002`. */
export function picoText(amount: Pico): string {
  return decimalText(amount, PICO_DECIMALS).replace(/\.?0+$/, '');
}

/** The amount that a decimal text says exactly, such as `5.00`; undefined where it says none, or more than is counted. */
export function picoOf(text: string): Pico | undefined {
  const [, whole = '', fraction = ''] = /^(0|[1-9]\d{0,14})(?:\.(\d{1,12}))?$/.exec(text) ?? [];
  return whole === '' ? undefined : pico(BigInt(whole + fraction.padEnd(PICO_DECIMALS, '0')));
}

function decimalText(amount: bigint, decimals: number): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const sign = amount < 0n ? '-' : '';
  if (decimals === 0) return `${sign}${digits}`;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
