import { MillraceError, errors } from '../error.ts';
import type { Clock } from '../port/clock.ts';
import { holdProcess } from '../port/process-hold.ts';
import type { Random } from '../port/random.ts';
import { backOffMs } from './back-off.ts';
import type { Delivery, Transport } from './transport.ts';

/** A message on its way. */
export interface Parcel {
  text: string;
  readonly bytes: number;
  /** Who wants to know what becomes of it. Absent for heartbeats: nobody does, and they may be replaced. */
  readonly fate?: Fate;
}

/** One of these is called, once. */
export interface Fate {
  /** It is durable at the receiver. */
  delivered(): void;
  /** The receiver will never take it. */
  refused(error: Error): void;
  /** The lane was stopped; whether it has arrived is not known. */
  abandoned(): void;
}

export interface LaneOptions {
  readonly transport: Transport;
  readonly partition: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly batchMessagesMax: number;
  readonly batchBytesMax: number;
  /** A delivery failed, or a message was refused. */
  readonly troubled: (error: Error) => void;
  /** A batch is through. */
  readonly progressed: () => void;
}

/**
 * Delivers the messages of one partition in their order: one batch at a time, again and again until it is
 * through. While a batch is under way the next one grows, so batches are as large as the load makes them.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #stopping = new AbortController();
  #queue: Parcel[] = [];
  /** How many of the queue are in the delivery that is under way. */
  #underWay = 0;
  #isRunning = false;
  /** Lets the process end; there while messages are on their way for which it must not. */
  #release: (() => void) | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  push(parcels: readonly Parcel[]): void {
    if (parcels.length > 0 && !this.#isStopped) this.#release ??= holdProcess();
    for (const parcel of parcels) this.#queue.push(parcel);
    this.#start();
  }

  /** A heartbeat goes behind everything that was sent before it, and replaces one that still stands there. */
  heartbeat(text: string): void {
    const last = this.#queue.at(-1);
    if (last !== undefined && last.fate === undefined && this.#queue.length > this.#underWay) last.text = text;
    else this.#queue.push({ text, bytes: text.length });
    this.#start();
  }

  /** Lets go of everything, also of what is under way. */
  stop(): void {
    this.#stopping.abort();
    this.#letGo();
    this.#underWay = 0;
    for (const { fate } of this.#queue.splice(0)) fate?.abandoned();
  }

  #start(): void {
    if (this.#isRunning || this.#queue.length === 0 || this.#isStopped) return;
    void this.#run();
  }

  /** Until the queue is empty: then, in the same moment, it no longer runs, so whatever is pushed next starts it again. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let failures = 0; this.#queue.length > 0; ) {
      const batch = this.#batch();
      this.#underWay = batch.length;
      try {
        const { refused } = await this.#deliver(batch);
        if (this.#isStopped) return;
        failures = 0;
        this.#settle(batch, refused);
      } catch (error) {
        if (this.#isStopped) return;
        failures += 1;
        this.#underWay = 0;
        this.#options.troubled(error as Error);
        await this.#pause(failures, error);
        if (this.#isStopped) return;
      }
    }
    this.#isRunning = false;
    this.#letGo();
  }

  #deliver(batch: readonly Parcel[]): Promise<Delivery> {
    const texts = batch.map(({ text }) => text);
    return this.#options.transport.deliver(this.#options.partition, texts, this.#stopping.signal);
  }

  #settle(batch: readonly Parcel[], refused: Delivery['refused']): void {
    const { transport, troubled, progressed } = this.#options;
    this.#underWay = 0;
    this.#queue.splice(0, batch.length);
    for (const [index, { text, fate }] of batch.entries()) {
      const reason = refused.get(index);
      if (reason === undefined) fate?.delivered();
      else {
        const refusal = errors.MESSAGE_REFUSED({ message: named(text), to: transport.to, reason });
        troubled(refusal);
        fate?.refused(refusal);
      }
    }
    progressed();
  }

  #letGo(): void {
    this.#release?.();
    this.#release = undefined;
  }

  /** The head of the queue, as much as one delivery takes. */
  #batch(): Parcel[] {
    const { batchMessagesMax, batchBytesMax } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const parcel of this.#queue) {
      bytes += parcel.bytes;
      if (count > 0 && (count === batchMessagesMax || bytes > batchBytesMax)) break;
      count += 1;
    }
    return this.#queue.slice(0, count);
  }

  #pause(failures: number, error: unknown): Promise<void> {
    const { clock, random } = this.#options;
    const { signal } = this.#stopping;
    const asked = error instanceof MillraceError ? (error.data as { retryAfterMs?: number }).retryAfterMs : undefined;
    return new Promise((resolve) => {
      const cancel = clock.after(backOffMs(failures, random, asked), () => {
        signal.removeEventListener('abort', stopped);
        resolve();
      });
      const stopped = (): void => {
        cancel();
        resolve();
      };
      signal.addEventListener('abort', stopped, { once: true });
    });
  }
}

const NAMED_LENGTH_MAX = 120;

/** The beginning of a message's JSON, in which its numbers stand. */
function named(text: string): string {
  return text.length > NAMED_LENGTH_MAX ? `${text.slice(0, NAMED_LENGTH_MAX)}…` : text;
}
