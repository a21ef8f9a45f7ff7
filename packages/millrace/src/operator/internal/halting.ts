import type { KeyPart } from '../../state/key.ts';
import type { HoldChoice, HoldEvidence, HoldOwner, HoldWaits, KeptHold, Resolution } from '../../task/hold.ts';
import { NO_TIMER } from '../../task/moment.ts';
import type { Interval } from '../../time/calendar.ts';
import type { HeldFrontier } from '../../time/held-frontier.ts';
import type { BareHaltPolicy, HaltPolicy } from '../late-policy.ts';
import type { Place } from '../operator.ts';
import { type Lane, Parking } from './parking.ts';

/** A decision that a late event counts. */
export interface Accepted {
  readonly hold: number;
  readonly by: string;
  readonly reason: string;
}

/** An operator under `halt`: what is done with events that a person has decided on. */
export interface Decided<T> {
  /** A late event counts after all, and what has left stays; or it is late. The moment is that of the event; `frontier`: by which it was judged. */
  decided(value: T, accepted: Accepted | undefined, frontier: number): void;
  /** Nothing is held any more that was. */
  released(): void;
}

/** One whose keys stand still: what is done with events that waited for a decision. */
export interface Halted<T> extends Decided<T> {
  /** An event that was parked when the frontier stood at `frontier` comes in its turn; the hold, where it is late itself. */
  unpark(value: T, frontier: number): KeptHold | undefined;
  /** Of a key that stood still: what a frontier at `frontier` closes. */
  catchUp(parts: readonly KeyPart[], frontier: number): void;
  /** Of a key that stands still: the least time of what the frontier has closed and has not left; the end of time: nothing. */
  leastHeldBack(parts: readonly KeyPart[]): number;
}

export interface HaltingOptions {
  readonly name: string;
  readonly policy: HaltPolicy | BareHaltPolicy;
  readonly durable: boolean;
  /** Behind the operator, where keys stand still. */
  readonly behind: HeldFrontier | undefined;
  /** What people are shown of what waits, where that is not the event itself. */
  readonly eventOf?: (value: never) => unknown;
}

/** What was found about a late event. */
export interface Late {
  readonly key: unknown;
  readonly parts: readonly KeyPart[];
  /** Undefined: it was late for no window. */
  readonly window: Interval | undefined;
  readonly frontier: number;
  readonly before: unknown;
  /** It can still count. */
  readonly isAcceptable: boolean;
}

/**
 * The policy `halt` of one operator: late events wait in holds; and, where it holds by key, later events of
 * their keys wait behind them.
 *
 * Parked events are judged by the frontier as it was when they came. So when somebody decides makes no
 * difference to what is decided: all is as if the decision had been there at once.
 */
export class Halting<T> implements HoldOwner {
  readonly policy: HaltPolicy | BareHaltPolicy;
  /** Where the operator holds by key. */
  readonly parking: Parking<T> | undefined;
  readonly #name: string;
  readonly #eventOf: (value: T) => unknown;
  readonly #place: Place;
  readonly #halted: Decided<T>;
  #open = 0;

