import { errors } from '../error.ts';
import { type Clock, systemClock } from '../port/clock.ts';
import { lmdbBackend } from '../port/lmdb-backend.ts';
import { systemRandom } from '../port/random.ts';
import { textOf } from '../reason.ts';
import { seconds } from '../time/duration.ts';
import { TIME_EXPECTED, TIME_MAX } from '../time/time-max.ts';
import { Journal } from './journal.ts';
import { Lane } from './lane.ts';
import { Line } from './line.ts';
import { MESSAGE_BYTES_MAX, PRODUCER_NAME_LENGTH_MAX } from './message.ts';
import { MessageText } from './message-text.ts';
import { type ProducerLimits, type ProducerOptions, limitsOf } from './options.ts';
import { Outbox } from './outbox.ts';
import { Promised } from './promised.ts';
import type { Transport } from './transport.ts';
import { valueText } from './value-text.ts';

/** After a burst a heartbeat follows this soon, in ms, so that nobody waits for the next regular one. */
const QUIET_MS = 50;

/** How a producer is getting on. */
export interface ProducerStatus {
  readonly epoch: number;
  /** Nothing with a time below it follows; in ms since the Unix epoch. */
  readonly promised: number;
  /** Values that wait for a place in the journal. */
  readonly waiting: number;
  /** Messages in the journal that have not been delivered. */
  readonly pending: number;
  /** Messages that the receiver will not take: they stay in the journal, and are tried again by the next start. */
  readonly refused: number;
  /** What went wrong last, and when; sending goes on by itself. */
  readonly lastTrouble?: { readonly error: Error; readonly at: number };
}

/**
 * Opens a producer: takes a new epoch, sends what an earlier life had not delivered, and begins to promise.
 *
 * `name` is the producer's for ever, and its journal knows it. NOT_A_JOURNAL where the journal is another's;
 * STORE_IN_USE where another process has it open.
 */
export async function producer<T>(name: string, transport: Transport, options: ProducerOptions<T>): Promise<Producer<T>> {
  if (typeof name !== 'string' || name.length === 0 || name.length > PRODUCER_NAME_LENGTH_MAX) {
    throw new RangeError(`producer('${name}'): expected a name of 1 to ${PRODUCER_NAME_LENGTH_MAX} characters`);
  }
  const { journal, partitionOf, heartbeatEvery = seconds(1), clock = systemClock } = options;
  if (!Number.isSafeInteger(heartbeatEvery) || heartbeatEvery <= 0) {
    throw new RangeError(`heartbeatEvery: ${heartbeatEvery}: expected a positive whole number of milliseconds`);
  }
  if (transport.partitions > 1 && partitionOf === undefined) {
    throw new RangeError(`producer('${name}'): its transport has ${transport.partitions} partitions; say with partitionOf where values go`);
  }
  const limits = limitsOf(options.limits);
  const backend = typeof journal === 'string' ? lmdbBackend(journal) : journal;
  try {
    return new Producer<T>(name, transport, new Journal(backend, name, transport.partitions, Math.floor(clock.now())), options, limits);
  } catch (error) {
    backend.close();
    throw error;
  }
}

/**
 * Sends values as numbered messages.
 *
 * - A value that was journalled arrives, whatever crashes in between, under one number for ever.
 * - Values of one partition arrive in the order of the calls of `send`.
 * - What an epoch has promised is kept, also by the epochs after it.
 */
