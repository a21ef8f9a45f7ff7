import type { Journal, JournalBlock } from './journal.ts';
import type { Fate, Lane, Parcel } from './lane.ts';
import type { Waiting } from './line.ts';
import { MessageText } from './message-text.ts';

/**
 * Gives messages their numbers, keeps them in the journal until they are delivered, and hands them to
 * their lanes.
 *
 * - A number is taken when its message is durable here: after a commit that fails it is still free.
 * - A lane gets messages in the order of their numbers, and those of earlier epochs before all others.
 */
export class Outbox {
  readonly #journal: Journal;
  readonly #lanes: readonly Lane[];
  readonly #texts: readonly MessageText[];
  readonly #closed: () => Error;
  #lasts: readonly number[];
  /** How much is journalled and neither delivered nor refused, in bytes. */
  bytes = 0;
  /** How many messages are journalled and neither delivered nor refused. */
  pending = 0;
  /** The messages that the receiver does not take; they stay in the journal. */
  refused = 0;
  /** How much of the journal cannot go because of them, in bytes: a block goes as a whole. */
  refusedBytes = 0;
  firstRefusal: Error | undefined;

  constructor(journal: Journal, producer: string, lanes: readonly Lane[], closed: () => Error) {
    this.#journal = journal;
    this.#lanes = lanes;
    this.#closed = closed;
    this.#texts = lanes.map((_, partition) => new MessageText(producer, journal.epoch, journal.previous[partition]));
    this.#lasts = lanes.map(() => -1);
  }

  get promised(): number {
    return this.#journal.promised;
  }

  get hasDelivered(): boolean {
    return this.#journal.hasDelivered;
  }

  /**
   * Takes the epoch, durably, and begins it in each partition with a heartbeat that names the epoch before.
   * What earlier epochs had not delivered goes first.
   */
  begin(): void {
    const first = this.#texts.map((text) => [text.heartbeat(-1, this.promised)]);
    const begun = this.#journal.add({ texts: first, lasts: this.#lasts, promised: this.promised });
    for (const block of [...this.#journal.restored, ...begun]) this.#send(block, []);
  }

  /** Numbers values, in their order, and makes them and the promise durable. When it throws, nothing has changed. */
  add(values: readonly Waiting[], promised: number): void {
    const texts: string[][] = this.#lanes.map(() => []);
    const waiting: Waiting[][] = this.#lanes.map(() => []);
    const lasts = [...this.#lasts];
    for (const value of values) {
      const { partition } = value;
      const sequence = (lasts[partition] as number) + 1;
      lasts[partition] = sequence;
      texts[partition]?.push((this.#texts[partition] as MessageText).event(sequence, value.value));
      waiting[partition]?.push(value);
    }
    const blocks = this.#journal.add({ texts, lasts, promised });
    this.#lasts = lasts;
    for (const block of blocks) this.#send(block, waiting[block.partition] as Waiting[]);
  }

  /** Says how far numbers and promise have come, behind everything that was sent before. */
  heartbeat(): void {
    for (const [partition, lane] of this.#lanes.entries()) {
      lane.heartbeat((this.#texts[partition] as MessageText).heartbeat(this.#lasts[partition] as number, this.promised));
    }
  }

  /** Says goodbye in each partition; resolves once that has arrived and nothing that was delivered is left in the journal. */
  async close(): Promise<void> {
    const addition = { lasts: this.#lasts, promised: this.promised };
    const texts = this.#texts.map((text, partition) => [text.close(this.#lasts[partition] as number)]);
    const blocks = this.#journal.add({ ...addition, texts });
    await Promise.all(
      blocks.map(
        (block) =>
          new Promise<void>((resolve, reject) => {
            this.#send(block, [{ resolve, reject }]);
          }),
      ),
    );
    this.#journal.add({ ...addition, texts: texts.map(() => []) });
  }

  #send(block: JournalBlock, senders: readonly Sender[]): void {
    const bytes = block.texts.map((text) => Buffer.byteLength(text));
    const whole: Undelivered = { block, left: block.texts.length, bytes: bytes.reduce((sum, one) => sum + one, 0), isRefused: false };
    this.bytes += whole.bytes;
    this.pending += whole.left;
    const parcels = block.texts.map((text, i): Parcel => {
      const own = bytes[i] as number;
      return { text, bytes: own, fate: new Journalled(this, whole, own, senders[i]) };
    });
    this.#lanes[block.partition]?.push(parcels);
  }

  /** For the messages: one of them has been delivered. */
  delivered(whole: Undelivered, bytes: number): void {
    this.bytes -= bytes;
    this.pending -= 1;
    whole.left -= 1;
    if (whole.left === 0) this.#journal.delivered(whole.block);
  }

  /** For the messages: one of them has been refused. */
  refuse(whole: Undelivered, bytes: number, error: Error): void {
    this.bytes -= bytes;
    this.pending -= 1;
    this.refused += 1;
    this.firstRefusal ??= error;
    if (!whole.isRefused) this.refusedBytes += whole.bytes;
    whole.isRefused = true;
  }

  get closed(): Error {
    return this.#closed();
  }
}

/** A block of the journal on its way. */
interface Undelivered {
  readonly block: JournalBlock;
  readonly bytes: number;
  /** How many of its messages have not been delivered. */
  left: number;
  /** One of them, at least. */
  isRefused: boolean;
}

type Sender = Pick<Waiting, 'resolve' | 'reject'>;

/** A message in the journal, and who waits for its delivery; nobody where an earlier life sent it. */
class Journalled implements Fate {
  readonly #outbox: Outbox;
  readonly #whole: Undelivered;
  readonly #bytes: number;
  readonly #sender: Sender | undefined;

  constructor(outbox: Outbox, whole: Undelivered, bytes: number, sender: Sender | undefined) {
    this.#outbox = outbox;
    this.#whole = whole;
    this.#bytes = bytes;
    this.#sender = sender;
  }

  delivered(): void {
    this.#outbox.delivered(this.#whole, this.#bytes);
    this.#sender?.resolve();
  }

  refused(error: Error): void {
    this.#outbox.refuse(this.#whole, this.#bytes, error);
    this.#sender?.reject(error);
  }

  abandoned(): void {
    this.#sender?.reject(this.#outbox.closed);
  }
}
