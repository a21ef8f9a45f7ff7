import type { Row } from '../../operator/row.ts';
import type { Interval } from '../../time/calendar.ts';
import type { EvidenceName } from '../../time/evidence.ts';
import type { RowChange } from './aggregated.ts';
import type { Fact, Recorded } from './recorded.ts';
import { same } from './same.ts';
import type { WindowedBy } from './windowed.ts';

export interface RevisedBy<T, K, V> extends WindowedBy<T, K, V> {
  /** How long after its end a window may change; 0: not at all. */
  readonly retain: number;
  /** Rows leave with each event, or when the frontier passes a multiple of a period. */
  readonly early?: 'each' | number;
}

export interface Revised<T, K, V> {
  readonly changes: Recorded<RowChange<K, V>>;
  readonly late: Recorded<T>;
  /** What can still change: open windows and retained ones, as they stand. */
  readonly open: readonly Row<K, V>[];
}

interface Group<T, K, V> {
  readonly key: K;
  readonly window: Interval;
  readonly values: T[];
  left: Row<K, V> | undefined;
  stirred: boolean;
  isFinal: boolean;
}

const isProof = (evidence: readonly EvidenceName[]): boolean => evidence.length > 0 && evidence.every((name) => name === 'proved' || name === 'ended');

/** window + aggregation under `revise`, or with early rows, or both. */
export function revised<T, K, V>(stream: Recorded<T>, { key, at, result, retain, early }: RevisedBy<T, K, V>): Revised<T, K, V> {
  const groups: Group<T, K, V>[] = [];
  const changes: Recorded<RowChange<K, V>>[number][] = [];
  const late: Recorded<T>[number][] = [];
  let frontier = -1;
  let evidence: readonly EvidenceName[] = [];

  const rowOf = (group: Group<T, K, V>, final: readonly EvidenceName[] | undefined): Row<K, V> => {
    const { left, window } = group;
    const revision = left === undefined ? 0 : left.revision + (group.stirred ? 1 : 0);
    const finality = final === undefined ? 'provisional' : 'final';
    return { key: group.key, window, value: result(group.values), time: window.end - 1, revision, finality, evidence: final ?? [] };
  };
  const leave = (group: Group<T, K, V>, from: { at: number; cause: RowCause }, final?: readonly EvidenceName[]): void => {
    const after = rowOf(group, final);
    changes.push({ kind: 'fact', at: from.at, value: { before: group.left, after }, time: after.time, cause: from.cause });
    group.left = after;
    group.stirred = false;
    group.isFinal = final !== undefined;
  };

  for (const entry of stream) {
    if (entry.kind === 'step') {
      evidence = entry.evidence;
      const ends = groups.flatMap(({ window }) => [window.end, window.end + retain]);
      // What stirred before this step leaves at the first multiple of the period; nothing stirs during the step.
      const times = typeof early === 'number' ? [...ends, (Math.floor(frontier / early) + 1) * early] : ends;
      for (const time of [...new Set(times)].filter((one) => one > frontier && one <= entry.to).toSorted((one, other) => one - other)) {
        const from = { at: entry.at, cause: { kind: 'frontier', time } as const };
        for (const group of groups) if (group.window.end + retain === time && retain > 0 && !group.isFinal) leave(group, from, evidence);
        for (const group of groups) {
          if (group.window.end !== time) continue;
          if (retain === 0 || isProof(evidence)) leave(group, from, evidence);
          else if (group.left === undefined || group.stirred) leave(group, from);
        }
        if (typeof early !== 'number' || time % early !== 0) continue;
        const open = groups.filter((group) => group.window.end > time && group.stirred);
        // Windows leave in the order in which they were opened.
        const opened = [...new Set(groups.map(({ window }) => window.end))];
        for (const end of opened) for (const group of open) if (group.window.end === end) leave(group, from);
      }
      frontier = entry.to;
      changes.push(entry);
      late.push(entry);
      continue;
    }
    const window = at(entry.time, entry.value);
    const isClosed = window.end <= frontier;
    const ofWindow = groups.filter((one) => one.window.end === window.end);
    const isOver = window.end + retain <= frontier || (ofWindow.length === 0 ? isProof(evidence) : ofWindow.some(({ isFinal }) => isFinal));
    if (isClosed && isOver) {
      late.push(entry);
      continue;
    }
    const ofKey = key(entry.value);
    let group = ofWindow.find((one) => same(one.key, ofKey));
    if (group === undefined) {
      group = { key: ofKey, window, values: [], left: undefined, stirred: false, isFinal: false };
      groups.push(group);
    }
    group.values.push(entry.value);
    group.stirred = true;
    if (isClosed || early === 'each') leave(group, entry);
  }
  return { changes, late, open: groups.filter(({ isFinal }) => !isFinal).map((group) => ({ ...rowOf(group, undefined), revision: group.left?.revision ?? 0 })) };
}

type RowCause = Fact<unknown>['cause'];
