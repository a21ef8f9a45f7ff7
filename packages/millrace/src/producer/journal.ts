import { errors } from '../error.ts';
import type { Backend, Transaction } from '../port/backend.ts';
import { decodeBlock, encodeBlock } from '../store/block.ts';
import { META, OUTBOX, key, keyRange, parseKey } from '../store/key.ts';
import { decodeRows, encodeRows } from '../store/rows.ts';
import type { Previous } from './message.ts';

/*
 * What a producer has numbered and not delivered, in a store of its own.
 *
 *   [META, 1, 0]             := block(JSON of Head)     how far numbers and promises have gone
 *   [OUTBOX, partition, n]   := block(rows)             the n-th block of a partition: messages as JSON texts,
 *                                                       in the order of their numbers; rows as in store/rows.ts
 *
 * Head and blocks change in one transaction: a number is taken if and only if its message is stored.
 * A block goes when all its messages have been delivered. The head counts the blocks and adds up their
 * numbers, so that one that has vanished shows.
 */
const HEAD_ID = 1;
const HEAD_KEY: Uint8Array = key(META, HEAD_ID, 0);

interface Head {
  readonly format: 1;
  readonly producer: string;
  readonly epoch: number;
  /** Nothing with a time below it follows; in ms since the Unix epoch. */
  readonly promised: number;
  readonly partitions: readonly PartitionHead[];
}

interface PartitionHead {
  /** The last sequence of this epoch; -1: none. */
  readonly last: number;
  /** The number of the next block. */
  readonly next: number;
  readonly blocks: number;
  readonly sum: number;
}

/** Messages of one partition that became durable together. */
export interface JournalBlock {
  readonly partition: number;
  readonly number: number;
  readonly texts: readonly string[];
}

/** What one transaction adds. */
export interface Addition {
  /** For each partition, in order; empty for none. */
  readonly texts: readonly (readonly string[])[];
  /** The last sequence of each partition after it. */
  readonly lasts: readonly number[];
  readonly promised: number;
}

/** One writer; a second one that opens the same store takes it over, and the first one is FENCED. */
export class Journal {
  readonly #backend: Backend;
  readonly #producer: string;
  #head: Head | undefined;
  /** Delivered, to be deleted with the next transaction. */
  #delivered: JournalBlock[] = [];
  /** What an earlier life had not delivered, in order. */
  readonly restored: readonly JournalBlock[];
  /** Of this life. */
  readonly epoch: number;
  /** Of this life, for each partition. */
  readonly previous: readonly (Previous | undefined)[];

  /**
   * Reads what there is, and chooses the epoch; nothing is written before the first `add`.
   *
   * The epoch is the moment of the start, `now` in ms since the Unix epoch, or one more than the last where
   * that is greater: so it is new even to a receiver that knows more than a journal that was lost or put back.
   */
  constructor(backend: Backend, producer: string, partitions: number, now: number) {
    this.#backend = backend;
    this.#producer = producer;
    for (const _ of backend.range(key(META, 0, 0), key(META, HEAD_ID, 0), { limit: 1 })) throw this.#unusable('the store of a program');
    const head = headOf(backend.get(HEAD_KEY));
    this.#head = head;
    if (head !== undefined && head.producer !== producer) throw this.#unusable(`that of '${head.producer}'`);
    this.restored = (head?.partitions ?? []).flatMap((stored, partition) => this.#restore(partition, stored));
    const outside = this.restored.find(({ partition }) => partition >= partitions);
    if (outside !== undefined) throw this.#unusable(`holding messages for partition ${outside.partition}, and there are ${partitions} partitions`);
    this.epoch = head === undefined ? now : Math.max(head.epoch + 1, now);
    this.previous = Array.from({ length: partitions }, (_, p) =>
      head === undefined ? undefined : { epoch: head.epoch, sequence: head.partitions[p]?.last ?? -1 },
    );
  }

  get promised(): number {
    return this.#head?.promised ?? 0;
  }

  /** Whether there is something that the next transaction would delete. */
  get hasDelivered(): boolean {
    return this.#delivered.length > 0;
  }

  /** Makes messages, their numbers and the promise durable, and gives the blocks. When it throws, nothing has changed. */
  add({ texts, lasts, promised }: Addition): readonly JournalBlock[] {
    const stored = this.#head;
    const added: JournalBlock[] = [];
    const partitions = texts.map((list, partition): PartitionHead => {
      let { next, blocks, sum } = stored?.partitions[partition] ?? { next: 0, blocks: 0, sum: 0 };
      for (const gone of this.#delivered) {
        if (gone.partition !== partition) continue;
        blocks -= 1;
        sum -= gone.number;
      }
      if (list.length > 0) {
        added.push({ partition, number: next, texts: list });
        blocks += 1;
        sum += next;
        next += 1;
      }
      return { last: lasts[partition] as number, next, blocks, sum };
    });
    const head: Head = { format: 1, producer: this.#producer, epoch: this.epoch, promised, partitions };
    this.#backend.transact((txn) => {
      this.#checkOwner(txn);
      for (const { partition, number } of this.#delivered) txn.delete(key(OUTBOX, partition, number));
      for (const { partition, number, texts: rows } of added) {
        const place = key(OUTBOX, partition, number);
        txn.put(place, encodeBlock({ store: partition, commit: number, payload: encodeRows(rows) }, place));
      }
      txn.put(HEAD_KEY, encodeBlock({ store: 0, commit: 0, payload: Buffer.from(JSON.stringify(head)) }, HEAD_KEY));
    });
    this.#head = head;
    this.#delivered = [];
    return added;
  }

  /** All messages of a block have been delivered. */
  delivered(block: JournalBlock): void {
    this.#delivered.push(block);
  }

  close(): void {
    this.#backend.close();
  }

  #checkOwner(txn: Transaction): void {
    const owner = headOf(txn.get(HEAD_KEY))?.epoch;
    if (owner !== this.#head?.epoch) throw errors.FENCED({ epoch: this.epoch, owner: owner ?? 0 });
  }

  #restore(partition: number, { blocks, sum }: PartitionHead): JournalBlock[] {
    const found: JournalBlock[] = [];
    let total = 0;
    for (const [place, bytes] of this.#backend.range(...keyRange(OUTBOX, partition))) {
      const { number } = parseKey(place);
      const where = `block ${number} of partition ${partition} in the journal of '${this.#producer}'`;
      const { payload, store, commit } = decodeBlock(bytes, where, place);
      if (store !== partition || commit !== number) {
        throw errors.CORRUPT_BLOCK({ where, what: 'place', expected: `${partition}/${number}`, actual: `${store}/${commit}` });
      }
      found.push({ partition, number, texts: decodeRows(payload) as string[] });
      total += number;
    }
    if (found.length !== blocks || total !== sum) {
      const where = `partition ${partition} in the journal of '${this.#producer}'`;
      throw errors.CORRUPT_BLOCK({ where, what: 'count of blocks', expected: `${blocks} (${sum})`, actual: `${found.length} (${total})` });
    }
    return found;
  }

  #unusable(found: string): Error {
    return errors.NOT_A_JOURNAL({ producer: this.#producer, found });
  }
}

function headOf(bytes: Uint8Array | undefined): Head | undefined {
  if (bytes === undefined) return undefined;
  const { payload } = decodeBlock(bytes, "the head of a producer's journal", HEAD_KEY);
  return JSON.parse(Buffer.from(payload).toString('utf8')) as Head;
}
