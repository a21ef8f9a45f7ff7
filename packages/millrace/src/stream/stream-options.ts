import type { EventId } from '../operator/dedupe/id-bytes.ts';
import type { BareHaltPolicy, DropPolicy } from '../operator/late-policy.ts';
import type { Duration } from '../time/duration.ts';

/** How `dedupe` is told what an id is, and for how long one is remembered in event time. */
export interface DedupeOptions<T> {
  readonly name?: string;
  readonly id: (value: T) => EventId;
  readonly for: Duration;
}

/** How `reorder` is told what to go by. */
export type ReorderOptions<T> =
  | {
      readonly name?: string;
      readonly by: 'time';
      /**
       * What becomes of an event below the frontier: `drop()`, the default, or `halt({ scope })`: a person decides.
       * To accept it is to let it leave at once, behind what is younger.
       */
      readonly late?: DropPolicy | BareHaltPolicy<'partition' | 'pipeline'>;
    }
  | { readonly name?: string; readonly by: (value: T) => number; readonly from?: number };

/** What `defer` is told to wait for, and for how long. */
export interface DeferOptions<T> {
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
  /** Whether an event has waited for `later`, one of its key that comes after it in event time. */
  readonly until: (event: T, later: T) => boolean;
  /** How long an event waits at most, in ms of event time; a later event at just that time still ends it. */
  readonly timeout: Duration;
}

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
