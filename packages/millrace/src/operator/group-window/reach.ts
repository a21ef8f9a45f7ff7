import { type Found, type Member, endOf } from './regroup.ts';

/** The group before another one of the same key. */
export interface Before {
  /** Just behind its last moment. */
  readonly end: number;
  readonly reach: number;
}

/**
 * The reach of a group: from when on an event that is not there could make it another one.
 *
 * A group is another one if something else is open when it begins. What an event before its beginning opens
 * is over after the time-out, and reaches it from `start - timeoutMs` on. But it may also change the group
 * before: what was in that may then open another one, which lasts a time-out longer than that at most. So if
 * the group before ended within the time-out before this one began, whatever makes that one another one may
 * make this one another one too; and if it ended before that, both ways nothing is open any more when this
 * one begins, whatever came.
 */
export function reachBehind(before: Before | undefined, start: number, timeoutMs: number): number {
  const own = start - timeoutMs;
  return before !== undefined && before.end > own ? before.reach : own;
}

export interface Reaches<T> {
  /** Of groups that are there, by their first event. */
  readonly known: ReadonlyMap<Member<T>, number>;
  readonly behind: (before: Before | undefined, start: number) => number;
  readonly timeoutMs: number;
}

/** The reach of a group that is still to appear, among the groups that its key then has. */
export function reachTo<T>(own: Found<T>, groups: readonly Found<T>[], { known, behind, timeoutMs }: Reaches<T>): number {
  let before: Before | undefined;
  for (const found of groups) {
    const first = found.members[0] as Member<T>;
    const reach = (before === undefined ? known.get(first) : undefined) ?? behind(before, first.time);
    if (found === own) return reach;
    before = { end: endOf(found, timeoutMs), reach };
  }
  throw new Error('a group that is not among the groups of its key');
}
