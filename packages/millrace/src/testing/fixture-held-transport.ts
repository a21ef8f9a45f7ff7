import type { Message } from '../producer/message.ts';
import type { Delivery, Transport } from '../producer/transport.ts';

interface Handed<T> {
  readonly partition: number;
  readonly messages: readonly Message<T>[];
  readonly arrive: (refused?: ReadonlyMap<number, string>) => void;
  readonly fail: (error: Error) => void;
}

/** A transport whose deliveries wait until a test says what becomes of them. */
export class HeldTransport<T> implements Transport {
  readonly to: string = 'the receiver';
  readonly partitions: number;
  /** Under way, in the order in which they were handed over. */
  readonly held: Handed<T>[] = [];
  isClosed = false;

  constructor(partitions = 1) {
    this.partitions = partitions;
  }

  deliver(partition: number, texts: readonly string[]): Promise<Delivery> {
    return new Promise((resolve, reject) => {
      const messages = texts.map((text) => JSON.parse(text) as Message<T>);
      this.held.push({ partition, messages, arrive: (refused = new Map()) => resolve({ refused }), fail: reject });
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** The oldest delivery that is under way. */
  next(): Handed<T> {
    const next = this.held.shift();
    if (next === undefined) throw new Error('nothing is under way');
    return next;
  }
}
