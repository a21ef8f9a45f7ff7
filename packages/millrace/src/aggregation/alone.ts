import { assert } from '../assert.ts';
import type { Aggregate } from './aggregation.ts';
import type { At } from './at.ts';
import type { Columns } from './columns.ts';
import { count } from './count.ts';
import { Counted } from './counted.ts';

/** One aggregation, whose result is the value. */
export function alone<T, V>(aggregation: Aggregate<T, V>): Columns<T, V> {
  return isCount(aggregation) ? (new Counted<T>() as Columns<T, unknown> as Columns<T, V>) : new Alone(aggregation);
}

const isCount = (aggregation: unknown): boolean => aggregation === count();

class Alone<T, V> implements Columns<T, V> {
  readonly name: string;
  readonly slots = 1;
  readonly atomic: boolean;
  readonly subtracts: boolean;
  readonly merges: boolean;
  readonly #part: Aggregate<T, V>;
  #first: unknown;

  constructor(part: Aggregate<T, V>) {
    this.name = part.name;
    this.atomic = part.atomic;
    this.subtracts = part.subtract !== undefined;
    this.merges = part.merge !== undefined;
    this.#part = part;
  }

  first(value: T, at: At): void {
    const part = this.#part;
    this.#first = part.add(part.create(), part.take(value, at));
  }

  keep(columns: readonly unknown[][], row: number): void {
    (columns[0] as unknown[])[row] = this.#first;
  }

  create(columns: readonly unknown[][], row: number): void {
    (columns[0] as unknown[])[row] = this.#part.create();
  }

  add(columns: readonly unknown[][], row: number, value: T, at: At): void {
    const part = this.#part;
    const column = columns[0] as unknown[];
    column[row] = part.add(column[row], part.take(value, at));
  }

  subtract(columns: readonly unknown[][], row: number, value: T, at: At): void {
    const part = this.#part;
    const column = columns[0] as unknown[];
    assert(part.subtract !== undefined, () => `${this.name} cannot subtract`);
    column[row] = part.subtract(column[row], part.take(value, at));
  }

  merge(columns: readonly unknown[][], row: number, from: readonly unknown[][], fromRow: number): void {
    const part = this.#part;
    const column = columns[0] as unknown[];
    assert(part.merge !== undefined, () => `${this.name} cannot merge`);
    column[row] = part.merge(column[row], (from[0] as unknown[])[fromRow]);
  }

  result(columns: readonly unknown[][], row: number): V {
    return this.#part.result((columns[0] as unknown[])[row]);
  }
}
