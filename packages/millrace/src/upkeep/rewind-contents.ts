import { decodeRewindPart } from '../store/rewind.ts';
import type { Keeper, Stored } from './contents.ts';

export interface RewindSummary {
  /** How many transactions can be taken back. */
  readonly transactions: number;
  readonly bytes: number;
  /** When the oldest of them was made, in ms since the Unix epoch. */
  readonly since: number;
}

/** What it takes to go back to earlier commits. */
export class RewindContents implements Keeper {
  #transactions = 0;
  #bytes = 0;
  #since: number = Number.NaN;
  #last = -1;

  take({ key, bytes }: Stored): void {
    const { transaction, at } = decodeRewindPart(key, bytes);
    if (Number.isNaN(this.#since)) this.#since = at;
    if (transaction !== this.#last) this.#transactions += 1;
    this.#last = transaction;
    this.#bytes += bytes.length;
  }

  end(): void {}

  summary(): RewindSummary | undefined {
    return this.#transactions === 0 ? undefined : { transactions: this.#transactions, bytes: this.#bytes, since: this.#since };
  }
}
