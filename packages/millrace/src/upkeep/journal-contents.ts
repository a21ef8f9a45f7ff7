import { errors } from '../error.ts';
import { decodeBlock } from '../store/block.ts';
import { decodeRows } from '../store/rows.ts';
import type { ContentsSummary, Keeper, Stored } from './contents.ts';

/** What is needed of the head of a producer's journal; see producer/journal.ts. */
interface Head {
  readonly producer: string;
  readonly epoch: number;
  readonly partitions: readonly { readonly blocks: number; readonly sum: number }[];
}

/** The journal of a producer: as many blocks of messages as its head counts, of the numbers that it adds up. */
export class JournalContents implements Keeper {
  #head: Head | undefined;
  readonly #found: { blocks: number; sum: number }[] = [];
  #messages = 0;

  get isThere(): boolean {
    return this.#head !== undefined;
  }

  head(bytes: Uint8Array, key: Uint8Array): void {
    const { payload } = decodeBlock(bytes, "the head of a producer's journal", key);
    this.#head = JSON.parse(Buffer.from(payload).toString('utf8')) as Head;
  }

  take({ id, number, key, bytes }: Stored): void {
    const where = `block ${number} of partition ${id} in the journal${this.#head === undefined ? '' : ` of '${this.#head.producer}'`}`;
    const { store, commit, payload } = decodeBlock(bytes, where, key);
    if (store !== id || commit !== number) throw errors.CORRUPT_BLOCK({ where, what: 'place', expected: `${id}/${number}`, actual: `${store}/${commit}` });
    if (this.#head?.partitions[id] === undefined) throw errors.CORRUPT_BLOCK({ where, what: 'partition', expected: 'one that the journal has', actual: 'none' });
    const found = (this.#found[id] ??= { blocks: 0, sum: 0 });
    found.blocks += 1;
    found.sum += number;
    this.#messages += decodeRows(payload).length;
  }

  end(wrong: Parameters<Keeper['end']>[0]): void {
    this.#head?.partitions.forEach(({ blocks, sum }, partition) => {
      const found = this.#found[partition] ?? { blocks: 0, sum: 0 };
      if (found.blocks === blocks && found.sum === sum) return;
      wrong({ where: `partition ${partition} in the journal of '${this.#head?.producer}'`, what: 'number of blocks', expected: `${blocks} (numbers summing to ${sum})`, actual: `${found.blocks} (${found.sum})` });
    });
  }

  summary(): ContentsSummary['journal'] {
    if (this.#head === undefined) return undefined;
    const { producer, epoch } = this.#head;
    return { producer, epoch, blocks: this.#found.reduce((sum, { blocks }) => sum + blocks, 0), messages: this.#messages };
  }
}
