import type { Interval } from '../../time/calendar.ts';
import type { Evidence } from '../../time/evidence.ts';
import type { Row } from '../row.ts';

/** What is known of a group. */
export interface Totals<G, R> {
  readonly kind: 'group';
  readonly key: G;
  readonly window: Interval | undefined;
  /** The accumulators, one row of them; empty where the group is made again each time. */
  readonly cells: unknown[][];
  /** How many rows it has, how many of them are final, and on what. */
  members: number;
  finals: number;
  evidence: Evidence;
  /** Of its last change. */
  time: number;
  /** Whether it has changed since it left. */
  stirred: boolean;
  /** What left last. */
  out: Row<G, R> | undefined;
}

/** A row of a group that cannot be subtracted from. */
export interface Member<K, V> {
  readonly kind: 'member';
  row: Row<K, V>;
}

export type Grouped<K, V, G, R> = Totals<G, R> | Member<K, V>;

/** The first parts of entries: groups and members live in one state. */
export const GROUP = 0;
export const MEMBER = 1;

/** A group without rows. */
export function newTotals<G, R>(key: G, window: Interval | undefined, slots: number): Totals<G, R> {
  const cells = Array.from({ length: slots }, (): unknown[] => []);
  return { kind: 'group', key, window, cells, members: 0, finals: 0, evidence: 0, time: Number.NEGATIVE_INFINITY, stirred: false, out: undefined };
}
