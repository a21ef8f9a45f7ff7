import type { Aggregate } from './aggregation.ts';

/** Aggregations by the name of their result. */
export type Fields<T> = { readonly [name: string]: Aggregate<T, unknown> };

/** What a record of aggregations results in. */
export type FieldResults<F> = {
  [Name in keyof F]: F[Name] extends Aggregate<never, infer Result> ? Result : never;
};

/**
 * Aggregations over the same events, kept as columns side by side, one row a key.
 *
 * All selectors run, and all new values are made, before the first one is kept: an event counts in
 * every column or in none.
 */
export class Columns<T, V> {
  /** As `describe()` shows it. */
  readonly name: string;
  readonly slots: number;
  readonly atomic: boolean;
  readonly #parts: readonly Aggregate<T, unknown>[];
  readonly #names: readonly string[] | undefined;
  readonly #taken: unknown[];
  readonly #added: unknown[];

  constructor(parts: readonly Aggregate<T, unknown>[], names: readonly string[] | undefined) {
    this.name = parts.map((part, i) => (names === undefined ? part.name : `${names[i]}: ${part.name}`)).join(', ');
    this.slots = parts.length;
    this.atomic = parts.every((part) => part.atomic);
    this.#parts = parts;
    this.#names = names;
    this.#taken = parts.map(() => undefined);
    this.#added = parts.map(() => undefined);
  }

  /** Reads what is needed from an event. */
  take(value: T): void {
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 1) this.#taken[i] = (parts[i] as Aggregate<T, unknown>).take(value);
  }

  /** Makes the values of a row that has only the event just taken. */
  first(): void {
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i] as Aggregate<T, unknown>;
      this.#added[i] = part.add(part.create(), this.#taken[i]);
    }
  }

  /** Makes the values of a row with the event just taken added. */
  next(columns: readonly unknown[][], row: number): void {
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i += 1) {
      this.#added[i] = (parts[i] as Aggregate<T, unknown>).add((columns[i] as unknown[])[row], this.#taken[i]);
    }
  }

  /** Keeps what `first` or `next` made. */
  keep(columns: readonly unknown[][], row: number): void {
    for (let i = 0; i < this.slots; i += 1) (columns[i] as unknown[])[row] = this.#added[i];
  }

  /** The result of a row, a new object where there are names. */
  result(columns: readonly unknown[][], row: number): V {
    const names = this.#names;
    if (names === undefined) return this.#resultOf(columns, row, 0) as V;
    const result: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i += 1) result[names[i] as string] = this.#resultOf(columns, row, i);
    return result as V;
  }

  #resultOf(columns: readonly unknown[][], row: number, i: number): unknown {
    return (this.#parts[i] as Aggregate<T, unknown>).result((columns[i] as unknown[])[row]);
  }
}

/** One aggregation, whose result is the value. */
export function alone<T, V>(aggregation: Aggregate<T, V>): Columns<T, V> {
  return new Columns([aggregation], undefined);
}

/** Several aggregations, with a record as the value. */
export function together<T, F extends Fields<T>>(fields: F): Columns<T, FieldResults<F>> {
  const names = Object.keys(fields);
  if (names.length === 0) throw new RangeError('aggregate({ of: {} }) names no result');
  return new Columns(Object.values(fields), names);
}