export class Producer<T> {
  readonly #name: string;
  readonly #transport: Transport;
  readonly #journal: Journal;
  readonly #time: (value: T) => number;
  readonly #partitionOf: ((value: T) => number) | undefined;
  readonly #heartbeatEvery: number;
  readonly #limits: ProducerLimits;
  readonly #clock: Clock;
  readonly #promise: Promised;
  readonly #lanes: readonly Lane[];
  readonly #outbox: Outbox;
  readonly #line: Line = new Line();
  /** The longest that a message is beyond its value, in bytes. */
  readonly #frameBytes: number;
  #trouble: ProducerStatus['lastTrouble'];
  #flushIsDue = false;
  /** Something was numbered since the last heartbeat. */
  #isFresh = false;
  #heartbeat: { readonly at: number; readonly cancel: () => void } | undefined;
  /** No more values are taken. */
  #isEnding = false;
  #isStopped = false;
  #closing: Promise<void> | undefined;
  #drained: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  /** For `producer()`, which opens the journal. */
  constructor(name: string, transport: Transport, journal: Journal, options: ProducerOptions<T>, limits: ProducerLimits) {
    const { time, partitionOf, promise, heartbeatEvery = seconds(1), clock = systemClock, random = systemRandom } = options;
    const { batchMessagesMax, batchBytesMax } = limits;
    this.#name = name;
    this.#transport = transport;
    this.#journal = journal;
    this.#time = time;
    this.#partitionOf = partitionOf;
    this.#heartbeatEvery = heartbeatEvery;
    this.#limits = limits;
    this.#clock = clock;
    this.#promise = new Promised(name, clock, promise);
    const troubled = (error: Error): void => this.#troubled(error);
    const progressed = (): void => this.#progressed();
    this.#lanes = Array.from(
      { length: transport.partitions },
      (_, partition) => new Lane({ transport, partition, clock, random, batchMessagesMax, batchBytesMax, troubled, progressed }),
    );
    this.#outbox = new Outbox(journal, name, this.#lanes, () => errors.PRODUCER_CLOSED({ producer: name }));
    this.#frameBytes = Buffer.byteLength(new MessageText(name, journal.epoch, undefined).event(Number.MAX_SAFE_INTEGER, ''));
    this.#outbox.begin();
    this.#plan(0);
  }

  /**
   * Sends a value: it is numbered, journalled, and delivered; resolves once the receiver has it durably.
   *
   * Values that are sent without waiting for each other are pipelined. When the journal has no room, they
   * wait for it; when too many wait, the answer is OUTBOX_FULL. What is rejected with UNSENDABLE_VALUE,
   * MESSAGE_TOO_LARGE, BAD_EVENT_TIME, BAD_PARTITION, BELOW_PROMISE, OUTBOX_FULL, or an error of the journal such
   * as STORE_FULL, took no number and will not arrive. MESSAGE_REFUSED and PRODUCER_CLOSED may come after it
   * was journalled: then the next start tries again.
   */
  async send(value: T): Promise<void> {
    if (this.#isEnding) throw errors.PRODUCER_CLOSED({ producer: this.#name });
    const text = valueText(value);
    const bytes = this.#frameBytes + Buffer.byteLength(text);
    if (bytes > MESSAGE_BYTES_MAX) throw errors.MESSAGE_TOO_LARGE({ bytes, max: MESSAGE_BYTES_MAX });
    const time = this.#time(value);
    if (!Number.isInteger(time) || time < 0 || time > TIME_MAX) throw errors.BAD_EVENT_TIME({ found: textOf(time), expected: TIME_EXPECTED });
    const { promised } = this.#outbox;
    if (time < promised) throw errors.BELOW_PROMISE({ producer: this.#name, time, promised });
    const partition = this.#partitionOf?.(value) ?? 0;
    const { length: partitions } = this.#lanes;
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) throw errors.BAD_PARTITION({ found: textOf(partition), partitions });
    this.#checkRoom(bytes);
    await new Promise<void>((resolve, reject) => {
      this.#line.join({ partition, time, value: text, bytes, resolve, reject });
      this.#flushSoon();
    });
  }

  /**
   * Delivers everything, says goodbye in every partition, and resolves when the journal is empty. It waits
   * for the receiver as long as that takes; `stop` ends the wait. MESSAGE_REFUSED if the receiver refused
   * something, which stays in the journal.
   */
  close(): Promise<void> {
    this.#isEnding = true;
    this.#closing ??= this.#close().catch((error: unknown) => {
      // It may be tried again, after a full disk for example.
      this.#closing = undefined;
      throw error;
    });
    return this.#closing;
  }

  /** Stops at once and without goodbye: what is not delivered stays in the journal, and its `send` is PRODUCER_CLOSED. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isEnding = true;
    this.#isStopped = true;
    this.#heartbeat?.cancel();
    for (const lane of this.#lanes) lane.stop();
    const closed = errors.PRODUCER_CLOSED({ producer: this.#name });
    for (const { reject } of this.#line.take(Number.POSITIVE_INFINITY)) reject(closed);
    this.#drained?.reject(closed);
    try {
      await this.#transport.close();
    } finally {
      this.#journal.close();
    }
  }

  status(): ProducerStatus {
    const { promised, pending, refused } = this.#outbox;
    return {
      epoch: this.#journal.epoch,
      promised,
      waiting: this.#line.length,
      pending,
      refused,
      ...(this.#trouble !== undefined && { lastTrouble: this.#trouble }),
    };
  }

  async #close(): Promise<void> {
    if (this.#isStopped) throw errors.PRODUCER_CLOSED({ producer: this.#name });
    this.#heartbeat?.cancel();
    await new Promise<void>((resolve, reject) => {
      this.#drained = { resolve, reject };
      this.#tellDrained();
    });
    await this.#outbox.close();
    const { firstRefusal } = this.#outbox;
    await this.stop();
    if (firstRefusal !== undefined) throw firstRefusal;
  }

  #checkRoom(bytes: number): void {
    const { waitingBytesMax, journalBytesMax } = this.#limits;
    const waitingBytes = this.#line.bytes + bytes;
    if (waitingBytes > waitingBytesMax) throw errors.OUTBOX_FULL({ producer: this.#name, waitingBytes, max: waitingBytesMax });
    const { refusedBytes } = this.#outbox;
    // They stay in the journal: a receiver that refuses everything must not fill the disk.
    if (refusedBytes > journalBytesMax) throw errors.OUTBOX_FULL({ producer: this.#name, waitingBytes: refusedBytes, max: journalBytesMax });
  }

  #flushSoon(): void {
    if (this.#flushIsDue || this.#line.length === 0 || this.#roomBytes() === 0) return;
    this.#flushIsDue = true;
    this.#clock.soon(() => {
      this.#flushIsDue = false;
      this.#flush(this.#outbox.promised);
    });
  }

  #roomBytes(): number {
    return Math.max(0, this.#limits.journalBytesMax - this.#outbox.bytes);
  }

  /** Makes what is in the line durable, with the promise, in one transaction. */
  #flush(promised: number): void {
    if (this.#isStopped) return;
    // A message that is larger than the whole journal goes when that is empty.
    const values = this.#line.take(this.#roomBytes(), this.#outbox.bytes === 0 ? 1 : 0);
    if (values.length === 0 && promised === this.#outbox.promised && !this.#outbox.hasDelivered) return;
    try {
      this.#outbox.add(values, promised);
      this.#isFresh ||= values.length > 0;
    } catch (error) {
      this.#troubled(error as Error);
      for (const { reject } of values) reject(error);
      // The next values may be luckier: what failed for them is told to each.
      if (values.length > 0) this.#flushSoon();
    }
    this.#tellDrained();
  }

  /** Promises as much as it can, to every partition, and plans the next time. */
  #beat(): void {
    this.#heartbeat = undefined;
    if (this.#isEnding) return;
    let { promised } = this.#outbox;
    try {
      promised = Math.min(this.#promise.next(promised), this.#line.earliest);
    } catch (error) {
      this.#troubled(error as Error);
    }
    this.#flush(promised);
    this.#outbox.heartbeat();
    this.#isFresh = false;
    this.#plan(this.#heartbeatEvery);
  }

  /** A heartbeat comes in `ms`, or sooner if that is planned already. */
  #plan(ms: number): void {
    const at = this.#clock.monotonic() + ms;
    if (this.#isEnding || (this.#heartbeat !== undefined && this.#heartbeat.at <= at)) return;
    this.#heartbeat?.cancel();
    this.#heartbeat = { at, cancel: this.#clock.after(ms, () => this.#beat()) };
  }

  /** Something has been delivered: there may be room for more, or nothing left to do. */
  #progressed(): void {
    this.#flushSoon();
    if (this.#isFresh && this.#isDrained()) this.#plan(Math.min(QUIET_MS, this.#heartbeatEvery));
    this.#tellDrained();
  }

  #isDrained(): boolean {
    return this.#line.length === 0 && this.#lanes.every(({ isEmpty }) => isEmpty);
  }

  #tellDrained(): void {
    if (this.#drained === undefined || !this.#isDrained()) return;
    this.#drained.resolve();
    this.#drained = undefined;
  }

  #troubled(error: Error): void {
    this.#trouble = { error, at: this.#clock.now() };
  }
}
