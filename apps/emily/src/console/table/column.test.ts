import { expect, test } from 'vitest';
import { compareAmounts } from '../format/amount.ts';
import { sortRows, tableCsv, type Column } from './column.ts';

type Row = { readonly name: string; readonly amount: string; readonly note: string };

const columns: readonly Column<Row>[] = [
  { id: 'name', title: 'Name', value: ({ name }) => name },
  { id: 'amount', title: 'Amount', numeric: true, value: ({ amount }) => amount, compare: (a, b) => compareAmounts(a.amount, b.amount) },
  { id: 'note', title: 'Note', hidden: true, value: ({ note }) => note },
];
const rows: readonly Row[] = [
  { name: 'user-10', amount: '9.50', note: 'a' },
  { name: 'user-9', amount: '10.00', note: 'b' },
  { name: 'user-1', amount: '10.00', note: 'c' },
];
const names = (some: readonly Row[]): readonly string[] => some.map(({ name }) => name);

test('amounts sort by value, and rows that are equal keep the order they came in', () => {
  expect(names(sortRows(rows, columns, { by: 'amount', descending: true }))).toEqual(['user-9', 'user-1', 'user-10']);
});

test('names sort by the numbers in them', () => {
  expect(names(sortRows(rows, columns, { by: 'name', descending: false }))).toEqual(['user-1', 'user-9', 'user-10']);
});

test('an order by a column there is not leaves the rows as they came', () => {
  expect(sortRows(rows, columns, { by: 'gone', descending: true })).toBe(rows);
});

test('the file has the columns that the page leaves out', () => {
  expect(tableCsv(rows.slice(0, 1), columns)).toBe('\uFEFFName,Amount,Note\r\nuser-10,9.50,a\r\n');
});
