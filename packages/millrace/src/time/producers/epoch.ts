import { Contents, type KeptContent } from './contents.ts';
import type { Message, Previous } from './message.ts';
import { type SequenceRange, SequenceSet } from './sequence-set.ts';

/** Nobody has said yet which sequence is the last. */
export const OPEN = -2;
/** No promise yet. Floating-point from the beginning, as times are. */
export const NO_PROMISE: number = Number.NEGATIVE_INFINITY;

/** An epoch as it is kept in the store. Times that are not finite are null. */
export interface EpochSnapshot {
  readonly number: number;
  readonly through: number;
  readonly beyond: readonly SequenceRange[];
  readonly claimed: number;
  readonly last: number;
  readonly closed: boolean;
  readonly lost: boolean;
  readonly promise: number | null;
  readonly pending: readonly Promised[];
  readonly previous: Previous | null;
  readonly since: number | null;
  readonly kept: readonly KeptContent[];
}

/** Behind `sequence` nothing below `promise`. */
type Promised = readonly [sequence: number, promise: number];

/**
 * One epoch of a producer on one partition: what it claims to have sent, what has come, what it promises.
 *
 * A promise counts once everything up to the sequence it names has come. It is ended once somebody has said
 * which sequence is the last (its close, or the epoch that follows) and all have come.
 */
export class Epoch {
  readonly number: number;
  received: SequenceSet = new SequenceSet();
  /** The greatest sequence that it is known to have; −1: none. */
  claimed = -1;
  last: number = OPEN;
  /** It said goodbye. */
  closed = false;
  lost = false;
  /** The greatest promise that counts. */
  promise: number = NO_PROMISE;
  /** Those that wait for sequences, in order; a later one promises more. */
  pending: Promised[] = [];
  previous: Previous | undefined;
  /** Arrival of the message that showed what is missing; NaN: nothing is. */
  since: number = Number.NaN;
  /** What earlier epochs promised for this one too; it holds for everything in it. */
  floor: number = NO_PROMISE;
  /** Of the latest epoch only. */
  contents: Contents | undefined = new Contents();
  /** The next event, if it is the next in order, has nothing to settle besides itself. */
  quiet = false;

  constructor(number: number) {
    this.number = number;
  }

  get ended(): boolean {
    return this.last !== OPEN && this.received.through === this.last;
  }

  get complete(): boolean {
    return this.received.through === this.claimed;
  }

  /** The greatest promise it has ever given. */
  get said(): number {
    return this.pending.at(-1)?.[1] ?? this.promise;
  }

  /** Whether an event breaks what was promised before it was sent. */
  breaks(sequence: number, time: number): boolean {
    if (time < this.promise || time < this.floor) return true;
    return this.pending.some(([after, promise]) => after < sequence && time < promise);
  }

  receive(sequence: number): void {
    this.received.add(sequence);
    if (sequence > this.claimed) this.claimed = sequence;
    this.#count();
  }

  claim(sequence: number): void {
    if (sequence > this.claimed) this.claimed = sequence;
  }

  promised(sequence: number, promise: number): void {
    // One that an earlier and greater one, or a later one that waits for less, makes needless.
    if (promise <= this.promise || this.pending.some(([after, greater]) => after <= sequence && greater >= promise)) return;
    this.pending = this.pending.filter(([after, less]) => after < sequence || less > promise);
    this.pending.push([sequence, promise]);
    this.pending.sort(([a], [b]) => a - b);
    this.#count();
  }

  /** After every message: since when something is missing, and whether the next one can go the short way. */
  settle(arrival: number): void {
    if (this.complete) this.since = Number.NaN;
    else if (Number.isNaN(this.since)) this.since = arrival;
    this.quiet = this.complete && this.last === OPEN && !this.lost && this.pending.length === 0;
  }

  /** Whether it is known already what a message says of the epoch before. It may say anything: it is not checked yet. */
  names(previous: Message<unknown>['previous'] | null): boolean {
    if (previous === null) return false;
    return previous === undefined || (this.previous !== undefined && previous.epoch === this.previous.epoch && previous.sequence === this.previous.sequence);
  }

  snapshot(): EpochSnapshot {
    const { number, received, claimed, last, closed, lost, pending, previous = null } = this;
    const promise = this.promise === NO_PROMISE ? null : this.promise;
    const since = Number.isNaN(this.since) ? null : this.since;
    const { through, beyond } = received;
    return { number, through, beyond: [...beyond], claimed, last, closed, lost, promise, pending, previous, since, kept: this.contents?.kept() ?? [] };
  }

  static of(stored: EpochSnapshot): Epoch {
    const epoch = new Epoch(stored.number);
    epoch.received = SequenceSet.of(stored.through, stored.beyond);
    epoch.claimed = stored.claimed;
    epoch.last = stored.last;
    epoch.closed = stored.closed;
    epoch.lost = stored.lost;
    epoch.promise = stored.promise ?? NO_PROMISE;
    epoch.pending = [...stored.pending];
    epoch.previous = stored.previous ?? undefined;
    epoch.since = stored.since ?? Number.NaN;
    epoch.contents = new Contents(stored.kept);
    epoch.settle(epoch.since);
    return epoch;
  }

  /** Promises whose sequences have come now count. */
  #count(): void {
    while (this.pending.length > 0 && (this.pending[0] as Promised)[0] <= this.received.through) {
      this.promise = Math.max(this.promise, (this.pending.shift() as Promised)[1]);
    }
  }
}
