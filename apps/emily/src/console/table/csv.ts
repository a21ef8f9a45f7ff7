/*
 * A table as a file for people: RFC 4180 with CRLF, a header, and a byte order mark, without which
 * spreadsheets read "Müller" wrongly. (Programs use the API.)
 *
 *   file := BOM row*          row  := cell ("," cell)* CRLF
 *   cell := plain | '"' (any but '"' | '""')* '"'
 *
 * A text that a spreadsheet would run as a formula gets an apostrophe in front: names come from
 * customers. Numbers are left as they are.
 */
export type Cell = string | number;

const BYTE_ORDER_MARK = '\uFEFF';
const FORMULA_START = /^[=+\-@\t\r]/;
const NUMERIC = /^-?\d+(\.\d+)?$/;
const NEEDS_QUOTES = /[",\r\n]/;

export function toCsv(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  let csv = BYTE_ORDER_MARK + line(header);
  for (const row of rows) csv += line(row);
  return csv;
}

const line = (cells: readonly Cell[]): string => `${cells.map(cellText).join(',')}\r\n`;

function cellText(cell: Cell): string {
  const text = String(cell);
  const safe = FORMULA_START.test(text) && !NUMERIC.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
