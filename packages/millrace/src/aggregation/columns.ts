import { assert } from '../assert.ts';
import type { Aggregate } from './aggregation.ts';
import type { At } from './at.ts';

/** Aggregations by the name of their result. */
export type Fields<T> = { readonly [name: string]: Aggregate<T, unknown> };

/** What a record of aggregations results in. */
export type FieldResults<F> = {
  [Name in keyof F]: F[Name] extends Aggregate<never, infer Result> ? Result : never;
};

/**
 * Aggregations over the same events, their accumulators kept as columns side by side, one row a key.
 *
 * An event counts in every column or in none: all selectors run, and all new values are made, before
 * the first one is kept.
 */
export interface Columns<T, V> {
  /** As `describe()` shows it. */
  readonly name: string;
  readonly slots: number;
  /** Whether an `add`, a `subtract` or a `merge` that throws has changed nothing. */
  readonly atomic: boolean;
  /** Whether events can be taken out again. */
  readonly subtracts: boolean;
  /** Whether two rows can become one. */
  readonly merges: boolean;
  /** Makes the values of a row that has only this event; `keep` puts them in once there is a row. */
  first(value: T, at: At): void;
  keep(columns: readonly unknown[][], row: number): void;
  /** Makes a row one of no events, for others to be merged into. Its result is defined only after that. */
  create(columns: readonly unknown[][], row: number): void;
  /** Adds an event to a row. */
  add(columns: readonly unknown[][], row: number, value: T, at: At): void;
  /** Takes out of a row an event that was added to it, given as it was then. Only where `subtracts`. */
  subtract(columns: readonly unknown[][], row: number, value: T, at: At): void;
  /** Adds all events of a row of other columns, which stay as they are. Only where `merges`. */
  merge(columns: readonly unknown[][], row: number, from: readonly unknown[][], fromRow: number): void;
  /** The result of a row: what later events do not change. */
  result(columns: readonly unknown[][], row: number): V;
}

/** One aggregation, whose result is the value. */
export function alone<T, V>(aggregation: Aggregate<T, V>): Columns<T, V> {
  return new Alone(aggregation);
}

/** Several aggregations, with a record as the value. */
export function together<T, F extends Fields<T>>(fields: F): Columns<T, FieldResults<F>> {
  const names = Object.keys(fields);
  if (names.length === 0) throw new RangeError('aggregate({ of: {} }) names no result');
  return new Together(Object.values(fields), names);
}

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

  first(value: T): void {
    const part = this.#part;
    this.#first = part.add(part.create(), part.take(value));
  }

  keep(columns: readonly unknown[][], row: number): void {
    (columns[0] as unknown[])[row] = this.#first;
  }

  add(columns: readonly unknown[][], row: number, value: T): void {
    const part = this.#part;
    const column = columns[0] as unknown[];
    column[row] = part.add(column[row], part.take(value));
  }

  create(columns: readonly unknown[][], row: number): void {
    (columns[0] as unknown[])[row] = this.#part.create();
  }

  subtract(columns: readonly unknown[][], row: number, value: T): void {
    const part = this.#part;
    const column = columns[0] as unknown[];
    assert(part.subtract !== undefined, () => `${this.name} cannot subtract`);
    column[row] = part.subtract(column[row], part.take(value));
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

class Together<T, V> implements Columns<T, V> {
  readonly name: string;
  readonly slots: number;
  readonly atomic: boolean;
  readonly subtracts: boolean;
  readonly merges: boolean;
  readonly #parts: readonly Aggregate<T, unknown>[];
  readonly #names: readonly string[];
  readonly #made: unknown[];

  constructor(parts: readonly Aggregate<T, unknown>[], names: readonly string[]) {
    this.name = parts.map((part, i) => `${names[i]}: ${part.name}`).join(', ');
    this.slots = parts.length;
    this.atomic = parts.every((part) => part.atomic);
    this.subtracts = parts.every((part) => part.subtract !== undefined);
    this.merges = parts.every((part) => part.merge !== undefined);
    this.#parts = parts;
    this.#names = names;
    this.#made = parts.map(() => undefined);
  }

  first(value: T): void {
    const parts = this.#parts;
    const made = this.#made;
    for (let i = 0; i < parts.length; i += 1) made[i] = (parts[i] as Aggregate<T, unknown>).take(value);
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Aggregate<T, unknown>;
      made[i] = part.add(part.create(), made[i]);
    }
  }

  keep(columns: readonly unknown[][], row: number): void {
    for (let i = 0; i < this.slots; i += 1) (columns[i] as unknown[])[row] = this.#made[i];
  }

  add(columns: readonly unknown[][], row: number, value: T): void {
    const parts = this.#parts;
    const made = this.#made;
    for (let i = 0; i < parts.length; i += 1) made[i] = (parts[i] as Aggregate<T, unknown>).take(value);
    for (let i = 0; i < parts.length; i += 1) {
      made[i] = (parts[i] as Aggregate<T, unknown>).add((columns[i] as unknown[])[row], made[i]);
    }
    for (let i = 0; i < parts.length; i += 1) (columns[i] as unknown[])[row] = made[i];
  }

  create(columns: readonly unknown[][], row: number): void {
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 1) (columns[i] as unknown[])[row] = (parts[i] as Aggregate<T, unknown>).create();
  }

  subtract(columns: readonly unknown[][], row: number, value: T): void {
    const parts = this.#parts as readonly Required<Aggregate<T, unknown>>[];
    const made = this.#made;
    assert(this.subtracts, () => `${this.name} cannot subtract`);
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Required<Aggregate<T, unknown>>;
      made[i] = part.subtract((columns[i] as unknown[])[row], part.take(value));
    }
    this.keep(columns, row);
  }

  merge(columns: readonly unknown[][], row: number, from: readonly unknown[][], fromRow: number): void {
    const parts = this.#parts as readonly Required<Aggregate<T, unknown>>[];
    const made = this.#made;
    assert(this.merges, () => `${this.name} cannot merge`);
    for (let i = 0; i < parts.length; i += 1) {
      made[i] = (parts[i] as Required<Aggregate<T, unknown>>).merge((columns[i] as unknown[])[row], (from[i] as unknown[])[fromRow]);
    }
    this.keep(columns, row);
  }

  /** A new object each time. */
  result(columns: readonly unknown[][], row: number): V {
    const names = this.#names;
    const result: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i += 1) {
      result[names[i] as string] = (this.#parts[i] as Aggregate<T, unknown>).result((columns[i] as unknown[])[row]);
    }
    return result as V;
  }
}
