import type { SequenceRange } from '../time/producers/sequence-set.ts';

/** The most ranges that are told apart; of those beyond only the count is kept. */
export const LOST_RANGES_MAX = 1000;

export interface BrokerSnapshot {
  /** The offset that is to come next; null: none has come. */
  readonly next: number | null;
  readonly lost: readonly SequenceRange[];
  readonly count: number;
}

/**
 * Whether a broker gave all it had: a second check, independent of what producers say.
 *
 * Where a log is neither compacted nor transactional, its offsets have no holes. A hole is the broker's loss,
 * whoever produced what was there; what lay before the first offset that was read is none.
 */
export class BrokerPositions {
  #next: number | undefined;
  readonly #lost: SequenceRange[] = [];
  #count = 0;

  /** The offsets of a batch, ascending. */
  take(offsets: readonly number[]): void {
    for (const offset of offsets) {
      const expected = this.#next ?? offset;
      if (offset > expected) {
        this.#count += offset - expected;
        if (this.#lost.length < LOST_RANGES_MAX) this.#lost.push([expected, offset - 1]);
      }
      if (offset >= expected) this.#next = offset + 1;
    }
  }

  /** Offsets that never came. */
  get count(): number {
    return this.#count;
  }

  get lost(): readonly SequenceRange[] {
    return this.#lost;
  }

  snapshot(): BrokerSnapshot | undefined {
    return this.#next === undefined ? undefined : { next: this.#next, lost: [...this.#lost], count: this.#count };
  }

  restore({ next, lost, count }: BrokerSnapshot): void {
    this.#next = next ?? undefined;
    this.#lost.splice(0, this.#lost.length, ...lost);
    this.#count = count;
  }
}
