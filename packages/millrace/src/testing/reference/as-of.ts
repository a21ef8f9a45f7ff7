import type { Fact, Recorded, Step } from './recorded.ts';
import { merged } from './merged.ts';
import { same } from './same.ts';

/** What a table with versions was told and took. */
export interface Told<K, P> {
  /** When: which action of the recording. */
  readonly at: number;
  readonly key: K;
  readonly time: number;
  /** Undefined: the key goes. */
  readonly value: P | undefined;
}

export interface VersionedBy<T, K, P> {
  readonly key: (value: T) => K;
  readonly value: (value: T) => P | undefined;
  readonly retention: number;
}

export interface VersionedTable<T, K, P> {
  readonly told: readonly Told<K, P>[];
  readonly late: Recorded<T>;
  /** What is forgotten after an action: everything before this time. */
  readonly horizon: (at: number) => number;
}

/** A table that keeps, of each key, the values by their times; what is below the frontier it does not take. */
export function versioned<T, K, P>(stream: Recorded<T>, { key, value, retention }: VersionedBy<T, K, P>): VersionedTable<T, K, P> {
  const told: Told<K, P>[] = [];
  const late: Recorded<T>[number][] = [];
  const horizons: (readonly [at: number, horizon: number])[] = [];
  let frontier = -1;
  for (const entry of stream) {
    if (entry.kind === 'step') {
      frontier = entry.to;
      late.push(entry);
    } else if (entry.time < frontier) late.push(entry);
    else {
      told.push({ at: entry.at, key: key(entry.value), time: entry.time, value: value(entry.value) });
      horizons.push([entry.at, frontier - retention]);
    }
  }
  return { told, late, horizon: (at) => Math.max(-Infinity, ...horizons.filter(([when]) => when <= at).map(([, horizon]) => horizon)) };
}

/** What held for a key at a time: the last of those with the greatest time. */
export function heldAt<K, P>(told: readonly Told<K, P>[], key: K, time: number): Told<K, P> | undefined {
  const candidates = told.filter((one) => same(one.key, key) && one.time <= time);
  const newest = Math.max(...candidates.map((one) => one.time));
  return candidates.findLast((one) => one.time === newest);
}

/** The values of a key after a time, the first one first; of one time only the last counts. */
function heldAfter<K, P>(told: readonly Told<K, P>[], key: K, time: number): readonly Told<K, P>[] {
  const times = [...new Set(told.filter((one) => same(one.key, key) && one.time > time).map((one) => one.time))].toSorted((a, b) => a - b);
  return times.map((one) => heldAt(told, key, one) as Told<K, P>).filter((one) => one.value !== undefined);
}

export interface AsOfBy<T, K, P, V> {
  readonly key: (value: T) => K;
  readonly at: (value: T) => number;
  readonly wait: number;
  readonly without: 'drop' | 'null' | 'bad';
  readonly combine: (value: T, row: P | undefined) => V;
}

export interface AsOf<T, V> {
  readonly out: Recorded<V>;
  readonly late: Recorded<T>;
  readonly bad: Recorded<{ readonly event: T; readonly at: number; readonly reason: 'no-row' | 'timed-out' }>;
  readonly missing: number;
}

interface Waiting<T> {
  readonly fact: Fact<T>;
  readonly at: number;
  readonly number: number;
}

/** stream joined with a table as of a time: each event once its answer cannot change any more. */
export function asOf<T, S, K, P, V>(events: Recorded<T>, tableStream: Recorded<S>, table: VersionedTable<S, K, P>, by: AsOfBy<T, K, P, V>): AsOf<T, V> {
  const out: Recorded<V>[number][] = [];
  const late: Recorded<T>[number][] = [];
  const bad: AsOf<T, V>['bad'][number][] = [];
  let missing = 0;
  let waiting: Waiting<T>[] = [];
  let [tableFrontier, behind, count] = [-1, -1, 0];
  /** Of both inputs. */
  let least: Omit<Step, 'at'> = { kind: 'step', to: -1, evidence: [] };
  const { told } = table;

  /** With which frontier of the table an event gets its answer, and which. */
  const answer = ({ fact, at }: Waiting<T>): { due: number; row: P | undefined } => {
    const key = by.key(fact.value);
    const held = heldAt(told, key, at)?.value;
    if (held !== undefined || by.wait === 0) return { due: at + 1, row: held };
    const next = heldAfter(told, key, at)[0];
    return next !== undefined && next.time <= at + by.wait ? { due: next.time + 1, row: next.value } : { due: at + by.wait + 1, row: undefined };
  };
  const leave = (one: Waiting<T>, at: number): void => {
    const { row } = answer(one);
    const { fact } = one;
    if (row !== undefined || by.without === 'null') out.push({ ...fact, at, value: by.combine(fact.value, row) });
    else missing += 1;
    if (row === undefined && by.without === 'bad') {
      bad.push({ ...fact, at, value: { event: fact.value, at: one.at, reason: by.wait > 0 ? 'timed-out' : 'no-row' } });
    }
  };
  const step = ({ at }: Step): void => {
    const to = Math.min(least.to, ...waiting.map(({ fact }) => fact.time));
    if (to <= behind) return;
    behind = to;
    out.push({ ...least, at, to });
  };

  const inputs = [...tableStream.map((entry) => ({ of: 'table' as const, entry })), ...events.map((entry) => ({ of: 'events' as const, entry }))];
  // Of one action the frontiers first, then the event.
  const place = ({ entry }: (typeof inputs)[number]): number => (entry.kind === 'fact' ? 1 : 0);
  const passed = { events: [] as Step[], table: [] as Step[] };
  let steps = 0;
  for (const { of, entry } of inputs.toSorted((a, b) => a.entry.at - b.entry.at || place(a) - place(b))) {
    if (of === 'table' && entry.kind === 'step') {
      const due = waiting.filter((one) => answer(one).due <= entry.to).toSorted((a, b) => answer(a).due - answer(b).due || a.number - b.number);
      for (const [i, one] of due.entries()) {
        waiting = waiting.filter((other) => other !== one);
        leave(one, entry.at);
        const next = due[i + 1];
        if (next === undefined || answer(next).due > answer(one).due) step(entry);
      }
      tableFrontier = entry.to;
    } else if (of === 'events' && entry.kind === 'step') late.push(entry);
    else if (of === 'events' && entry.kind === 'fact') {
      const fact = entry as Fact<T>;
      const one = { fact, at: by.at(fact.value), number: count };
      if (one.at < table.horizon(entry.at)) late.push(fact);
      else if (answer(one).due <= tableFrontier) leave(one, entry.at);
      else {
        waiting.push(one);
        count += 1;
      }
    }
    if (entry.kind !== 'step') continue;
    // The frontier of both follows each step of one of them: an end of several partitions is several.
    passed[of].push(entry);
    const followed = merged<T | S>(passed.events, passed.table);
    if (followed.length === steps) continue;
    steps = followed.length;
    least = followed.at(-1) as Step;
    step(entry);
  }
  return { out, late, bad, missing };
}
