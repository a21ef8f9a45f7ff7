import { isEventTime } from './record.ts';
import type { Action } from './record.ts';

/** What happened from outside, and where somebody decided on the oldest hold. */
export type HaltedAction<T> = Action<T> | { readonly kind: 'decide' };

export interface HaltedBy<T> {
  readonly scope: 'key' | 'partition' | 'pipeline';
  readonly partitions: number;
  readonly boundMs: number;
  readonly keepMs: number;
  readonly sizeMs: number;
  readonly time: (value: T) => number;
  readonly key: (value: T) => string;
  /** Whether somebody accepts a late event, where that is offered. */
  readonly accepts: (value: T) => boolean;
}

export interface HaltedRow {
  readonly key: string;
  readonly start: number;
  readonly count: number;
}

export interface HaltedAdjustment {
  readonly key: string;
  readonly start: number;
  readonly revision: number;
  readonly before: number | undefined;
  readonly after: number;
}

export interface Halted<T> {
  readonly rows: readonly HaltedRow[];
  readonly late: readonly T[];
  readonly adjustments: readonly HaltedAdjustment[];
}

interface Waiting<T> {
  readonly value: T;
  readonly partition: number;
  readonly isKept: boolean;
}

/**
 * window + count under `halt`, once everything has been decided.
 *
 * By key a decision is as good as made when the event comes: what waits for it is judged as if it had not
 * waited. By partition and by pipeline what is not read comes later, in its order.
 */
export function halted<T>(actions: readonly HaltedAction<T>[], by: HaltedBy<T>): Halted<T> {
  const promised = Array.from({ length: by.partitions }, () => -1);
  const counts = new Map<string, { readonly key: string; readonly start: number; count: number; adjusted: number; left: number | undefined }>();
  const late: T[] = [];
  const adjustments: HaltedAdjustment[] = [];
  const holds: Waiting<T>[] = [];
  const unread: Action<T>[] = [];
  let frontier = -1;

  const promise = (partition: number, to: number): void => {
    if (to > (promised[partition] as number)) promised[partition] = to;
    frontier = Math.min(...promised);
    for (const one of counts.values()) if (one.start + by.sizeMs <= frontier && one.left === undefined && one.adjusted === 0) one.left = one.count;
  };
  const of = (value: T) => {
    const key = by.key(value);
    const start = Math.floor(by.time(value) / by.sizeMs) * by.sizeMs;
    const name = `${start} ${key}`;
    return { key, start, name, known: counts.get(name) };
  };
  const decide = ({ value, isKept }: Waiting<T>): void => {
    if (!isKept || !by.accepts(value)) return void late.push(value);
    const { key, start, name, known } = of(value);
    const one = known ?? { key, start, count: 0, adjusted: 0, left: undefined };
    adjustments.push({ key, start, revision: one.adjusted, before: known?.count, after: one.count + 1 });
    one.count += 1;
    one.adjusted += 1;
    counts.set(name, one);
  };
  const isUnread = (partition: number): boolean => holds.some((hold) => by.scope === 'pipeline' || hold.partition === partition);
  const carryOut = (action: Action<T>): void => {
    if (action.kind === 'promise') promise(action.partition, action.to);
    else if (action.kind === 'end') throw new Error('ends are taken apart by partition');
    else {
      const { value, partition } = action;
      const time = by.time(value);
      if (!isEventTime(time)) return;
      promise(partition, time - by.boundMs);
      const { key, start, name, known } = of(value);
      if (start + by.sizeMs <= frontier) {
        const waits = { value, partition, isKept: start + by.sizeMs + by.keepMs > frontier };
        if (by.scope === 'key') decide(waits);
        else holds.push(waits);
      } else if (known === undefined) counts.set(name, { key, start, count: 1, adjusted: 0, left: undefined });
      else known.count += 1;
    }
  };
  const goOn = (): void => {
    for (;;) {
      const at = unread.findIndex((action) => action.kind !== 'end' && !isUnread(action.partition));
      const [action] = at < 0 ? [] : unread.splice(at, 1);
      if (action === undefined) return;
      carryOut(action);
    }
  };
  const resolve = (): void => {
    const hold = holds.shift();
    if (hold === undefined) return;
    decide(hold);
    goOn();
  };

  for (const action of actions) {
    if (action.kind === 'decide') resolve();
    else {
      const parts: readonly Action<T>[] = action.kind === 'end' ? promised.map((_, partition) => ({ kind: 'promise', source: action.source, partition, to: Infinity })) : [action];
      for (const part of parts) {
        if (part.kind !== 'end' && isUnread(part.partition)) unread.push(part);
        else carryOut(part);
      }
    }
  }
  while (holds.length > 0) resolve();
  const rows = [...counts.values()].flatMap(({ key, start, left }) => (left === undefined ? [] : [{ key, start, count: left }]));
  return { rows, late, adjustments };
}
