import type { PendingBlock, Persisted, StoredBlock } from '../../state/persisted.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import type { Moment } from '../../task/moment.ts';
import { END, type Frontier } from '../../time/frontier.ts';
import { Heap, type Ranked } from './heap.ts';
import { readMoment, writeMoment } from './moment-columns.ts';

/*
 * The values of a row, one per column:
 *
 *   order event time arrival source partition offset timer ( frontier evidence )
 *
 * The last two, where they are kept: where the frontier of the event's input stood when it came.
 */
const [ORDER, EVENT, TIME, SOURCE, PARTITION, OFFSET, TIMER, FRONTIER, EVIDENCE] = [0, 1, 2, 4, 5, 6, 7, 8, 9] as const;
const SLOTS = 8;
const SLOTS_WITH_FRONTIER = 10;

export interface WaitingOptions {
  readonly name: string;
  readonly durable: boolean;
  /** How much of the order one space covers: they go as a whole, once everything below their end has left. */
  readonly span: number;
  /** Of the input, to be kept with each event; absent where nobody needs it. */
  readonly input?: Frontier;
}

interface Bucket {
  readonly space: Space;
  waiting: number;
}

interface Waiter extends Ranked {
  readonly bucket: Bucket;
  readonly row: number;
}

const none: readonly never[] = [];

/**
 * Events that wait to leave in an order, each with the moment it came from.
 *
 * - They leave from the least order on; of equal orders the one that came first.
 * - Nothing is added below an order that has been `passed`. So what has left needs no mark of its own:
 *   its order is below what the owner says at recovery.
 */
export class Waiting<T> implements Persisted {
  /** Of the event taken last: where the frontier of its input stood when it came, and why; where that is kept. */
  frontier: number = Number.NEGATIVE_INFINITY;
  evidence = 0;
  readonly #name: string;
  readonly #state: State;
  readonly #span: number;
  readonly #input: Frontier | undefined;
  readonly #heap = new Heap<Waiter>();
  readonly #buckets = new Map<number, Bucket>();
  /** In which nothing waits; they go when their end has been passed. */
  #emptied: Bucket[] = [];
  #arrived = 0;
  /** Where the event taken last was kept. */
  #takenEnd: number = Number.NaN;
  #takenRow = 0;

  constructor({ name, durable, span, input }: WaitingOptions) {
    this.#name = name;
    this.#state = new State({ name, depth: 0, slots: input === undefined ? SLOTS : SLOTS_WITH_FRONTIER }, durable);
    this.#span = span;
    this.#input = input;
  }

  /** The least order that waits; END: nothing does. */
  get least(): number {
    return this.#heap.least?.order ?? END;
  }

  /** The event that is being pushed waits. */
  add(order: number, event: T, moment: Moment): void {
    const bucket = this.#bucketOf(order);
    const { space } = bucket;
    const row = this.#state.create(space, none);
    const values = space.values as unknown[][];
    (values[ORDER] as unknown[])[row] = order;
    (values[EVENT] as unknown[])[row] = event;
    writeMoment(space, row, TIME, moment);
    (values[TIMER] as unknown[])[row] = moment.timer;
    if (this.#input !== undefined) {
      (values[FRONTIER] as unknown[])[row] = this.#input.value;
      (values[EVIDENCE] as unknown[])[row] = this.#input.evidence;
    }
    this.#wait(bucket, row, order);
  }

  /** Takes the least away, and sets the moment to when it came. There has to be one. */
  take(moment: Moment): T {
    const { bucket, row } = this.#heap.least as Waiter;
    this.#heap.removeLeast();
    bucket.waiting -= 1;
    if (bucket.waiting === 0) this.#emptied.push(bucket);
    const { values } = bucket.space;
    this.#takenEnd = bucket.space.id;
    this.#takenRow = row;
    const event = values[EVENT]?.[row] as T;
    readMoment(bucket.space, row, TIME, moment);
    moment.timer = values[TIMER]?.[row] as number;
    if (this.#input !== undefined) {
      this.frontier = values[FRONTIER]?.[row] as number;
      this.evidence = values[EVIDENCE]?.[row] as number;
    }
    // Its order says that it has left; whether the event itself is still stored makes no difference.
    (values[EVENT] as unknown[])[row] = undefined;
    return event;
  }

  /** Whether the least came in the step that the moment tells of, with the frontier of the input no further than `frontier`. */
  isOfStep({ source, partition, offset, timer }: Moment, frontier: number): boolean {
    if (this.#heap.least === undefined) return false;
    const { bucket, row } = this.#heap.least;
    const { values } = bucket.space;
    const isThere = values[SOURCE]?.[row] === source && values[PARTITION]?.[row] === partition && values[OFFSET]?.[row] === offset;
    return isThere && values[TIMER]?.[row] === timer && (values[FRONTIER]?.[row] as number) <= frontier;
  }

  /** The event taken last, in words, the same after a restart. */
  taken(): string {
    return `event ${this.#takenRow} below ${this.#takenEnd} of those that waited in '${this.#name}'`;
  }

  /** Everything below `order` has left, and nothing will come there any more. */
  passed(order: number): void {
    if (this.#emptied.length === 0) return;
    const kept: Bucket[] = [];
    for (const bucket of this.#emptied) {
      const { space, waiting } = bucket;
      if (waiting > 0 || space.dropped) continue;
      if (space.id > order) kept.push(bucket);
      else {
        this.#buckets.delete(space.id);
        this.#state.drop(space);
      }
    }
    this.#emptied = kept;
  }

  /** How many wait. */
  size(): number {
    return this.#heap.size;
  }

  prepare(): PendingBlock {
    return this.#state.prepare();
  }

  settle(commit: number, pending: PendingBlock): void {
    this.#state.settle(commit, pending);
  }

  restore(blocks: Iterable<StoredBlock>): void {
    this.#state.restore(blocks);
  }

  /** After `restore`: what is below `order` has left. Says of each event that waits its order and its time. */
  restored(order: number, tell?: (order: number, time: number) => void): void {
    for (const space of this.#state.spaces.values()) {
      const bucket: Bucket = { space, waiting: 0 };
      this.#buckets.set(space.id, bucket);
      for (let row = 0; row < space.size; row += 1) {
        const own = space.values[ORDER]?.[row] as number;
        if (own < order) continue;
        this.#wait(bucket, row, own);
        tell?.(own, space.values[TIME]?.[row] as number);
      }
      if (bucket.waiting === 0) this.#emptied.push(bucket);
    }
  }

  #wait(bucket: Bucket, row: number, order: number): void {
    bucket.waiting += 1;
    this.#heap.add({ order, arrived: this.#arrived, bucket, row });
    this.#arrived += 1;
  }

  #bucketOf(order: number): Bucket {
    const end = (Math.floor(order / this.#span) + 1) * this.#span;
    let bucket = this.#buckets.get(end);
    if (bucket === undefined) {
      bucket = { space: this.#state.space(end), waiting: 0 };
      this.#buckets.set(end, bucket);
    }
    return bucket;
  }
}
