import { checkMade, checkRecord } from '../argument.ts';
import { assert } from '../assert.ts';
import type { Aggregate, Aggregation } from './aggregation.ts';
import type { At } from './at.ts';
import type { Columns, FieldResults, Fields } from './columns.ts';

/** Several aggregations, with a record as the value. */
export function together<T, F extends Fields<T>>(fields: F): Columns<T, FieldResults<F>> {
  checkRecord('aggregate(fields)', fields);
  for (const [name, part] of Object.entries(fields)) checkMade(`aggregate({ ${name} })`, part, ['take', 'create', 'add', 'result'], 'an aggregation, such as count() or sum(select)');
  if (Object.keys(fields).length === 0) throw new RangeError('aggregate({}) names no result');
  return new Together(fields);
}

type Part<T> = Aggregate<T, unknown>;

/**
 * Those that make new accumulators have the first columns and go first: if one of them throws, nothing
 * has changed. Those that change theirs in place follow, when nothing can throw any more: what they
 * might refuse has been asked before.
 */
class Together<T, V> implements Columns<T, V> {
  readonly name: string;
  readonly slots: number;
  readonly atomic: boolean;
  readonly subtracts: boolean;
  readonly merges: boolean;
  /** By column. */
  readonly #parts: readonly Part<T>[];
  /** The columns of aggregations that may refuse what they would have to change in place. */
  readonly #admitting: readonly number[];
  readonly #asks: boolean;
  /** Makes a result of the columns, in which they are not in the order of their names. */
  readonly #make: (columns: readonly unknown[][], row: number) => unknown;
  readonly #made: unknown[];

  constructor(fields: Fields<T>) {
    const names = Object.keys(fields);
    const named = names.map((name) => fields[name] as Part<T>);
    const parts = [...named.filter((part) => part.inPlace !== true), ...named.filter((part) => part.inPlace === true)];
    this.name = named.map((part, i) => `${names[i]}: ${part.name}`).join(', ');
    this.slots = parts.length;
    this.atomic = parts.every((part) => part.atomic);
    this.subtracts = parts.every((part) => part.subtract !== undefined);
    this.merges = parts.every((part) => part.merge !== undefined);
    this.#parts = parts;
    this.#admitting = [...parts.keys()].filter((i) => (parts[i] as Part<T>).admit !== undefined);
    this.#asks = this.#admitting.length > 0;
    this.#make = maker(named.map((part, i) => ({ name: names[i] as string, part, column: parts.indexOf(part) })));
    this.#made = parts.map(() => undefined);
  }

  first(value: T, at: At): void {
    const parts = this.#parts;
    const made = this.#made;
    for (let i = 0; i < parts.length; i += 1) made[i] = (parts[i] as Part<T>).take(value, at);
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Part<T>;
      made[i] = part.add(part.create(), made[i]);
    }
  }

  keep(columns: readonly unknown[][], row: number): void {
    const made = this.#made;
    for (let i = 0; i < made.length; i += 1) (columns[i] as unknown[])[row] = made[i];
  }

  create(columns: readonly unknown[][], row: number): void {
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 1) (columns[i] as unknown[])[row] = (parts[i] as Part<T>).create();
  }

  add(columns: readonly unknown[][], row: number, value: T, at: At): void {
    const parts = this.#parts;
    const made = this.#made;
    for (let i = 0; i < parts.length; i += 1) made[i] = (parts[i] as Part<T>).take(value, at);
    if (this.#asks) this.#admit(columns, row);
    for (let i = 0; i < parts.length; i += 1) {
      made[i] = (parts[i] as Part<T>).add((columns[i] as unknown[])[row], made[i]);
    }
    for (let i = 0; i < parts.length; i += 1) (columns[i] as unknown[])[row] = made[i];
  }

  subtract(columns: readonly unknown[][], row: number, value: T, at: At): void {
    assert(this.subtracts, () => `${this.name} cannot subtract`);
    const parts = this.#parts as readonly Required<Part<T>>[];
    const made = this.#made;
    for (let i = 0; i < parts.length; i += 1) made[i] = (parts[i] as Part<T>).take(value, at);
    for (let i = 0; i < parts.length; i += 1) {
      made[i] = (parts[i] as Required<Part<T>>).subtract((columns[i] as unknown[])[row], made[i]);
    }
    this.keep(columns, row);
  }

  merge(columns: readonly unknown[][], row: number, from: readonly unknown[][], fromRow: number): void {
    assert(this.merges, () => `${this.name} cannot merge`);
    const parts = this.#parts as readonly Required<Part<T>>[];
    const made = this.#made;
    for (const i of this.#admitting) (parts[i] as Part<T>).admitMerge?.((columns[i] as unknown[])[row], (from[i] as unknown[])[fromRow]);
    for (let i = 0; i < parts.length; i += 1) {
      made[i] = (parts[i] as Required<Part<T>>).merge((columns[i] as unknown[])[row], (from[i] as unknown[])[fromRow]);
    }
    this.keep(columns, row);
  }

  /** A new object each time. */
  result(columns: readonly unknown[][], row: number): V {
    return this.#make(columns, row) as V;
  }

  #admit(columns: readonly unknown[][], row: number): void {
    for (const i of this.#admitting) (this.#parts[i] as Required<Aggregation<T, unknown, unknown, unknown>>).admit((columns[i] as unknown[])[row], this.#made[i]);
  }
}

interface Named {
  readonly name: string;
  readonly part: Part<unknown>;
  readonly column: number;
}

const resultOf = ({ part, column }: Named, columns: readonly unknown[][], row: number): unknown => part.result((columns[column] as unknown[])[row]);

/** Makes records of the results of the parts. */
function maker(list: readonly Named[]): (columns: readonly unknown[][], row: number) => unknown {
  const [first, second, ...others] = list as readonly [Named, ...Named[]];
  const firstName = first.name;
  const secondName = second?.name ?? '';
  // A place in the code that always stores the same name is compiled for it.
  return (columns, row) => {
    const result: Record<string, unknown> = {};
    result[firstName] = resultOf(first, columns, row);
    if (second !== undefined) result[secondName] = resultOf(second, columns, row);
    for (let i = 0; i < others.length; i += 1) {
      const other = others[i] as Named;
      result[other.name] = resultOf(other, columns, row);
    }
    return result;
  };
}
