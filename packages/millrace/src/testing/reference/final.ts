import type { Row } from '../../operator/row.ts';
import type { Recorded } from './recorded.ts';
import { filtered } from './stateless.ts';

/** final: the rows that will not change again. */
export function finalOf<K, V>(rows: Recorded<Row<K, V>>): Recorded<Row<K, V>> {
  return filtered(rows, ({ finality }) => finality === 'final');
}
