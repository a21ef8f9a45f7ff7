import type { Interval } from '../../time/calendar.ts';
import type { EvidenceName } from '../../time/evidence.ts';

/** A new fact that says by how much a final result was wrong: what it names stays as it was. */
export interface Adjustment<K, V> {
  readonly adjusts: { readonly table: string; readonly key: K; readonly window: Interval; readonly revision: number };
  /** What had left, with all adjustments so far; undefined: nothing had. */
  readonly before: V | undefined;
  /** What it comes to; undefined: there should have been nothing. */
  readonly after: V | undefined;
  readonly time: number;
  readonly cause: AdjustmentCause;
  readonly finality: 'final';
  readonly evidence: readonly EvidenceName[];
}

/** What found it out: a recount, or a person who accepted an event that was held. */
export type AdjustmentCause =
  | { readonly kind: 'reconciliation'; readonly run: number; readonly commit: number }
  | { readonly kind: 'decision'; readonly hold: number; readonly by: string; readonly reason: string };
