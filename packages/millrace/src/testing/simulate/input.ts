import type { SourceNode } from '../../plan/node.ts';
import type { Chance } from './chance.ts';
import type { Fortune } from './fortune.ts';
import { messagesOf } from './messages.ts';
import type { Arriving } from './source.ts';

/** How late an event may be, as a multiple of what its source allows and of this many ms. */
const LATE_TIMES_MAX = 10;
const LATE_MS = 1_000;

/** An event on its way: what happened when, and when it can be read. */
export interface OnItsWay {
  readonly row: unknown;
  readonly time: number;
  readonly at: number;
}

/**
 * Puts the events of a source on their ways into its partitions: delayed, repeated, reordered.
 *
 * Within the bound of the source nothing is late by it: an event is under way for no longer than the bound. What
 * numbered producers send comes in any order, for that is proved by numbers.
 */
export function arriving(node: SourceNode, events: readonly unknown[], chance: Chance, fortune: Fortune): readonly (readonly OnItsWay[])[] {
  const { complete, spec } = node;
  const partitions: OnItsWay[][] = Array.from({ length: spec.partitions }, () => []);
  const inTime = timed(node, events);
  if (complete.kind === 'sequences') {
    const parts = inTime.map(({ row, time }) => ({ row, time, partition: chance.below(spec.partitions) }));
    messagesOf(parts, { roster: complete.roster, partitions: spec.partitions }, chance, fortune).forEach((messages, p) => partitions[p]?.push(...messages));
  } else {
    for (const { row, time } of inTime) {
      const partition = partitions[chance.below(spec.partitions)] as OnItsWay[];
      partition.push({ row, time, at: time + delay(complete.boundMs, fortune) });
      if (fortune.strikes('duplicate')) partition.push({ row, time, at: time + fortune.amount('duplicate', 0, complete.boundMs) });
    }
  }
  return partitions.map((list) => list.toSorted((one, other) => one.at - other.at));
}

function delay(boundMs: number, fortune: Fortune): number {
  if (fortune.strikes('late')) return boundMs + fortune.amount('late', 1, LATE_TIMES_MAX * (boundMs + LATE_MS));
  return fortune.strikes('reordered') ? fortune.amount('reordered', 0, boundMs) : 0;
}

/** In the order of their times. What has none comes with the event before it. */
function timed({ time }: SourceNode, events: readonly unknown[]): readonly { readonly row: unknown; readonly time: number }[] {
  let last = 0;
  return events
    .map((row) => {
      const found = timeOf(time, row);
      last = found ?? last;
      return { row, time: last };
    })
    .toSorted((one, other) => one.time - other.time);
}

function timeOf(time: SourceNode['time'], row: unknown): number | undefined {
  try {
    const found = time(row);
    return Number.isSafeInteger(found) && found >= 0 ? found : undefined;
  } catch {
    return undefined;
  }
}

/** When the first of them comes. */
export function beginning(inputs: readonly (readonly (readonly OnItsWay[])[])[]): number {
  return inputs.flat(2).reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
}

/** The same with the time of the world, which begins with the first of them. */
export function fromBeginning(partitions: readonly (readonly OnItsWay[])[], origin: number): readonly (readonly Arriving[])[] {
  return partitions.map((list) => list.map(({ row, at }) => ({ row, at: at - origin })));
}
