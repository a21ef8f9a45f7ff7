import type { FailedEvent } from './event-failure.ts';
import type { Feed } from './feed.ts';

/** The feed of a partition, where there is one. */
export type FeedOf = (source: string, partition: number) => Feed | undefined;

/**
 * What failed when something had been changed already, and so was not committed: when it comes again, it is set
 * aside instead. Records are known by their places, rows by their names.
 */
export class Failures {
  readonly #reasons = new Map<string, string>();
  /** By row: which operator threw, where that is known. */
  readonly #operators = new Map<string, string>();

  /** Rows that failed, with the reason. */
  get rows(): ReadonlyMap<string, string> {
    return this.#reasons;
  }

  /** Which operator threw on a row; empty where nobody knows. */
  operatorOf(row: string): string {
    return this.#operators.get(row) ?? '';
  }

  add({ source, partition, offset, row, reason, operator = '' }: FailedEvent, feedOf: FeedOf): void {
    if (row !== undefined) {
      this.#reasons.set(row, reason);
      this.#operators.set(row, operator);
      return;
    }
    const feed = feedOf(source, partition);
    feed?.poisoned.set(offset, reason);
    feed?.throwers.set(offset, operator);
  }

  /** What failed before the program went back to its last commit will come again. */
  addAll(former: Failures, feeds: Iterable<Feed>, feedOf: FeedOf): void {
    for (const [row, reason] of former.#reasons) this.#reasons.set(row, reason);
    for (const [row, operator] of former.#operators) this.#operators.set(row, operator);
    for (const { source, partition, poisoned, throwers } of feeds) {
      for (const [offset, reason] of poisoned) this.add({ source, partition, offset, reason, operator: throwers.get(offset) ?? '' }, feedOf);
    }
  }
}
