import { END } from '../frontier.ts';
import type { Evidence } from '../evidence.ts';
import { Epoch, type EpochSnapshot, NO_PROMISE, OPEN } from './epoch.ts';

/**
 * - `expected`: on the roster, nothing heard. Holds the frontier.
 * - `live`: nothing is missing. Its promise holds the frontier.
 * - `gapped`: a sequence is missing, or an earlier epoch never said its last. Holds it at the promise before.
 * - `silent`: nothing for `silentAfter`. By policy.
 * - `closed`: said goodbye, and nothing is missing. Set aside.
 * - `lost`: given up. Set aside.
 * One that is not on the roster is `unknown` only until its first message is judged: it joins, or is bad input.
 */
export type ProducerState = 'expected' | 'live' | 'gapped' | 'silent' | 'closed' | 'lost';

export interface ProducerSnapshot {
  readonly name: string;
  readonly lost: boolean;
  readonly lostAt: number | null;
  readonly lostOn: Evidence;
  readonly silent: boolean;
  readonly assumed: boolean;
  readonly epochs: readonly EpochSnapshot[];
}

/** One producer, as one partition knows it. */
export class Producer {
  readonly name: string;
  /** In order of their numbers. */
  epochs: Epoch[] = [];
  latest: Epoch | undefined;
  lost = false;
  /** Up to which event time it was given up, and on what that rests. */
  lostAt: number = Number.NaN;
  lostOn: Evidence = 0;
  silent = false;
  /** It is set aside while it is silent. */
  assumed = false;
  /** When it was last heard, in ms of listening. Floating-point, as times are. */
  heard = 0.5;

  constructor(name: string) {
    this.name = name;
  }

  epoch(number: number): Epoch | undefined {
    if (this.latest?.number === number) return this.latest;
    return this.epochs.find((epoch) => epoch.number === number);
  }

  /** Opens an epoch of which nothing was known. */
  open(number: number): Epoch {
    const epoch = new Epoch(number);
    let at = this.epochs.length;
    while (at > 0 && (this.epochs[at - 1] as Epoch).number > number) at -= 1;
    this.epochs.splice(at, 0, epoch);
    if (this.latest === undefined || number > this.latest.number) {
      // Contents are kept of one epoch only.
      if (this.latest !== undefined) this.latest.contents = undefined;
      this.latest = epoch;
    } else epoch.contents = undefined;
    this.spread();
    return epoch;
  }

  /** What an epoch promises holds for those after it. */
  spread(): void {
    let floor = NO_PROMISE;
    for (const epoch of this.epochs) {
      epoch.floor = floor;
      if (epoch.said > floor) floor = epoch.said;
    }
  }

  /** Up to where it lets the frontier go; the end of time: it is set aside. */
  bound(): number {
    return this.assumed ? END : this.promised();
  }

  /** The least promise of its epochs that may still send. */
  promised(): number {
    if (this.epochs.length === 0) return this.lost ? END : NO_PROMISE;
    let bound = END;
    let floor = NO_PROMISE;
    for (const epoch of this.epochs) {
      if (epoch.promise > floor) floor = epoch.promise;
      if (!epoch.ended && !epoch.lost && floor < bound) bound = floor;
    }
    return bound;
  }

  get state(): ProducerState {
    if (this.lost) return 'lost';
    const { latest } = this;
    if (latest === undefined) return 'expected';
    if (this.silent) return 'silent';
    if (this.isGapped) return 'gapped';
    return latest.closed && latest.ended ? 'closed' : 'live';
  }

  /** Something that it has sent, or may have sent, has not come, and is waited for. */
  get isGapped(): boolean {
    return this.epochs.some((epoch) => !epoch.lost && (!epoch.complete || (epoch !== this.latest && !epoch.ended)));
  }

  /** Earlier epochs of which nobody has said the last sequence. */
  unended(): readonly number[] {
    return this.epochs.filter((epoch) => epoch !== this.latest && epoch.last === OPEN).map(({ number }) => number);
  }

  snapshot(): ProducerSnapshot {
    const { name, lost, lostOn, silent, assumed } = this;
    const lostAt = Number.isNaN(this.lostAt) ? null : this.lostAt;
    return { name, lost, lostAt, lostOn, silent, assumed, epochs: this.epochs.map((epoch) => epoch.snapshot()) };
  }

  static of(stored: ProducerSnapshot): Producer {
    const producer = new Producer(stored.name);
    producer.lost = stored.lost;
    producer.lostAt = stored.lostAt ?? Number.NaN;
    producer.lostOn = stored.lostOn;
    producer.silent = stored.silent;
    producer.assumed = stored.assumed;
    producer.epochs = stored.epochs.map((epoch) => Epoch.of(epoch));
    producer.latest = producer.epochs.at(-1);
    for (const epoch of producer.epochs) if (epoch !== producer.latest) epoch.contents = undefined;
    producer.spread();
    return producer;
  }
}
