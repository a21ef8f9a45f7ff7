import { checkFunction } from '../argument.ts';
import { errors } from '../error.ts';
import { textOf } from '../reason.ts';
import type { Aggregation } from './aggregation.ts';
import { type Decimal, type Scaled, addScaled, formatDecimal, parseDecimal } from './decimal.ts';

/** What sum takes: safe integers, bigints, or the text of decimals such as '12.30'. */
export type Summable = number | bigint | Decimal;

/** A literal type's number, bigint or decimal. */
export type Widened<N extends Summable> = N extends number ? number : N extends bigint ? bigint : Decimal;

/** A sum so far, and what is added to it: as they are, decimals as whole numbers of a power of ten. */
export type Total = number | bigint | Scaled;

/**
 * The exact sum of safe integers, of bigints, or of decimals given as text ('12.30').
 *
 * - Anything else is refused, event by event (NOT_SUMMABLE): a sum of binary fractions depends on the
 *   order in which they come. A sum that grows out of the safe integers is refused too (SUM_TOO_LARGE): sum
 *   bigints there.
 * - A sum of decimals is the text of a decimal, as short as it can be: '1.10' + '2.20' is '3.3'.
 */
export function sum<T, N extends Summable>(select: (value: T) => N): Aggregation<T, Total, Total, Widened<N>> {
  checkFunction('sum(select)', select);
  return new Sum(select);
}

class Sum<T, N extends Summable> implements Aggregation<T, Total, Total, Widened<N>> {
  readonly name = 'sum';
  readonly atomic = true;
  readonly #select: (value: T) => N;

  constructor(select: (value: T) => N) {
    this.#select = select;
  }

  take(value: T): Total {
    const taken = this.#select(value);
    if (Number.isSafeInteger(taken) || typeof taken === 'bigint') return taken as number | bigint;
    const scaled = typeof taken === 'string' ? parseDecimal(taken) : undefined;
    if (scaled === undefined) throw errors.NOT_SUMMABLE({ found: textOf(taken) });
    return scaled;
  }

  create(): number {
    return 0;
  }

  add(accumulator: Total, taken: Total): Total {
    if (typeof taken !== 'number' || typeof accumulator !== 'number') return addWide(accumulator, taken);
    const total = accumulator + taken;
    if (!Number.isSafeInteger(total)) throw tooLarge(accumulator, taken);
    return total;
  }

  subtract(accumulator: Total, taken: Total): Total {
    return this.add(accumulator, negative(taken));
  }

  merge(into: Total, from: Total): Total {
    return this.add(into, from);
  }

  /** Rows exist only where there was an event, so it is never the 0 of `create`. */
  result(accumulator: Total): Widened<N> {
    return (typeof accumulator === 'object' ? formatDecimal(accumulator) : accumulator) as Widened<N>;
  }
}

function addWide(one: Total, other: Total): Total {
  if (typeof one === 'object' || typeof other === 'object') return addScaled(scaledOf(one), scaledOf(other));
  return BigInt(one) + BigInt(other);
}

const scaledOf = (total: Total): Scaled => (typeof total === 'object' ? total : { units: BigInt(total), scale: 0 });

function negative(total: Total): Total {
  if (typeof total === 'object') return { units: -total.units, scale: total.scale };
  return typeof total === 'bigint' ? -total : 0 - total;
}

function tooLarge(sum_: number, added: number): Error {
  return errors.SUM_TOO_LARGE({ sum: String(sum_), added: String(added) });
}
