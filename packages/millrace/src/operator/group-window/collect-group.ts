import type { Columns } from '../../aggregation/columns.ts';

/** What `collect()` gives of a group. */
export interface Grouped<T, Open extends T = T, Close extends T = T> {
  readonly open: Open;
  /** Undefined where it timed out, or has not come so far. */
  readonly close: Close | undefined;
  /** All of them, by event time, then by position. */
  readonly events: readonly T[];
  /** Whether it ended without a closing event. */
  readonly timedOut: boolean;
}

export function grouped<T>(members: readonly { readonly value: T }[], isClosed: boolean, isOver: boolean): Grouped<T> {
  const events = members.map(({ value }) => value);
  return { open: events[0] as T, close: isClosed ? (events.at(-1) as T) : undefined, events, timedOut: isOver && !isClosed };
}

/** Says that a group's events are its value: the operator has them, so nothing is counted. */
export const collectGroup: Columns<unknown, never> = Object.freeze({
  name: 'collect',
  slots: 0,
  atomic: true,
  subtracts: false,
  merges: true,
  first(): void {},
  keep(): void {},
  create(): void {},
  add(): void {},
  subtract(): void {},
  merge(): void {},
  result(): never {
    throw new Error('the value of a collected group is its events');
  },
});
