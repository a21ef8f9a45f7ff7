import type { Interval } from '../time/calendar.ts';
import type { EvidenceName } from '../time/evidence.ts';

/** What a table holds for a key, and in a window if it has windows, when it leaves the table. */
export interface Row<K, V, F extends Finality = Finality> {
  readonly key: K;
  /** Undefined for a table without windows. */
  readonly window: Interval | undefined;
  readonly value: V;
  /** The result's own event time: a window's last millisecond, or the time of the event that made it. */
  readonly time: number;
  /** How often the row had changed before. */
  readonly revision: number;
  readonly finality: F;
  /** On what the finality rests; empty while it is provisional. */
  readonly evidence: readonly EvidenceName[];
}

/** Whether a result may still change. */
export type Finality = 'provisional' | 'final';

/** A change of a table, as a fact: from what, to what, since when, and because of what. */
export interface Change<K, V> {
  readonly key: K;
  readonly window: Interval | undefined;
  /** Undefined: there was none. */
  readonly before: V | undefined;
  /** Undefined: there is none any more. */
  readonly after: V | undefined;
  readonly time: number;
  readonly revision: number;
  readonly cause: Cause;
  readonly finality: Finality;
  readonly evidence: readonly EvidenceName[];
}

/** What made a change: an event, by its position; a frontier that passed a time; or a new version of the program, which counted anew. */
export type Cause =
  | { readonly kind: 'event'; readonly source: string; readonly partition: number; readonly offset: number }
  | { readonly kind: 'frontier'; readonly time: number }
  | { readonly kind: 'rebuild'; readonly version: string };
