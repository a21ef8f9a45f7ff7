import { checkFunction } from '../../argument.ts';
import type { Row } from '../row.ts';
import type { KeyPart } from '../../state/key.ts';
import type { Columns } from '../../aggregation/columns.ts';
import type { Ordered } from '../../aggregation/ordered.ts';

/** A row among the first of its table. */
export interface Ranked<K, V> {
  readonly key: K;
  readonly value: V;
}

/** The most places a ranking may have. */
export const TOP_MAX = 10_000;

/**
 * The `n` rows with the greatest `by`, the greatest first, as one list: places move together, so what is
 * above and what is below change in one change. Of equals the earlier row comes first, then the lesser key.
 */
export function top<K, V>(n: number, by: (row: Row<K, V>) => Ordered, toParts: (key: K) => readonly KeyPart[]): Columns<Row<K, V>, readonly Ranked<K, V>[]> {
  if (!Number.isSafeInteger(n) || n < 1 || n > TOP_MAX) throw new RangeError(`top(${n}): expected 1 to ${TOP_MAX} places`);
  checkFunction('top(n, by)', by);
  let first: Placed<K, V>;
  const placed = (row: Row<K, V>): Placed<K, V> => ({ row, rank: by(row), parts: toParts(row.key) });
  return Object.freeze({
    name: `top ${n}`,
    slots: 1,
    atomic: true,
    subtracts: false,
    merges: false,
    first(row: Row<K, V>): void {
      first = placed(row);
    },
    keep(columns: readonly unknown[][], at: number): void {
      (columns[0] as unknown[])[at] = [first];
    },
    add(columns: readonly unknown[][], at: number, row: Row<K, V>): void {
      ((columns[0] as unknown[])[at] as Placed<K, V>[]).push(placed(row));
    },
    create(columns: readonly unknown[][], at: number): void {
      (columns[0] as unknown[])[at] = [];
    },
    merge(): never {
      throw new Error('a ranking is of one table');
    },
    subtract(): never {
      throw new Error('a ranking is made again of the rows that stay');
    },
    result(columns: readonly unknown[][], at: number): readonly Ranked<K, V>[] {
      const list = ((columns[0] as unknown[])[at] as Placed<K, V>[]).toSorted(byPlace);
      return list.slice(0, n).map(({ row: { key, value } }) => ({ key, value }));
    },
  });
}

interface Placed<K, V> {
  readonly row: Row<K, V>;
  readonly rank: Ordered;
  readonly parts: readonly KeyPart[];
}

function byPlace(a: Placed<unknown, unknown>, b: Placed<unknown, unknown>): number {
  if (a.rank !== b.rank) return a.rank > b.rank ? -1 : 1;
  return a.row.time - b.row.time || byParts(a.parts, b.parts);
}

/** Parts of one kind by their order, of several kinds by the names of the kinds. */
function byParts(a: readonly KeyPart[], b: readonly KeyPart[]): number {
  for (let i = 0; i < a.length; i += 1) {
    const one = a[i] as KeyPart;
    const other = b[i] as KeyPart;
    if (one === other) continue;
    const [kind, otherKind] = [typeof one, typeof other];
    if (kind !== otherKind) return kind < otherKind ? -1 : 1;
    return (one as number) < (other as number) ? -1 : 1;
  }
  return 0;
}
