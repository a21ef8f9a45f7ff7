import { isBefore } from '../../aggregation/at.ts';
import type { Input } from '../internal/inputs.ts';

/** An event of a group, and what it is to groups. */
export interface Member<T> extends Input<T> {
  readonly opens: boolean;
  readonly closes: boolean;
  /** The due time of the timer that made it, where one did. */
  readonly timer?: number;
  /** Of those that one event was spread into, which share time and position, how many came before it; absent: none. */
  readonly twin?: number;
}

/** By time, then by position, then as they came. */
export function comesBefore(one: Member<unknown>, other: Member<unknown>): boolean {
  return isBefore(one, other) || (!isBefore(other, one) && (one.twin ?? 0) < (other.twin ?? 0));
}

/** An event that comes now, where the one before it by time and position is known. */
export function placedBehind<T>(before: Member<T> | undefined, member: Member<T>): Member<T> {
  return before === undefined || isBefore(before, member) ? member : { ...member, twin: (before.twin ?? 0) + 1 };
}

export interface Found<T> {
  /** From the opening event on. */
  readonly members: readonly Member<T>[];
  /** Whether the last of them closes it. */
  readonly isClosed: boolean;
}

export interface Grouping<T> {
  readonly groups: readonly Found<T>[];
  /** Those that are in no group. */
  readonly waiting: readonly Member<T>[];
}

/**
 * The groups of a key's events, given in their order.
 *
 * An opening event outside a group begins one. It has everything up to the next closing event, that one
 * too, if that comes within the time-out, at its very end included; else everything up to there.
 */
export function regroup<T>(events: readonly Member<T>[], timeoutMs: number): Grouping<T> {
  const groups: Found<T>[] = [];
  const waiting: Member<T>[] = [];
  let open: Member<T>[] | undefined;
  for (const event of events) {
    const [first] = open ?? [];
    if (open !== undefined && first !== undefined && event.time > first.time + timeoutMs) {
      groups.push({ members: open, isClosed: false });
      open = undefined;
    }
    if (open === undefined) {
      if (event.opens) open = [event];
      else waiting.push(event);
      continue;
    }
    open.push(event);
    if (!event.closes) continue;
    groups.push({ members: open, isClosed: true });
    open = undefined;
  }
  if (open !== undefined) groups.push({ members: open, isClosed: false });
  return { groups, waiting };
}

/** Just behind the last moment of a group. */
export function endOf<T>({ members, isClosed }: Found<T>, timeoutMs: number): number {
  return isClosed ? (members.at(-1) as Member<T>).time + 1 : (members[0] as Member<T>).time + timeoutMs + 1;
}

/** What is needed of a final group: the events that open and close it, which say where it is. */
export function markersOf<T>(members: readonly Member<T>[], isClosed: boolean): readonly Member<T>[] {
  const first = members[0] as Member<T>;
  return isClosed && members.length > 1 ? [first, members.at(-1) as Member<T>] : [first];
}
