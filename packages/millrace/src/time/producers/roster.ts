import { DECLARED, type Evidence, ASSUMED } from '../evidence.ts';
import { END } from '../frontier.ts';
import { Contradicting } from './contradicting.ts';
import { Doubts, type StoredDoubt } from './doubts.ts';
import { type Epoch, OPEN } from './epoch.ts';
import { type Contradiction, type ProducerHold, type ProducerHoldChoice, type ProducerHoldReason, choicesFor } from './hold.ts';
import { RANGES_MAX, judge } from './judge.ts';
import type { Message } from './message.ts';
import { Producer, type ProducerSnapshot } from './producer.ts';
import { BEYOND_LIMIT, CONTRADICTED, EVENT, HEARD, REPEATED, UNKNOWN, type Verdict } from './verdict.ts';

/** The most producers of one partition, and epochs of one producer. */
export const PRODUCERS_MAX = 10_000;
export const EPOCHS_MAX = 10_000;
/** The most holds of one partition that wait for somebody; a contradiction beyond them is bad input. */
export const HOLDS_MAX = 1000;

export interface RosterOptions {
  /** Who has to be heard; more may join. */
  readonly expected: readonly string[];
  readonly onUnknown: 'join' | 'bad';
  /** Numbers the holds, where they are not the only ones. */
  readonly nextHold?: (() => number) | undefined;
}

export interface RosterSnapshot {
  readonly version: number;
  readonly nextHold: number;
  readonly holds: readonly ProducerHold[];
  readonly contradictions: readonly string[];
  readonly doubts: readonly StoredDoubt[];
  readonly producers: readonly ProducerSnapshot[];
}

/**
 * The producers of one partition: what they have said, and what follows from it.
 *
 * A state machine without clock or input of its own: messages and decisions go in, in order, and the same
 * ones give the same states. `least` is how far the frontier may go, `doubts` where that is no proof.
 */
export class Roster {
  readonly doubts: Doubts;
  /** Counts who came, was given up and returned. */
  version = 0;
  /** Something has changed that may move the frontier. */
  moved = false;
  /** Where the frontier stands; told by whoever moves it. */
  frontier = -1;
  contradiction: Contradiction | undefined;
  /** Which limit a message would exceed. */
  limit = '';
  holds: ProducerHold[] = [];
  readonly producers: Map<string, Producer> = new Map();
  readonly #onUnknown: 'join' | 'bad';
  #nextHold = 1;
  readonly #newHold: () => number;
  readonly #contradicting: Contradicting;

  constructor({ expected, onUnknown, nextHold }: RosterOptions, stored?: RosterSnapshot) {
    this.#onUnknown = onUnknown;
    this.#newHold = nextHold ?? (() => (this.#nextHold += 1) - 1);
    this.doubts = Doubts.of(stored?.doubts ?? []);
    this.#contradicting = new Contradicting(stored?.contradictions);
    const known = new Map(stored?.producers.map((producer) => [producer.name, producer]));
    for (const name of expected) if (!known.has(name)) this.producers.set(name, new Producer(name));
    for (const producer of known.values()) {
      // Somebody who was expected and is so no more has left nothing to remember.
      if (producer.epochs.length > 0 || producer.lost || expected.includes(producer.name)) this.producers.set(producer.name, Producer.of(producer));
    }
    if (stored === undefined) return;
    this.version = stored.version;
    this.#nextHold = stored.nextHold;
    this.holds = [...stored.holds];
  }

  /**
   * Takes an event if it is the next of the epoch that is under way, as nearly every one is; else it is to be
   * checked and given to `take`.
   */
  takeNext(message: Message<unknown>, time: number, listened: number): boolean {
    const producer = this.producers.get(message.producer);
    const epoch = producer?.latest;
    if (
      epoch !== undefined &&
      epoch.quiet &&
      message.kind === 'event' &&
      message.sequence === epoch.received.through + 1 &&
      message.epoch === epoch.number &&
      time >= epoch.promise &&
      time >= epoch.floor &&
      !(producer as Producer).silent &&
      !(producer as Producer).lost &&
      epoch.names(message.previous)
    ) {
      epoch.received.through = message.sequence;
      epoch.claimed = message.sequence;
      epoch.contents?.keep(message.sequence, message.value);
      (producer as Producer).heard = listened;
      return true;
    }
    return false;
  }

