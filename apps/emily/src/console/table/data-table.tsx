import { Fragment, useState, type ReactElement, type ReactNode } from 'react';
import { formatCount } from '../format/number.ts';
import { strings } from '../strings.ts';
import { sortRows, type Column, type Order } from './column.ts';
import './data-table.css';

/**
 * A table that can be sorted by its headings; a row may open its details below itself.
 * The heading of the first column is the row's, for screen readers.
 */
export function DataTable<Row>({ caption, columns, rows, rowKey, order: initial = null, details, total, empty, tall = false, first = Infinity }: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly order?: Order | null;
  readonly details?: (row: Row) => ReactNode;
  /** One more row at the end, of the same columns. */
  readonly total?: { readonly label: string; readonly row: Row };
  readonly empty: ReactNode;
  /** Scrolls within itself instead of making the page longer. */
  readonly tall?: boolean;
  /** How many rows are shown until the reader asks for all. */
  readonly first?: number;
}): ReactElement {
  const [order, setOrder] = useState<Order | null>(initial);
  const [opened, setOpened] = useState<ReadonlySet<string | number>>(new Set());
  const [all, setAll] = useState(false);
  const shown = columns.filter(({ hidden }) => hidden !== true);

  const turn = (column: Column<Row>): void => setOrder((last) => ({
    by: column.id,
    descending: last?.by === column.id ? !last.descending : column.numeric === true,
  }));
  const toggle = (key: string | number): void => setOpened((last) => {
    const next = new Set(last);
    if (!next.delete(key)) next.add(key);
    return next;
  });

  if (rows.length === 0) return <div className="table-empty">{empty}</div>;
  const sorted = sortRows(rows, columns, order);
  const visible = all ? sorted : sorted.slice(0, first);
  return <>
    <section className={`table-frame${tall ? ' tall' : ''}`} aria-label={caption} tabIndex={0}>
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {shown.map((column) => (
              <th key={column.id} scope="col" className={cellClass(column)} aria-sort={sortOf(column, order)}>
                <button type="button" onClick={() => turn(column)}>{column.title}<span aria-hidden="true" className="sort-mark" /></button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {visible.map((row) => {
            const key = rowKey(row);
            const expanded = opened.has(key);
            return (
              <Fragment key={key}>
                <tr>{shown.map((column, at) => <TableCell key={column.id} column={column} row={row} heading={at === 0} details={{ expanded, onOpen: () => toggle(key) }} />)}</tr>
                {expanded && details !== undefined && <tr className="details"><td colSpan={shown.length}>{details(row)}</td></tr>}
              </Fragment>
            );
          })}
        </tbody>
        {total !== undefined && (
          <tfoot>
            <tr>
              {shown.map((column, at) => at === 0
                ? <th key={column.id} scope="row" className={cellClass(column)}>{total.label}</th>
                : <td key={column.id} className={cellClass(column)}>{column.numeric === true && (column.show?.(total.row, closed) ?? column.value(total.row))}</td>)}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
    {visible.length < rows.length && (
      <p className="table-more"><button type="button" className="button" onClick={() => setAll(true)}>{strings.showAll(formatCount(rows.length))}</button></p>
    )}
  </>;
}

function TableCell<Row>({ column, row, heading, details }: {
  readonly column: Column<Row>;
  readonly row: Row;
  readonly heading: boolean;
  readonly details: { readonly expanded: boolean; readonly onOpen: () => void };
}): ReactElement {
  const content = column.show?.(row, details) ?? column.value(row);
  return heading ? <th scope="row" className={cellClass(column)}>{content}</th> : <td className={cellClass(column)}>{content}</td>;
}

const closed = { expanded: false, onOpen: () => {} };

const cellClass = <Row,>(column: Column<Row>): string => `${column.numeric === true ? 'number' : 'text'}${column.lesser === undefined ? '' : ' lesser'}${column.lesser === 'least' ? ' least' : ''}`;

function sortOf<Row>(column: Column<Row>, order: Order | null): 'ascending' | 'descending' | 'none' {
  if (order?.by !== column.id) return 'none';
  return order.descending ? 'descending' : 'ascending';
}
