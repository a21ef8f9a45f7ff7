/*
 * Decimal numbers without loss.
 *
 *   decimal := sign? digits ('.' digits)? (('e' | 'E') sign? digits)?      as in "12.30", "-0.001", "1e-7"
 *
 * Events carry decimals as text, because that is how JSON and CSV carry them unharmed and how the
 * store keeps them. Added up they are whole numbers of 10^−scale, in plain data that the store keeps as it
 * is. Only sums are needed, and a bigint adds exactly; a decimal library would bring objects of a
 * class, which cannot be stored, and a precision to be set.
 */

/** The text of a decimal number. */
export type Decimal = `${number}`;

/** units × 10^−scale. */
export interface Scaled {
  readonly units: bigint;
  /** Not negative. */
  readonly scale: number;
}

/** The longest text of a decimal, and the greatest exponent either way. */
export const DECIMAL_DIGITS_MAX = 1000;

const GRAMMAR = /^([+-]?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Undefined: it is not the text of a decimal, or a longer one than is taken. */
export function parseDecimal(text: string): Scaled | undefined {
  if (text.length > DECIMAL_DIGITS_MAX) return undefined;
  const match = GRAMMAR.exec(text);
  if (match === null) return undefined;
  const [, whole, fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > DECIMAL_DIGITS_MAX) return undefined;
  const units = BigInt(`${whole}${fraction}`.replace('+', ''));
  const scale = fraction.length - shift;
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale };
}

/** The shortest text of it: no zeros at the end of a fraction, no exponent. */
export function formatDecimal({ units, scale }: Scaled): Decimal {
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const point = digits.length - scale;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${sign}${digits.slice(0, point)}${fraction === '' ? '' : `.${fraction}`}` as Decimal;
}

export function addScaled(one: Scaled, other: Scaled): Scaled {
  if (one.scale === other.scale) return { units: one.units + other.units, scale: one.scale };
  if (one.scale < other.scale) return addScaled(other, one);
  return { units: one.units + other.units * 10n ** BigInt(one.scale - other.scale), scale: one.scale };
}
