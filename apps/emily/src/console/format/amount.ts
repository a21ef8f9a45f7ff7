/*
 * Amounts are decimal strings from end to end. They are grouped and compared here without ever
 * becoming a float, so what the page shows is what the ledger holds, to the last digit.
 */

const FRACTION_DIGITS_MAX = 20;

/** An amount cut before its decimal point, so that a column of them can be aligned there. */
export type AmountParts = { readonly whole: string; readonly fraction: string };

/** `1234.50` → `1,234` and `.50`. */
export function amountParts(decimal: string): AmountParts {
  const [whole = '0', fraction] = decimal.split('.');
  return { whole: grouped.format(asNumeric(whole)), fraction: fraction === undefined ? '' : `.${fraction}` };
}

/** `1234.5` in EUR → `€1,234.50`; digits past the currency's own are kept, not rounded. */
export function formatMoney(decimal: string, currency: string): string {
  return moneyFormat(currency).format(asNumeric(decimal));
}

/** The most decimals among `decimals`: the width a column of them needs behind the point. */
export const fractionDigits = (decimals: readonly string[]): number =>
  decimals.reduce((most, decimal) => Math.max(most, fractionOf(decimal).length), 0);

/** For sorting: exact, whatever the number of decimals on either side. */
export function compareAmounts(a: string, b: string): number {
  const digits = fractionDigits([a, b]);
  const difference = scaled(a, digits) - scaled(b, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** What part of `total` is `part`, 0 to 1: for the length of a bar, never for an amount. */
export function shareOf(part: string, total: string): number {
  const whole = Number(total);
  return whole > 0 ? Number(part) / whole : 0;
}

const grouped = new Intl.NumberFormat('en-GB');
const byCurrency = new Map<string, Intl.NumberFormat>();

function moneyFormat(currency: string): Intl.NumberFormat {
  let format = byCurrency.get(currency);
  if (format === undefined) {
    format = new Intl.NumberFormat('en-GB', { style: 'currency', currency, maximumFractionDigits: FRACTION_DIGITS_MAX });
    byCurrency.set(currency, format);
  }
  return format;
}

/* Intl formats a decimal string exactly; its type knows only literals. */
const asNumeric = (decimal: string): Intl.StringNumericLiteral => decimal as Intl.StringNumericLiteral;

const fractionOf = (decimal: string): string => decimal.split('.')[1] ?? '';
const scaled = (decimal: string, digits: number): bigint =>
  BigInt((decimal.split('.')[0] ?? '0') + fractionOf(decimal).padEnd(digits, '0'));
