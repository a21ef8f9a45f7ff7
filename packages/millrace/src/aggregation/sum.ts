import { errors } from '../error.ts';
import type { Aggregation } from './aggregation.ts';

/** A literal type's number or bigint. */
export type Widened<N extends number | bigint> = N extends number ? number : bigint;

/**
 * The exact sum of safe integers, or of bigints.
 *
 * Anything else is refused, event by event (NOT_AN_INTEGER): a sum of fractions depends on the order
 * in which they come. A sum that grows out of the safe integers is refused too (SUM_TOO_LARGE): sum
 * bigints there.
 */
export function sum<T, N extends number | bigint>(select: (value: T) => N): Aggregation<T, N, N | 0, Widened<N>> {
  return new Sum(select);
}

class Sum<T, N extends number | bigint> implements Aggregation<T, N, N | 0, Widened<N>> {
  readonly name = 'sum';
  readonly atomic = true;
  readonly #select: (value: T) => N;

  constructor(select: (value: T) => N) {
    this.#select = select;
  }

  take(value: T): N {
    const taken = this.#select(value);
    if (!Number.isSafeInteger(taken) && typeof taken !== 'bigint') throw errors.NOT_AN_INTEGER({ found: String(taken) });
    return taken;
  }

  create(): 0 {
    return 0;
  }

  add(accumulator: N | 0, taken: N): N {
    if (typeof taken === 'bigint') return (BigInt(accumulator) + taken) as N;
    const total = (accumulator as number) + (taken as number);
    if (!Number.isSafeInteger(total)) throw errors.SUM_TOO_LARGE({ sum: String(accumulator), added: String(taken) });
    return total as N;
  }

  subtract(accumulator: N | 0, taken: N): N {
    return this.add(accumulator, -taken as N);
  }

  merge(into: N | 0, from: N): N {
    return this.add(into, from);
  }

  /** Rows exist only where there was an event, so it is never the 0 of `create`. */
  result(accumulator: N | 0): Widened<N> {
    return accumulator as Widened<N>;
  }
}
