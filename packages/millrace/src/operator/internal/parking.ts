import type { KeyPart } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import type { Moment } from '../../task/moment.ts';
import { END, type Frontier } from '../../time/frontier.ts';
import type { HeldFrontier } from '../../time/held-frontier.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import { readMoment, writeMoment } from './moment-columns.ts';

/*
 * The values of a parked event, one per column; TIMER is left out, because timers park nothing:
 *
 *   event time arrival source partition offset frontier
 */
const [EVENT, TIME, FRONTIER] = [0, 1, 6] as const;
const SLOTS = 7;

const none: readonly never[] = [];

/** The events of one key that wait behind a hold, in the order in which they came. */
export interface Lane {
  /** The hold that they wait behind; another one, when one of them is held in turn. */
  hold: number;
  readonly parts: readonly KeyPart[];
  readonly space: Space;
  /** The first that still waits. */
  next: number;
  /** The least time at which something may still leave because of this key; END: nothing waits. */
  least: number;
}

interface Memo {
  readonly lanes: readonly (readonly [hold: number, space: number, next: number, least: number | null])[];
  readonly frontier: number | null;
  readonly evidence: number;
}

/**
 * Keys that stand still at an operator's input, and their events, durably.
 *
 * Each event is kept with where the frontier stood when it came, so that it can be judged later as if the
 * decision had been there then. The frontier behind the operator does not pass what may still leave.
 */
export class Parking<T> implements Stateful {
  readonly name: string;
  readonly signature = 'parked events';
  readonly state: State;
  readonly counters: Counters = noCounters();
  /** Of the event taken last: where the frontier stood when it came. */
  frontier: number = Number.NEGATIVE_INFINITY;
  readonly #lanes = new Map<string, Lane>();
  readonly #input: Frontier;
  readonly #behind: HeldFrontier;
  /** By hold: the parts of the key that it holds. */
  readonly #partsOf: (hold: number) => readonly KeyPart[];
  #size = 0;

  constructor(name: string, durable: boolean, frontiers: { readonly input: Frontier; readonly behind: HeldFrontier }, partsOf: (hold: number) => readonly KeyPart[]) {
    this.name = name;
    this.state = new State({ name, depth: 0, slots: SLOTS }, durable);
    this.#input = frontiers.input;
    this.#behind = frontiers.behind;
    this.#partsOf = partsOf;
  }

  /** How many events wait. */
  get waiting(): number {
    return this.#size;
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  lanes(): Iterable<Lane> {
    return this.#lanes.values();
  }

  lane(parts: readonly KeyPart[]): Lane | undefined {
    return this.#lanes.get(keyText(parts));
  }

  /** A key stands still from now on. */
  open(hold: number, parts: readonly KeyPart[]): Lane {
    const lane: Lane = { hold, parts: [...parts], space: this.state.space(hold), next: 0, least: END };
    this.#lanes.set(keyText(parts), lane);
    this.follow();
    return lane;
  }

  add(lane: Lane, event: T, moment: Moment): void {
    const { space } = lane;
    const row = this.state.create(space, none);
    const values = space.values as unknown[][];
    (values[EVENT] as unknown[])[row] = event;
    writeMoment(space, row, TIME, moment);
    (values[FRONTIER] as unknown[])[row] = this.#input.value;
    moment.touched = true;
    this.#size += 1;
    this.holdBack(lane, moment.time);
  }

  /** Something may still leave at `time` because of this key. */
  holdBack(lane: Lane, time: number): void {
    if (time >= lane.least) return;
    lane.least = time;
    this.follow();
  }

  /** Takes the next event of a lane, and sets the moment to when it came; false: none waits. */
  take(lane: Lane, moment: Moment): boolean {
    const { space, next } = lane;
    if (next >= space.size) return false;
    lane.next = next + 1;
    this.#size -= 1;
    readMoment(space, next, TIME, moment);
    this.frontier = space.values[FRONTIER]?.[next] as number;
    return true;
  }

  /** The event taken last from a lane. */
  taken({ space, next }: Lane): T {
    return space.values[EVENT]?.[next - 1] as T;
  }

  /** Another hold has begun for this key: what still waits, waits behind that; `least` is when something may leave at the earliest. */
  behind(lane: Lane, hold: number, least: number): void {
    lane.hold = hold;
    lane.least = least;
    const times = lane.space.values[TIME] as readonly number[];
    for (let row = lane.next; row < lane.space.size; row += 1) lane.least = Math.min(lane.least, times[row] as number);
    this.follow();
  }

  /** The key is free. */
  close(lane: Lane): void {
    this.#lanes.delete(keyText(lane.parts));
    this.state.drop(lane.space);
    this.follow();
  }

  /** Lets the frontier behind the operator go as far as what waits allows. */
  follow(): void {
    this.#behind.hold(this.#limit(), this.#lanes.size > 0);
  }

  memo(): Memo {
    const { value, evidence } = this.#behind;
    const lanes = [...this.#lanes.values()].map(({ hold, space, next, least }) => [hold, space.id, next, orNull(least)] as const);
    return { lanes, frontier: orNull(value), evidence };
  }

  restored(memo: unknown): void {
    const { lanes, frontier, evidence } = memo as Memo;
    for (const [hold, id, next, least] of lanes) {
      const parts = this.#partsOf(hold);
      const space = this.state.space(id);
      this.#lanes.set(keyText(parts), { hold, parts, space, next, least: least ?? END });
      this.#size += space.size - next;
    }
    this.#behind.restoreAt(frontier ?? END, evidence, this.#limit(), this.#lanes.size > 0);
  }

  committed(): void {}

  #limit(): number {
    let limit = END;
    for (const { least } of this.#lanes.values()) if (least < limit) limit = least;
    return limit;
  }
}

const orNull = (time: number): number | null => (time === END ? null : time);

/** Equal for equal keys: a part with its type. Only asked while something is held. */
const keyText = (parts: readonly KeyPart[]): string => JSON.stringify(parts.map((part) => [typeof part, String(part)]));
