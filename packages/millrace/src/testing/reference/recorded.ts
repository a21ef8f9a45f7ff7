import type { Cause } from '../../operator/row.ts';
import type { EvidenceName } from '../../time/evidence.ts';

/*
 * The naive reference: every operator as a plain function over a whole recorded stream.
 *
 * It is the oracle of the engine's tests and shares no code with the engine. It is meant to be obviously
 * right: quadratic wherever that is shorter, and blind to batches, commits and crashes, none of which may
 * change a result.
 */

/** An event on a stream. */
export interface Fact<T> {
  readonly kind: 'fact';
  /** Which action of the recording it comes from: orders streams that have nothing else in common. */
  readonly at: number;
  readonly value: T;
  readonly time: number;
  readonly cause: Cause;
  /** The record that made it happen, where it is not itself the cause. */
  readonly position?: Position;
  /** Where an operator has several outputs: of what came of one thing, what comes first. */
  readonly order?: number;
}

/** The frontier of a stream has moved. */
export interface Step {
  readonly kind: 'step';
  readonly at: number;
  readonly to: number;
  readonly evidence: readonly EvidenceName[];
  /** The record that moved it, or where the next one of its partition will stand. */
  readonly by?: Position;
  /** It is on its way, and those that follow it are not told. */
  readonly passing?: boolean;
}

/** A place in a source. */
export interface Position {
  readonly source: string;
  readonly partition: number;
  readonly offset: number;
}

/** A stream as it was processed: its facts, and between them the steps of its frontier. */
export type Recorded<T> = readonly (Fact<T> | Step)[];

/** The values on a stream, in order. */
export function valuesOf<T>(stream: Recorded<T>): readonly T[] {
  return stream.flatMap((entry) => (entry.kind === 'fact' ? [entry.value] : []));
}

const strongestFirst: readonly EvidenceName[] = ['proved', 'ended', 'assumed', 'declared'];

/** Evidence of several, combined. */
export function united(sets: readonly (readonly EvidenceName[])[]): readonly EvidenceName[] {
  return strongestFirst.filter((name) => sets.some((set) => set.includes(name)));
}
