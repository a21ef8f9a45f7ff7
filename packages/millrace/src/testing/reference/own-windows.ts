import type { Change, Row } from '../../operator/row.ts';
import type { Interval } from '../../time/calendar.ts';
import type { EvidenceName } from '../../time/evidence.ts';
import { TIME_END } from '../../time/time-max.ts';
import type { Fact, Position, Recorded } from './recorded.ts';
import { same } from './same.ts';

/** A window of a key of its own. */
export interface OwnWindow<T, K, V> {
  readonly key: K;
  window: Interval;
  /** Its events. */
  facts: Fact<T>[];
  left: Row<K, V>[];
  stirred: boolean;
  status: 'open' | 'closed' | 'final';
}

/** What happens when, and to what, while the reference goes through a recording. */
export interface World<T, K, V> {
  readonly frontier: number;
  readonly evidence: readonly EvidenceName[];
  /** In the order in which they began. */
  windows: OwnWindow<T, K, V>[];
  late(fact: Fact<T>): void;
  /** Because of a fact: leaves at once where it is closed, or where rows are early. */
  changed(window: OwnWindow<T, K, V>, fact: Fact<T>): void;
  /** What had left goes back. */
  takeBack(window: OwnWindow<T, K, V>, fact: Fact<T>): void;
  leave(window: OwnWindow<T, K, V>, from: From, final?: readonly EvidenceName[]): void;
  /** Whether a window that is closed before it begins may begin. */
  mayAppear(end: number): boolean;
}

export interface OwnWindowsBy<T, K, V> {
  /** How long after its end a window may change; 0: not at all. */
  readonly retain: number;
  readonly early?: 'each' | number;
  readonly result: (window: OwnWindow<T, K, V>, world: World<T, K, V>) => V;
  /** What a fact does. */
  readonly take: (fact: Fact<T>, world: World<T, K, V>) => void;
  /** What a step of the frontier does besides, when everything that closes at `time` has left; and at which times. */
  readonly tick?: { readonly times: () => readonly number[]; readonly at: (time: number, at: number, world: World<T, K, V>) => void };
  /** False where a frontier closes nothing; then what is open leaves at the end only where this says so. Default true. */
  readonly closes?: boolean | 'at the end';
}

export interface OwnWindows<T, K, V> {
  readonly changes: Recorded<Change<K, V>>;
  readonly late: Recorded<T>;
  /** What can still change, as it stands. */
  readonly open: readonly Row<K, V>[];
}

type From = { readonly at: number; readonly cause: Change<unknown, unknown>['cause'] };

const isProof = (evidence: readonly EvidenceName[]): boolean => evidence.length > 0 && evidence.every((name) => name === 'proved' || name === 'ended');
/** Windows that every key has of its own: what each kind does with a fact is told by `take`. */
export function ownWindows<T, K, V>(stream: Recorded<T>, { retain, early, result, take, tick, closes = true }: OwnWindowsBy<T, K, V>): OwnWindows<T, K, V> {
  const changes: Recorded<Change<K, V>>[number][] = [];
  const late: Recorded<T>[number][] = [];
  /** How much was said so far, on both. */
  let order = 0;

  const rowOf = (window: OwnWindow<T, K, V>, final?: readonly EvidenceName[]): Row<K, V> => {
    const former = window.left.find((left) => same(left.window, window.window));
    const revision = former === undefined ? 0 : former.revision + (window.stirred ? 1 : 0);
    const finality = final === undefined ? 'provisional' : 'final';
    return { key: window.key, window: window.window, value: result(window, world), time: window.window.end - 1, revision, finality, evidence: final ?? [] };
  };
  const say = (before: Row<K, V> | undefined, after: Row<K, V> | undefined, { at, cause }: From): void => {
    const { key, window, time, revision: last, finality, evidence } = (after ?? before) as Row<K, V>;
    // That a row goes is a change of it, too.
    const revision = after === undefined ? last + 1 : last;
    changes.push({ kind: 'fact', at, time, cause, order: (order += 1), value: { key, window, before: before?.value, after: after?.value, time, revision, cause, finality, evidence } });
  };

  const world: World<T, K, V> & { frontier: number; evidence: readonly EvidenceName[] } = {
    frontier: -1,
    evidence: [],
    windows: [],
    late: (fact) => void late.push({ ...fact, order: (order += 1) }),
    mayAppear: (end) => retain > 0 && end + retain > world.frontier && !isProof(world.evidence),
    leave: (window, from, final) => {
      const after = rowOf(window, final);
      for (const left of window.left) if (!same(left.window, window.window)) say(left, undefined, from);
      say(window.left.find((left) => same(left.window, window.window)), after, from);
      window.left = [{ ...after, finality: 'provisional', evidence: [] }];
      window.stirred = false;
      if (final !== undefined) window.status = 'final';
    },
    changed: (window, fact) => {
      window.stirred = true;
      if (window.status === 'closed' || early === 'each') world.leave(window, fact);
    },
    takeBack: (window, fact) => {
      for (const left of window.left) say(left, undefined, fact);
      window.left = [];
    },
  };

  /** When something may happen in a step: nothing stirs during it, so what is early leaves at the first multiple of the period. */
  const happening = (from: number, to: number): readonly number[] => {
    const ends = world.windows.flatMap(({ window: { end } }) => [end, end + retain]);
    const period = typeof early === 'number' ? [(Math.floor(from / early) + 1) * early] : [];
    return [...new Set([...ends, ...period, ...(tick?.times() ?? [])])].filter((time) => time > from && time <= to).toSorted((a, b) => a - b);
  };

  for (const entry of stream) {
    if (entry.kind === 'fact') {
      take(entry, world);
      continue;
    }
    world.evidence = entry.evidence;
    for (const time of happening(world.frontier, entry.to)) {
      const from: From = { at: entry.at, cause: { kind: 'frontier', time } };
      for (const window of world.windows) if (window.status === 'closed' && window.window.end + retain === time) world.leave(window, from, world.evidence);
      for (const window of world.windows) {
        if (closes !== true || window.status !== 'open' || window.window.end !== time) continue;
        if (retain === 0 || isProof(world.evidence)) world.leave(window, from, world.evidence);
        else {
          window.status = 'closed';
          if (window.stirred || !window.left.some((left) => same(left.window, window.window))) world.leave(window, from);
        }
      }
      if (typeof early === 'number' && time % early === 0) {
        for (const window of world.windows) if (window.status === 'open' && window.stirred) world.leave(window, from);
      }
      tick?.at(time, entry.at, world);
    }
    if (closes === 'at the end' && entry.to === Infinity) {
      const from: From = { at: entry.at, cause: { kind: 'frontier', time: TIME_END } };
      for (const window of world.windows) if (window.status === 'open') world.leave(window, from, world.evidence);
    }
    world.frontier = entry.to;
    changes.push(entry);
    late.push(entry);
  }
  const open = world.windows.filter(({ status }) => status !== 'final').map((window) => {
    const former = window.left.find((left) => same(left.window, window.window));
    return { ...rowOf(window), revision: former?.revision ?? 0 };
  });
  return { changes, late, open };
}

/** By event time, then by position; of one position, as they came. */
export function byTime<T>(facts: readonly Fact<T>[]): readonly Fact<T>[] {
  const place = ({ cause, position = cause.kind === 'event' ? cause : undefined }: Fact<T>): Position => position ?? { source: '', partition: 0, offset: 0 };
  return facts.toSorted((a, b) => a.time - b.time || compare(place(a), place(b)));
}

function compare(a: Position, b: Position): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset;
}
