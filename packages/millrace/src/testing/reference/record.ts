import type { EvidenceName } from '../../time/evidence.ts';
import { type Recorded, type Step, united } from './recorded.ts';

/** What happened to a program from outside, in the order in which it was processed. */
export type Action<T> =
  | { readonly kind: 'event'; readonly source: string; readonly partition: number; readonly value: T }
  | { readonly kind: 'promise'; readonly source: string; readonly partition: number; readonly to: number }
  | { readonly kind: 'end'; readonly source: string };

export interface RecordedSource<T> {
  readonly name: string;
  readonly partitions: number;
  readonly boundMs: number;
  readonly time: (value: T) => number;
}

/** What one source gives, bad records left out. */
export function record<T>(actions: readonly Action<T>[], source: RecordedSource<T>): Recorded<T> {
  const { name, partitions, boundMs, time } = source;
  const promised = Array.from({ length: partitions }, () => -1);
  const evidence = Array.from({ length: partitions }, (): EvidenceName[] => []);
  const offsets = Array.from({ length: partitions }, () => 0);
  const out: Recorded<T>[number][] = [];
  let frontier = -1;

  const promise = (at: number, partition: number, offset: number, to: number, why: EvidenceName): void => {
    if (to <= (promised[partition] as number)) return;
    promised[partition] = to;
    evidence[partition] = [why];
    const least = Math.min(...promised);
    if (least <= frontier) return;
    frontier = least;
    out.push({ kind: 'step', at, to: least, evidence: united(evidence), by: { source: name, partition, offset } } satisfies Step);
  };

  actions.forEach((action, at) => {
    if (action.source !== name) return;
    if (action.kind === 'promise') promise(at, action.partition, offsets[action.partition] as number, action.to, 'assumed');
    else if (action.kind === 'end') promised.forEach((_, partition) => promise(at, partition, offsets[partition] as number, Infinity, 'ended'));
    else {
      const { partition, value } = action;
      const offset = offsets[partition] as number;
      offsets[partition] = offset + 1;
      if (!isEventTime(time(value))) return;
      promise(at, partition, offset, time(value) - boundMs, 'assumed');
      out.push({ kind: 'fact', at, value, time: time(value), cause: { kind: 'event', source: name, partition, offset } });
    }
  });
  return out;
}

/** Whole ms since 1970, and few enough to be counted one by one. */
export function isEventTime(time: unknown): boolean {
  return typeof time === 'number' && Number.isSafeInteger(time) && time >= 0;
}
