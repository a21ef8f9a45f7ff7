import type { SourceOptions } from '../stream/source-options.ts';
import type { SinkSpec } from '../task/sink.ts';
import type { SourceSpec } from '../task/source.ts';
import { outOfOrder } from '../time/completeness.ts';
import type { Made } from './fixture-scenario.ts';

/** A source that only a test driver feeds. */
export function fedByHand<T>(partitions = 1): SourceSpec<T> {
  return { text: 'by hand', partitions, open: () => Promise.reject(new Error('this source is fed by a test driver')) };
}

/** A sink that only a test driver reads. */
export function readByHand<T>(): SinkSpec<T> {
  return { text: 'by hand', open: () => Promise.reject(new Error('this sink is read by a test driver')) };
}

/** How the events of scenarios tell their time. */
export function madeEvents(boundMs: number): SourceOptions<Made> {
  return { time: (event) => event.time, complete: outOfOrder(boundMs) };
}
