import type { Row } from '../../operator/row.ts';
import type { EvidenceName } from '../../time/evidence.ts';
import type { RowChange } from './aggregated.ts';
import { type VersionedTable, heldAt } from './as-of.ts';
import type { Fact, Recorded } from './recorded.ts';
import { same } from './same.ts';

export interface AsOfRevisedBy<T, K, P, V> {
  readonly key: (value: T) => K;
  readonly at: (value: T) => number;
  /** Whether an event without a row has a result. */
  readonly always: boolean;
  readonly combine: (value: T, row: P | undefined) => V;
}

/** From which row to which; undefined after: there is none any more. */
export interface ResultChange<V> {
  readonly before: Row<number, V> | undefined;
  readonly after: Row<number, V> | undefined;
}

export interface AsOfRevised<T, V> {
  readonly changes: readonly ResultChange<V>[];
  readonly late: Recorded<T>;
  readonly missing: number;
  /** What may still change. */
  readonly open: readonly Row<number, V>[];
}

interface Result<T, V> {
  readonly fact: Fact<T>;
  readonly at: number;
  readonly number: number;
  left: Row<number, V> | undefined;
  revision: number;
}

/** stream joined with a table as of a time, at once and revised: after each action every result is what is known by then. */
export function asOfRevised<T, S, K, P, V>(
  events: Recorded<T>,
  tableStream: Recorded<S>,
  table: VersionedTable<S, K, P>,
  by: AsOfRevisedBy<T, K, P, V>,
): AsOfRevised<T, V> {
  const changes: RowChange<number, V>[] | ResultChange<V>[] = [];
  const late: Recorded<T>[number][] = [];
  let open: Result<T, V>[] = [];
  let [frontier, count, missing] = [-1, 0, 0];

  const isThere = (one: Result<T, V>, until: number): P | undefined => heldAt(table.told.filter(({ at }) => at <= until), by.key(one.fact.value), one.at)?.value;
  const leave = (one: Result<T, V>, until: number, final?: readonly EvidenceName[]): void => {
    const row = isThere(one, until);
    const { fact, number, left } = one;
    const isNone = row === undefined && !by.always;
    if (final === undefined) one.revision += left === undefined && isNone ? 0 : 1;
    if (final !== undefined && isNone) missing += 1;
    const finality = final === undefined ? 'provisional' : 'final';
    const value = { key: number, window: undefined, time: fact.time, revision: one.revision, finality, evidence: final ?? [] } as const;
    one.left = isNone ? undefined : { ...value, value: by.combine(fact.value, row) };
    if (left !== undefined || one.left !== undefined) (changes as ResultChange<V>[]).push({ before: left, after: one.left });
  };

  const both = [...events.map((entry) => ({ of: 'events' as const, entry })), ...tableStream.map((entry) => ({ of: 'table' as const, entry }))];
  let evidence: readonly EvidenceName[] = [];
  for (const { of, entry } of both.toSorted((a, b) => a.entry.at - b.entry.at)) {
    if (of === 'table' && entry.kind === 'step') {
      evidence = entry.evidence;
      const due = open.filter(({ at }) => at < entry.to).toSorted((a, b) => a.at - b.at || a.number - b.number);
      open = open.filter(({ at }) => at >= entry.to);
      for (const one of due) leave(one, entry.at, evidence);
      frontier = entry.to;
    } else if (of === 'table' && entry.kind === 'fact') {
      const told = table.told.find(({ at }) => at === entry.at);
      if (told === undefined) continue;
      for (const one of open) {
        const known = table.told.filter(({ at }) => at <= entry.at);
        const held = heldAt(known, by.key(one.fact.value), one.at);
        if (same(by.key(one.fact.value), told.key) && held === told) leave(one, entry.at);
      }
    } else if (of === 'events' && entry.kind === 'step') late.push(entry);
    else if (of === 'events' && entry.kind === 'fact') {
      const fact = entry as Fact<T>;
      const one: Result<T, V> = { fact, at: by.at(fact.value), number: count, left: undefined, revision: -1 };
      if (one.at < table.horizon(entry.at)) {
        late.push(fact);
        continue;
      }
      count += 1;
      if (one.at < frontier) {
        one.revision = 0;
        leave(one, entry.at, evidence);
      } else {
        open.push(one);
        leave(one, entry.at);
      }
    }
  }
  return { changes: changes as ResultChange<V>[], late, missing, open: open.flatMap(({ left }) => left ?? []) };
}
