import type { KeyPart } from '../state/key.ts';
import type { Interval } from '../time/calendar.ts';
import type { ProducerHoldChoice, ProducerHoldReason } from '../time/producers/hold.ts';

/** What stands still: one key of an operator, one partition of a source, all sources, or the delivery to a sink. */
export type HoldScope =
  | { readonly kind: 'key'; readonly operator: string; readonly key: unknown }
  | { readonly kind: 'partition'; readonly source: string; readonly partition: number }
  | { readonly kind: 'pipeline' }
  | { readonly kind: 'sink'; readonly sink: string };

/** Why something waits for a person. */
export type HoldReason = keyof HoldEvidence;

/**
 * - `wait`: not now; it stays held.
 * - `accept`: what came counts; what is final stays, and an adjustment leaves.
 * - `discard`: what came does not count: it is late, bad, or not delivered, and counted as such.
 * - `declare-lost`: the producer is given up.
 * - `proceed`: go on all the same.
 * - `retry`: try again what failed.
 */
export type HoldChoice = ProducerHoldChoice | 'retry';

/** What was seen, by reason. */
export interface HoldEvidence extends Readonly<Record<ProducerHoldReason, { readonly producer: string; readonly what: string }>> {
  /**
   * An event of a window that is closed, of several the first; or one that comes too late where there are no windows,
   * or where it may make other ones. `before`: what
   * has left of the key, with what was adjusted since; undefined: nothing, or nobody can say.
   */
  readonly 'late-to-final': Position & {
    readonly operator: string;
    readonly key: unknown;
    readonly window: Interval | undefined;
    readonly time: number;
    readonly event: unknown;
    readonly frontier: number;
    readonly before: unknown;
  };
  /** So many of the last `of` records were bad; `last` is what was wrong with the newest. */
  readonly 'bad-input-rate': { readonly bad: number; readonly of: number; readonly share: number; readonly last: string };
  /** A function of the user threw on a record, or on a row made of several. */
  readonly threw: Position & { readonly operator: string; readonly error: string; readonly raw: string; readonly row: string | undefined };
  /** The program went back to one and the same commit so often, each time because of another record. */
  readonly reopenings: Position & { readonly times: number; readonly error: string };
  /** Rows from number `first` on, `end` not among them, were not taken. */
  readonly 'sink-refused': { readonly sink: string; readonly first: number; readonly end: number; readonly error: string };
}

interface Position {
  readonly source: string;
  readonly partition: number;
  readonly offset: number;
}

interface HoldOf<Reason extends HoldReason> {
  /** Counts the holds of the program, from 1; the same after a restart. */
  readonly id: number;
  readonly scope: HoldScope;
  readonly reason: Reason;
  readonly evidence: HoldEvidence[Reason];
  /** When it began, in ms since the Unix epoch. */
  readonly since: number;
  readonly choices: readonly HoldChoice[];
  /** Partitions that are not read because too much waits behind this hold. */
  readonly stops: readonly { readonly source: string; readonly partition: number }[];
}

/** Processing stopped on purpose, for a scope, until a person decides. */
export type Hold = { readonly [Reason in HoldReason]: HoldOf<Reason> }[HoldReason];

/** What is said when a hold begins. */
export type Raised = { readonly [Reason in HoldReason]: Pick<HoldOf<Reason>, 'scope' | 'reason' | 'evidence' | 'choices'> & { readonly waits?: HoldWaits } }[HoldReason];

/** An event that waits with its hold, as it came; of a key, with the parts of it. */
export interface HoldWaits {
  readonly value: unknown;
  readonly time: number;
  readonly arrival: number;
  readonly source: string;
  readonly partition: number;
  readonly offset: number;
  readonly parts?: readonly KeyPart[];
}

/** A hold with what waits in it. */
export type KeptHold = Hold & { readonly owner: string; readonly waits: HoldWaits | undefined };

/** What a person has decided on a hold. */
export interface Resolution {
  readonly choice: HoldChoice;
  /** Of `declare-lost`: up to which event time. */
  readonly until: number;
  readonly by: string;
  readonly reason: string;
}

/** Whoever holds something, and carries out what is decided on it. */
export interface HoldOwner {
  resolve(hold: KeptHold, resolution: Resolution): void;
}
