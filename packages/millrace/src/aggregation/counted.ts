import type { Columns } from './columns.ts';

/**
 * Counting alone: what `alone(count())` is, without the calls that it makes for any aggregation. It is what is
 * asked for most, and where another aggregation stands behind it, those calls could not be compiled for it.
 */
export class Counted<T> implements Columns<T, number> {
  readonly name = 'count';
  readonly slots = 1;
  readonly atomic = true;
  readonly subtracts = true;
  readonly merges = true;

  first(): void {}

  keep(columns: readonly unknown[][], row: number): void {
    (columns[0] as number[])[row] = 1;
  }

  create(columns: readonly unknown[][], row: number): void {
    (columns[0] as number[])[row] = 0;
  }

  add(columns: readonly unknown[][], row: number): void {
    const column = columns[0] as number[];
    column[row] = (column[row] as number) + 1;
  }

  subtract(columns: readonly unknown[][], row: number): void {
    const column = columns[0] as number[];
    column[row] = (column[row] as number) - 1;
  }

  merge(columns: readonly unknown[][], row: number, from: readonly unknown[][], fromRow: number): void {
    const column = columns[0] as number[];
    column[row] = (column[row] as number) + ((from[0] as number[])[fromRow] as number);
  }

  result(columns: readonly unknown[][], row: number): number {
    return (columns[0] as number[])[row] as number;
  }
}
