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

/** What `numbered` calls itself, and how often it promises. */
export interface NumberedOptions {
  readonly name?: string;
  /** Who the receivers hear: on their rosters, and in `missing()`. */
  readonly producer: string;
  /** How far apart in event time promises are. Default 1 s. */
  readonly every?: Duration;
  /** Another one than before where the numbers begin anew, as when the store was given up. Default 1. */
  readonly epoch?: number;
}
