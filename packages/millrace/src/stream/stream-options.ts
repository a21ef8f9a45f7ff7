import type { EventId } from '../operator/dedupe/id-bytes.ts';
import type { Duration } from '../time/duration.ts';

/** How `dedupe` is told what an id is, and for how long one is remembered in event time. */
export interface DedupeOptions<T> {
  readonly name?: string;
  readonly id: (value: T) => EventId;
  readonly for: Duration;
}

/** How `reorder` is told what to go by. */
export type ReorderOptions<T> =
  | { readonly name?: string; readonly by: 'time' }
  | { readonly name?: string; readonly by: (value: T) => number; readonly from?: number };
