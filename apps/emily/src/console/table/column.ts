import type { ReactNode } from 'react';
import { toCsv, type Cell } from './csv.ts';

/** One column of a table, of its CSV, and of the order it can be sorted in. */
export type Column<Row> = {
  readonly id: string;
  readonly title: string;
  readonly numeric?: true;
  /** Left out where the table is narrow, and the least already where it is not wide; the CSV always has it. */
  readonly lesser?: true | 'least';
  /** In the CSV only. */
  readonly hidden?: true;
  /** Exact and unformatted: what the CSV holds. */
  readonly value: (row: Row) => Cell;
  /** Where sorting by `value` would be wrong: decimals, or several fields. */
  readonly compare?: (a: Row, b: Row) => number;
  /** How it is shown, where that is not the value itself. */
  readonly show?: (row: Row, details: Details) => ReactNode;
};

/** Whether a row's details are open, and the switch. */
export type Details = { readonly expanded: boolean; readonly onOpen: () => void };

export type Order = { readonly by: string; readonly descending: boolean };

/** The rows in an order; rows that are equal in it keep the order they came in. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | null): readonly Row[] {
  const column = columns.find(({ id }) => id === order?.by);
  if (order === null || column === undefined) return rows;
  const compare = column.compare ?? ((a: Row, b: Row) => compareCells(column.value(a), column.value(b)));
  return rows.toSorted((a, b) => (order.descending ? compare(b, a) : compare(a, b)));
}

export const tableCsv = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string =>
  toCsv(columns.map(({ title }) => title), rows.map((row) => columns.map(({ value }) => value(row))));

const compareCells = (a: Cell, b: Cell): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
