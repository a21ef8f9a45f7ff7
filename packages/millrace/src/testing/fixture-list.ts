import type { SinkSpec } from '../task/sink.ts';
import type { Reader, SourceSpec } from '../task/source.ts';
import type { SinkProbe } from './sink-probe.ts';

/** A source that gives lists, one a partition, at most `batchMax` rows at a time, and ends. */
export function listed<T>(lists: readonly (readonly T[])[], batchMax: number = Number.POSITIVE_INFINITY): SourceSpec<T> {
  return {
    text: 'lists',
    partitions: lists.length,
    again: async () => lists.map((list) => reader(list, 0, batchMax)),
    open: async (_context, cursors) => lists.map((list, partition) => reader(list, Number(cursors[partition] ?? 0), batchMax)),
  };
}

function reader<T>(list: readonly T[], start: number, batchMax: number): Reader<T> {
  let next = start;
  return {
    read: (max) => {
      if (next === list.length) return 'ended';
      const rows = list.slice(next, next + Math.min(max, batchMax));
      next += rows.length;
      return { rows, arrival: 0, cursor: next };
    },
    ready: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** A sink that hands its rows to a probe. */
export function probed<T>(probe: SinkProbe): SinkSpec<T> {
  return { text: 'probe', open: async () => probe };
}
