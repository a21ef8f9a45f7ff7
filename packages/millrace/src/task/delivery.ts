import { errors } from '../error.ts';
import type { Clock } from '../port/clock.ts';
import { reasonOf } from '../reason.ts';
import { type Failing, Retry } from './retry.ts';
import type { RuntimeSink } from './runtime.ts';
import type { Parcel } from './sink.ts';

/** The rows of one commit on their way to one sink, in order. */
export interface Sending {
  readonly parcels: readonly Parcel[];
  /** The number of the row after the last one. */
  readonly end: number;
}

/** Who is told how a delivery goes. */
export interface DeliveryTold {
  /** Rows were taken: the next commit has to say so, or they come again after a restart. */
  delivered(): void;
  failed(failure: Error): void;
  /** The sink did not take its rows from `first` to `end`, and what then is up to people. */
  refused(sink: string, first: number, end: number, error: string): void;
}

/** How many commits a sink may be behind before the task waits for it. */
const SENDINGS_MAX = 16;

/**
 * Brings the rows of durable commits to one sink, one commit after the other, beside the processing.
 */
export class Delivery {
  readonly sink: RuntimeSink;
  #queue: Sending[] = [];
  #running: Promise<void> | undefined;
  #failure: Error | undefined;
  /** Nothing is delivered until somebody has decided. */
  #isHeld = false;

  /** The program stops, and has waited for it: it is not tried again. */
  #isLate = false;
  /** Nothing is delivered any more: what has not been taken comes again after the next start. */
  #isAbandoned = false;

  readonly #told: DeliveryTold;
  readonly #retry: Retry;
  /** Those that wait until it is through, or fails. */
  #eased: (() => void)[] = [];

  /** Every row with a smaller number has been taken. */
  get delivered(): number {
    return this.sink.output.delivered;
  }

  set delivered(number: number) {
    this.sink.output.delivered = number;
  }

  constructor(sink: RuntimeSink, delivered: number, told: DeliveryTold, clock: Clock) {
    this.sink = sink;
    this.#retry = new Retry(sink.name, clock, sink.retryMs);
    this.delivered = delivered;
    this.#told = told;
  }

  send(sending: Sending): void {
    // What came before it has not been taken.
    if (this.#isAbandoned) return;
    this.#queue.push(sending);
    if (!this.#isHeld) this.#running ??= this.#run();
  }

  /** Delivers nothing until `resume` or `discard`. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Whether so much waits that nothing more may be made. */
  get isFull(): boolean {
    return (this.#isHeld || this.failing !== undefined) && this.#queue.length > SENDINGS_MAX;
  }

  /** Set while it is tried again. */
  get failing(): Failing | undefined {
    return this.#retry.failing;
  }

  /** Tries again, from the first row that was not taken. */
  resume(): void {
    this.#isHeld = false;
    if (this.#queue.length > 0) this.#running ??= this.#run();
  }

  /** Rows with a smaller number than `end` are not delivered any more. */
  discard(end: number): void {
    this.#queue = this.#queue.filter((sending) => sending.end > end);
    this.delivered = Math.max(this.delivered, end);
    this.resume();
  }

  /** A promise while the sink is too far behind to go on; rejects when the sink has failed. */
  pressure(): Promise<void> | undefined {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#queue.length <= SENDINGS_MAX || this.#isHeld || this.failing !== undefined || this.#running === undefined) return undefined;
    return this.#easing();
  }

  /** Resolves when nothing is on its way; rejects when the sink has failed. */
  async idle(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** It has been waited for, and is no longer: where the sink can be told, or fails. */
  abandon(): void {
    const { driver } = this.sink.output;
    this.#isLate = true;
    if (driver?.abandon === undefined && this.failing === undefined) return;
    this.#isAbandoned = true;
    this.#queue.length = 0;
    this.#retry.end();
    driver?.abandon?.();
  }

  /** Gives out nothing more; resolves when the sink is done with what it was given. */
  async close(): Promise<void> {
    this.#queue.length = 0;
    if (this.failing !== undefined) this.#isAbandoned = true;
    this.#retry.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      for (let sending = this.#queue[0]; sending !== undefined; sending = this.#queue[0]) {
        const { parcels } = sending;
        await this.#retry.run(() => this.sink.output.driver?.deliver(parcels), () => this.#fails());
        this.delivered = sending.end;
        this.#queue.shift();
        this.#told.delivered();
      }
    } catch (error) {
      if (this.#isAbandoned) return;
      const [refused] = this.#queue;
      if (this.sink.onRefused === 'hold' && refused !== undefined) {
        this.#isHeld = true;
        this.#told.refused(this.sink.name, this.delivered, refused.end, reasonOf(error));
        return;
      }
      this.#failure = errors.SINK_FAILED({ sink: this.sink.name, reason: reasonOf(error) }, error);
      this.#told.failed(this.#failure);
    } finally {
      this.#running = undefined;
      this.#ease();
    }
  }

  /** It is to be tried again. */
  #fails(): void {
    if (this.#isLate) this.abandon();
    this.#ease();
  }

  async #easing(): Promise<void> {
    await new Promise<void>((resolve) => void this.#eased.push(resolve));
    if (this.#failure !== undefined) throw this.#failure;
  }

  #ease(): void {
    for (const resolve of this.#eased.splice(0)) resolve();
  }
}
