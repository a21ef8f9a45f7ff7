import { checkFunction } from '../argument.ts';
import { errors } from '../error.ts';
import { textOf } from '../reason.ts';
import type { Aggregation } from './aggregation.ts';
import type { Ordered } from './ordered.ts';

/** The least value. */
export function min<T, V extends Ordered>(select: (value: T) => V): Aggregation<T, V, V | undefined, V> {
  return new Extreme('min', select, -1);
}

/** The greatest value. */
export function max<T, V extends Ordered>(select: (value: T) => V): Aggregation<T, V, V | undefined, V> {
  return new Extreme('max', select, 1);
}

class Extreme<T, V extends Ordered> implements Aggregation<T, V, V | undefined, V> {
  readonly name: string;
  readonly atomic = true;
  readonly #select: (value: T) => V;
  readonly #side: -1 | 1;

  constructor(name: string, select: (value: T) => V, side: -1 | 1) {
    checkFunction(`${name}(select)`, select);
    this.name = name;
    this.#select = select;
    this.#side = side;
  }

  take(value: T): V {
    const taken = this.#select(value);
    const type = typeof taken;
    if (type === 'string' || type === 'bigint' || (type === 'number' && taken === taken)) return taken;
    throw errors.NOT_ORDERED({ aggregation: this.name, found: textOf(taken) });
  }

  create(): undefined {
    return undefined;
  }

  add(best: V | undefined, taken: V): V {
    if (best === undefined) return taken;
    return (this.#side === 1 ? taken > best : taken < best) ? taken : best;
  }

  merge(into: V | undefined, from: V | undefined): V | undefined {
    return from === undefined ? into : this.add(into, from);
  }

  /** Rows exist only where there was an event. */
  result(best: V | undefined): V {
    return best as V;
  }
}