  /**
   * A message, with the time of its event (NaN: it has none that can be), its arrival, and how long its
   * source has been listened to. Names that are not on the roster join, or are UNKNOWN.
   */
  take(message: Message<unknown>, time: number, arrival: number, listened: number): Verdict {
    const producer = this.producers.get(message.producer) ?? this.#join(message.producer);
    if (typeof producer === 'number') return producer;
    let epoch = producer.epoch(message.epoch);
    if (epoch === undefined) {
      if (producer.epochs.length >= EPOCHS_MAX) return this.#beyond(`more than ${EPOCHS_MAX} epochs of a producer`);
      epoch = producer.open(message.epoch);
      this.moved = true;
    }
    const { promise } = epoch;
    const wasNamed = epoch.names(message.previous);
    const verdict = judge(producer, epoch, message, time);
    if (verdict === EVENT || verdict === HEARD) this.#heard(producer, epoch, listened);
    if (verdict === HEARD && message.kind !== 'event') this.doubts.said(message);
    if (verdict === HEARD || !wasNamed || epoch.promise !== promise || epoch.ended) this.moved = true;
    epoch.settle(arrival);
    if (message.previous !== undefined) producer.epoch(message.previous.epoch)?.settle(arrival);
    if (typeof verdict === 'string') return this.#contradicted(message, verdict);
    return verdict === BEYOND_LIMIT ? this.#beyond(`more than ${RANGES_MAX} gaps in an epoch`) : verdict;
  }

  /** How far the frontier may go; the end of time: nobody is left to wait for. */
  least(): number {
    let least = END;
    for (const producer of this.producers.values()) {
      const bound = producer.bound();
      if (bound < least) least = bound;
    }
    return least;
  }

  /** Everybody has closed, or was set aside: nobody promises anything. */
  get isDeserted(): boolean {
    return this.producers.size > 0 && this.least() === END;
  }

  /** Given up at event time `at`: what it has not sent until then is no longer waited for. */
  lose(name: string, at: number, evidence: Evidence): void {
    const producer = this.producers.get(name);
    if (producer === undefined) return;
    const bound = producer.promised();
    if (producer.assumed) this.doubts.end(name, at);
    if (bound !== END) this.doubts.add({ from: Math.max(bound, -1), to: at, evidence, producer: name });
    for (const epoch of producer.epochs) {
      epoch.lost ||= !epoch.ended;
      epoch.quiet = false;
    }
    producer.lost = true;
    producer.lostAt = at;
    producer.lostOn = evidence;
    producer.silent = false;
    producer.assumed = false;
    this.#lift(name, 'silent');
    this.#changed();
  }

  /** Nothing has come from it for so long. */
  silence(name: string, onSilent: 'wait' | 'assume' | 'hold', since: number): void {
    const producer = this.producers.get(name);
    if (producer === undefined || producer.silent) return;
    producer.silent = true;
    if (onSilent === 'assume') this.#assume(producer);
    if (onSilent === 'hold') this.#hold(this.#newHold(), 'silent', { producer: name, evidence: `nothing has come from '${name}'`, since, entry: null });
    this.moved = true;
  }

  /** Nobody was left, and the frontier went on to `to` nevertheless. */
  follow(from: number, to: number): void {
    this.doubts.add({ from, to, evidence: ASSUMED, producer: '' });
  }

  /** Nothing more will come: what fills a gap neither, and from the promise before it on nobody knows what it was. */
  end(): void {
    for (const producer of this.producers.values()) {
      if (producer.isGapped) this.doubts.add({ from: Math.max(producer.promised(), -1), to: END, evidence: ASSUMED, producer: producer.name });
    }
  }

  /** A person has decided on a hold. True: its message becomes an event. */
  resolve(id: number, choice: ProducerHoldChoice, at: number): boolean {
    const hold = this.holds.find((one) => one.id === id);
    if (hold === undefined || !choicesFor[hold.reason].includes(choice)) return false;
    // Of a contradiction it says: not now. A silent producer is waited for as under `wait`.
    if (choice === 'wait' && hold.reason === 'contradiction') return false;
    this.holds = this.holds.filter((one) => one !== hold);
    this.moved = true;
    if (choice === 'declare-lost') this.lose(hold.producer, at, DECLARED);
    if (choice === 'proceed' && hold.reason === 'silent') this.#assume(this.producers.get(hold.producer) as Producer);
    return choice === 'accept';
  }

