import { checkMade, checkOptions } from '../argument.ts';
import { MillraceError } from '../error.ts';
import { systemClock } from '../port/clock.ts';
import { systemRandom } from '../port/random.ts';
import { decodeRows, encodeRows } from '../store/rows.ts';
import type { Parcel, SinkDriver, SinkSpec } from '../task/sink.ts';
import type { Json } from '../task/source.ts';
import { backOffMs } from '../producer/back-off.ts';
import type { Message } from '../producer/message.ts';
import type { Delivery, Transport } from '../producer/transport.ts';
import { valueText } from '../producer/value-text.ts';

/** The most messages in one delivery. */
const BATCH_MESSAGES_MAX = 2_000;
const TRIES = 10;
/** How much of a message is told, in UTF-16 code units. */
const NAMED_LENGTH_MAX = 120;

export interface MessagesToOptions {
  /** To which of the transport's partitions they go. Default 0. */
  readonly partition?: number;
  /** How often a delivery is tried, each time after a longer pause, before the sink has failed. Default 10: about half a minute. */
  readonly tries?: number;
}

/**
 * Sends the messages of a `numbered` stream to another program, as a producer does.
 *
 * With a store, what has been sent and is not known to have arrived is sent again after a crash: the receiver
 * knows it by its numbers, and drops what it has. What it refuses for good fails the sink at once. A record that
 * made a value which JSON cannot say is set aside (UNSENDABLE_VALUE). A program that stops waits 5 s for it.
 */
export function messagesTo<T>(transport: Transport, options: MessagesToOptions = {}): SinkSpec<Message<T>> {
  checkOptions('messagesTo(transport, options)', options, ['partition', 'tries']);
  const { partition = 0, tries = TRIES } = options;
  checkMade('messagesTo(transport)', transport, ['deliver', 'close'], 'a transport, such as connectTo(url)');
  const { partitions } = transport;
  if (!Number.isSafeInteger(partition) || partition < 0 || partition >= partitions) {
    throw new RangeError(`messagesTo(…, { partition: ${String(partition)} }): expected one of the transport's ${partitions}, from 0 on`);
  }
  if (!Number.isSafeInteger(tries) || tries < 1) throw new RangeError(`messagesTo(…, { tries: ${String(tries)} }): expected at least 1`);
  return { text: `messages to ${transport.to}`, open: async () => new MessagesDriver(transport, partition, tries) };
}

class MessagesDriver<T> implements SinkDriver<Message<T>> {
  readonly #transport: Transport;
  readonly #partition: number;
  readonly #tries: number;
  readonly #closing = new AbortController();
  /** In memory: what is not on its way yet, as JSON. */
  #written: string[] = [];

  constructor(transport: Transport, partition: number, tries: number) {
    this.#transport = transport;
    this.#partition = partition;
    this.#tries = tries;
  }

  write(row: Message<T>): void {
    this.#written.push(textOf(row));
  }

  flush(): Promise<void> | undefined {
    if (this.#written.length === 0) return undefined;
    const texts = this.#written;
    this.#written = [];
    return this.#send(texts);
  }

  encode(rows: readonly Message<T>[]): Uint8Array {
    return encodeRows(rows.map(textOf));
  }

  async deliver(parcels: readonly Parcel[]): Promise<void> {
    for (const { payload } of parcels) await this.#send(decodeRows(payload) as string[]);
  }

  position(): Json {
    return null;
  }

  abandon(): void {
    this.#closing.abort(new Error('the program stops'));
  }

  async close(): Promise<void> {
    this.abandon();
    await this.#transport.close();
  }

  async #send(texts: readonly string[]): Promise<void> {
    for (let from = 0; from < texts.length; from += BATCH_MESSAGES_MAX) await this.#deliver(texts.slice(from, from + BATCH_MESSAGES_MAX));
  }

  async #deliver(texts: readonly string[]): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 1; ; failures += 1) {
      try {
        // A transport may not look at the signal.
        const { refused } = await orAborted(this.#transport.deliver(this.#partition, texts, signal), signal);
        return this.#accept(texts, refused);
      } catch (error) {
        if (error instanceof Refusal || failures === this.#tries || signal.aborted) throw error;
        const asked = error instanceof MillraceError ? (error.data as { retryAfterMs?: number }).retryAfterMs : undefined;
        await orAborted(paused(backOffMs(failures, systemRandom, asked)), signal);
      }
    }
  }

  #accept(texts: readonly string[], refused: Delivery['refused']): void {
    for (const [index, reason] of refused) {
      const text = texts[index] as string;
      throw new Refusal(`${this.#transport.to} refused the message ${text.slice(0, NAMED_LENGTH_MAX)}: it ${reason}`);
    }
  }
}

/** UNSENDABLE_VALUE where JSON would say something else. */
function textOf(message: Message<unknown>): string {
  if (message.kind !== 'event') return JSON.stringify(message);
  return `${JSON.stringify({ ...message, value: undefined }).slice(0, -1)},"value":${valueText(message.value)}}`;
}

/** The receiver will never take it. */
class Refusal extends Error {}

const paused = (ms: number): Promise<void> => new Promise((resolve) => systemClock.after(ms, resolve));

/** As the promise; rejects once the signal is aborted. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
