import type { Frontier } from '../time/frontier.ts';
import type { HeldFrontier } from '../time/held-frontier.ts';
import type { Settler } from '../time/settler.ts';
import type { HoldBook } from '../task/hold-book.ts';
import type { Moment } from '../task/moment.ts';

/**
 * Where an operator sends what it makes.
 *
 * Callers keep these promises:
 * - push and revise are synchronous, and are never called again on the same output before they return;
 * - the task's moment describes what is being pushed: its event time, and the event that caused it;
 * - the frontier of the operator does not move while push runs;
 * - what was pushed is never changed afterwards, by neither side.
 */
export interface Output<T> {
  /** A fact. */
  push(value: T): void;
  /** A change of what was pushed before; undefined before: it appears, undefined after: it goes. */
  revise(before: T | undefined, after: T | undefined): void;
}

/** What an operator is given when a plan is made to run. */
export interface Place {
  /** Topological rank: less is nearer to a source. */
  readonly rank: number;
  /** The frontier at the operator's input. */
  readonly frontier: Frontier;
  /** The frontiers of its inputs one by one, in their order. */
  readonly inputs: readonly Frontier[];
  /** The frontier behind the operator, where it is not the one at its input. */
  readonly held: HeldFrontier | undefined;
  readonly moment: Moment;
  /** Where an operator that gathers what a step brings says that it has something. */
  readonly settler: Settler;
  /** Rows, by name, that failed after something had been changed: when they are made again they go to `failed`. */
  readonly poisoned: ReadonlyMap<string, string>;
  /** A function of the user threw on a row that this operator had made, or was making: sets it aside, or throws on. */
  failed(row: string, value: unknown, error: unknown): void;
  /** Where an operator holds what a person has to decide on. */
  readonly holds: HoldBook;
}

/** Passes what it gets to several outputs, in the order in which they were connected. */
export class Fanout<T> implements Output<T> {
  readonly #outputs: readonly Output<T>[];

  constructor(outputs: readonly Output<T>[]) {
    this.#outputs = outputs;
  }

  push(value: T): void {
    for (const output of this.#outputs) output.push(value);
  }

  revise(before: T | undefined, after: T | undefined): void {
    for (const output of this.#outputs) output.revise(before, after);
  }
}

/** The end of a branch that nobody reads. */
export const nowhere: Output<unknown> = Object.freeze({
  push(): void {},
  revise(): void {},
});