  /** The message of a contradiction was decided on: its sequence, where it is one of the epoch's, has come. */
  settle(message: Message<unknown>, time: number, choice: ProducerHoldChoice, arrival: number): void {
    const producer = this.producers.get(message.producer) as Producer;
    const epoch = producer.epoch(message.epoch);
    if (epoch === undefined) return;
    const { sequence } = message;
    if (message.kind === 'event' && !epoch.received.has(sequence) && (epoch.last === OPEN || sequence <= epoch.last)) epoch.receive(sequence);
    if (choice === 'proceed') {
      const from = Number.isNaN(time) ? this.frontier : Math.min(time, this.frontier);
      const to = Math.max(this.frontier, producer.promised() === END ? this.frontier : producer.promised());
      this.doubts.add({ from: Math.max(from, -1), to, evidence: ASSUMED, producer: message.producer });
    }
    epoch.settle(arrival);
    this.moved = true;
  }

  snapshot(): RosterSnapshot {
    return {
      version: this.version,
      nextHold: this.#nextHold,
      holds: this.holds,
      contradictions: this.#contradicting.stored(),
      doubts: this.doubts.stored(),
      producers: [...this.producers.values()].map((producer) => producer.snapshot()),
    };
  }

  #join(name: string): Producer | Verdict {
    if (this.#onUnknown === 'bad') return UNKNOWN;
    if (this.producers.size >= PRODUCERS_MAX) return this.#beyond(`more than ${PRODUCERS_MAX} producers of a partition`);
    const producer = new Producer(name);
    this.producers.set(name, producer);
    this.#changed();
    return producer;
  }

  /** Something new of it has come: it is neither silent nor, if it is of the epoch under way, lost. */
  #heard(producer: Producer, epoch: Epoch, listened: number): void {
    producer.heard = listened;
    if (producer.silent) {
      producer.silent = false;
      this.moved = true;
      this.#lift(producer.name, 'silent');
    }
    // Nobody waited for it, or its goodbye rested on no proof, and it is back.
    if (producer.assumed || (epoch.last === OPEN && epoch === producer.latest && this.doubts.goesOn(producer.name))) {
      producer.assumed = false;
      this.doubts.end(producer.name, this.frontier);
      this.#changed();
    }
    if (!producer.lost || epoch !== producer.latest) return;
    // What it sent between the time it was given up at and now may have been late.
    const { lostAt, lostOn, name } = producer;
    this.doubts.add({ from: lostAt, to: this.frontier, evidence: lostOn, producer: name });
    producer.lost = false;
    epoch.lost = false;
    this.#changed();
  }

  #assume(producer: Producer): void {
    if (producer.assumed) return;
    const from = producer.promised();
    producer.assumed = true;
    if (from !== END) this.doubts.add({ from: Math.max(from, -1), to: END, evidence: ASSUMED, producer: producer.name });
    this.#changed();
  }

  #contradicted(message: Message<unknown>, evidence: string): Verdict {
    if (this.#contradicting.has(message)) return REPEATED;
    if (this.holds.length >= HOLDS_MAX) return this.#beyond(`more than ${HOLDS_MAX} holds of a partition (${evidence})`);
    this.#contradicting.add(message);
    this.contradiction = { id: this.#newHold(), producer: message.producer, evidence, message };
    return CONTRADICTED;
  }

  /** The contradiction that was found last stops the frontier; its message is `entry` in the log of decisions. */
  holdContradiction(since: number, entry: number): void {
    const { id, producer, evidence } = this.contradiction as Contradiction;
    this.#hold(id, 'contradiction', { producer, evidence, since, entry });
    this.contradiction = undefined;
  }

  #hold(id: number, reason: ProducerHoldReason, seen: Omit<ProducerHold, 'id' | 'reason'>): void {
    this.holds = [...this.holds, { id, reason, ...seen }];
  }

  #lift(producer: string, reason: ProducerHoldReason): void {
    this.holds = this.holds.filter((hold) => hold.producer !== producer || hold.reason !== reason);
  }

  #beyond(limit: string): Verdict {
    this.limit = limit;
    return BEYOND_LIMIT;
  }

  #changed(): void {
    this.version += 1;
    this.moved = true;
  }
}