  constructor({ name, policy, durable, behind, eventOf = itself }: HaltingOptions, place: Place, halted: Decided<T>) {
    this.policy = policy;
    this.#name = name;
    this.#eventOf = eventOf as (value: T) => unknown;
    this.#place = place;
    this.#halted = halted;
    const partsOf = (hold: number): readonly KeyPart[] => place.holds.get(hold)?.waits?.parts ?? [];
    if (behind !== undefined) this.parking = new Parking(`${name} parked`, durable, { input: place.frontier, behind }, partsOf);
    place.holds.owns(this.#owner, this);
  }

  /** Something of this operator waits for a person: nothing that could be asked for is to be forgotten. */
  get isHolding(): boolean {
    return this.#open > 0;
  }

  /** Whether any key stands still. */
  get anyKey(): boolean {
    return this.parking !== undefined && !this.parking.isEmpty;
  }

  /** The event that is being pushed waits, because its key stands still. */
  parks(value: T, parts: readonly KeyPart[]): boolean {
    const { parking } = this;
    const lane = parking?.lane(parts);
    if (parking === undefined || lane === undefined) return false;
    const { moment, holds } = this.#place;
    parking.add(lane, value, moment);
    if (parking.waiting >= this.policy.parkingMax) holds.stop(lane.hold, moment.source, moment.partition);
    return true;
  }

  /** The event that is being pushed is late, and waits for a person. */
  late(value: T, { key, parts, window, frontier, before, isAcceptable }: Late): KeptHold {
    const { moment, holds } = this.#place;
    const { time, arrival, source, partition, offset } = moment;
    const { scope } = this.policy;
    const waits: HoldWaits = { value, time, arrival, source, partition, offset, parts: [...parts] };
    const choices: readonly HoldChoice[] = isAcceptable ? ['discard', 'accept', 'wait'] : ['discard', 'wait'];
    const hold = holds.raise(this.#owner, {
      scope: scope === 'key' ? { kind: 'key', operator: this.#name, key } : scope === 'partition' ? { kind: 'partition', source, partition } : { kind: 'pipeline' },
      reason: 'late-to-final',
      evidence: { operator: this.#name, key, window, time, source, partition, offset, event: this.#eventOf(value), frontier, before },
      choices,
      waits,
    });
    this.#open += 1;
    if (this.parking !== undefined && this.parking.lane(parts) === undefined) this.parking.open(hold.id, parts);
    return hold;
  }

  resolve({ id, evidence, waits }: KeptHold, { choice, by, reason }: Resolution): void {
    const { moment, settler } = this.#place;
    const { value, time, arrival, source, partition, offset, parts = [] } = waits as HoldWaits;
    Object.assign(moment, { time, arrival, source, partition, offset, timer: NO_TIMER });
    this.#attempt(`the late event of hold ${id} of '${this.#name}'`, value as T, () => {
      this.#halted.decided(value as T, choice === 'accept' ? { hold: id, by, reason } : undefined, (evidence as HoldEvidence['late-to-final']).frontier);
    });
    if (settler.pending) settler.drain();
    const lane = this.parking?.lane(parts);
    if (lane !== undefined) this.#release(lane);
    this.#open -= 1;
    moment.touched = false;
    if (this.#open === 0) this.#halted.released();
  }

  /** After the holds themselves, and before the operator. */
  restored(): void {
    this.#open = this.#place.holds.list.filter(({ owner }) => owner === this.#owner).length;
  }

  /** The parked events of a key come in their turn, until one of them is held itself. */
  #release(lane: Lane): void {
    const parking = this.parking as Parking<T>;
    const { moment, settler, frontier } = this.#place;
    // Whoever has keys that stand still lets them go on.
    const halted = this.#halted as Halted<T>;
    let caughtUp = Number.NEGATIVE_INFINITY;
    while (parking.take(lane, moment)) {
      const value = parking.taken(lane);
      const { time } = moment;
      if (parking.frontier > caughtUp) halted.catchUp(lane.parts, parking.frontier);
      caughtUp = parking.frontier;
      moment.time = time;
      let hold: KeptHold | undefined;
      this.#attempt(`parked event ${lane.next} behind hold ${lane.space.id} of '${this.#name}'`, value, () => {
        hold = halted.unpark(value, parking.frontier);
      });
      if (settler.pending) settler.drain();
      if (hold !== undefined) return parking.behind(lane, hold.id, halted.leastHeldBack(lane.parts));
    }
    halted.catchUp(lane.parts, frontier.value);
    if (settler.pending) settler.drain();
    parking.close(lane);
  }

  /** One that fails is set aside, and the others go on all the same. */
  #attempt(row: string, value: T, what: () => void): void {
    const { moment, poisoned } = this.#place;
    moment.touched = false;
    try {
      if (poisoned.size > 0 && poisoned.has(row)) this.#place.failed(row, this.#eventOf(value), undefined);
      else what();
    } catch (error) {
      this.#place.failed(row, this.#eventOf(value), error);
    }
  }

  get #owner(): string {
    return `state ${this.#name}`;
  }
}

const itself = (value: unknown): unknown => value;
