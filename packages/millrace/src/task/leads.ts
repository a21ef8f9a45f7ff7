import { END } from '../time/frontier.ts';
import type { Feed } from './feed.ts';
import type { RuntimeSource } from './runtime.ts';

/**
 * Which partitions are too far in front of the other sources to be read on: what they bring would have to be kept
 * until the others come.
 *
 * It is looked at before a batch is read, by frontiers alone, so a source in which nothing happens keeps the others
 * waiting until it is idle, is given up, or has ended.
 */
export class Leads {
  readonly #feeds: readonly Feed[];
  /** Those that may have to wait. */
  readonly #bound: readonly Feed[];

  constructor(sources: readonly RuntimeSource[]) {
    this.#feeds = sources.flatMap(({ feeds }) => feeds);
    this.#bound = this.#feeds.filter(({ maxLeadMs }) => maxLeadMs !== Number.POSITIVE_INFINITY);
  }

  /** Notes of every partition whether it waits. */
  look(): void {
    for (const feed of this.#bound) feed.isInLead = !feed.ended && this.#isTooFar(feed);
  }

  /** Somebody waits who need not any more. */
  haveChanged(): boolean {
    return this.#bound.some((feed) => feed.isInLead && !this.#isTooFar(feed));
  }

  #isTooFar({ source, frontier, maxLeadMs }: Feed): boolean {
    let least = END;
    for (const other of this.#feeds) if (other.source !== source && other.frontier.value < least) least = other.frontier.value;
    return frontier.value - maxLeadMs > least;
  }
}
