import type { KeyPart, KeyShape } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import type { KeptHold } from '../../task/hold.ts';
import { NO_TIMER } from '../../task/moment.ts';
import type { Timed } from '../../time/frontier.ts';
import { type BareHaltPolicy, type DropPolicy, haltSignature } from '../late-policy.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import { type Chains, Generation, MATCHED, NONE, NUMBER, TIME, VALUE, homeOfSpace, spaceOf } from './generation.ts';
import { type HeldBack, heldBackOf } from './held-back.ts';
import { type HaltingJoin, JoinHalting } from './join-halting.ts';
import { JoinInput } from './join-input.ts';
import { Partners } from './partners.ts';
import { type JoinKind, LEFT, RIGHT, type Side, type Span, type Spanning, spanText, spanning } from './span.ts';

export interface JoinOptions<L, R, K, V> {
  readonly name: string;
  readonly kind: JoinKind;
  readonly span: Span;
  readonly left: KeyShape<L, K>;
  readonly right: KeyShape<R, K>;
  readonly combine: (left: L | undefined, right: R | undefined) => V;
  readonly late: DropPolicy | BareHaltPolicy;
  readonly durable: boolean;
}

const INNER_SLOTS = 3;
const OUTER_SLOTS = 4;

/**
 * Pairs the events of two streams that have the same key and belong together in time.
 *
 * - A pair leaves when the later of its two comes in, at the later one's event time: for one event its
 *   pairs in the order in which the partners came. Equal times belong together.
 * - Of a `left` or `outer` join an event without a partner leaves when the frontier proves that none can
 *   come, at its own time, and is never taken back.
 * - Within a distance, an event below the frontier is late: what it could have been paired with may
 *   be forgotten, or gone unmatched. In windows, one whose window is closed is late. Late events are
 *   counted, and sent to `late`. Without an end nothing is late. Under `halt` see JoinHalting.
 * - So nothing leaves below the frontier behind the join; see `holdBack`.
 * - An event is forgotten once the frontier proves that no partner can come.
 * - null and undefined are no events.
 */
export class StreamJoin<L, R, K, V> implements Timed, Stateful, HaltingJoin {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: State;
  readonly counters: Counters = noCounters();
  readonly left: Output<L>;
  readonly right: Output<R>;
  readonly halting: JoinHalting | undefined;
  readonly #keys: readonly [left: KeyShape<unknown, K>, right: KeyShape<unknown, K>];
  readonly #combine: (left: L | undefined, right: R | undefined) => V;
  readonly #span: Spanning;
  /** Whether what is unmatched leaves; by side. */
  readonly #leaves: readonly [left: boolean, right: boolean];
  readonly #tracked: boolean;
  /** Whether events have to be put in order over several generations, or be named. */
  readonly #numbered: boolean;
  readonly #place: Place;
  readonly #next: Output<V>;
  readonly #late: Output<L | R>;
  readonly #parts: KeyPart[];
  readonly #generations = new Map<number, Generation>();
  /** By side, which events may leave unmatched, by when that is. */
  readonly #waiting: readonly [left: Map<number, number[]>, right: Map<number, number[]>] = [new Map(), new Map()];
  readonly #partners = new Partners<V>();
  /** The generation that was used last. */
  #last: Generation | undefined;
  /** How many events were kept so far, where they are numbered. */
  #number = 0;

  constructor(options: JoinOptions<L, R, K, V>, place: Place, next: Output<V>, late: Output<L | R>) {
    const { name, kind, span, left, right, late: policy, durable } = options;
    this.name = name;
    this.signature = `${kind} join ${spanText(span)} by ${left.names?.join(',') ?? left.selectors.length}${haltSignature(policy)}`;
    this.rank = place.rank;
    this.#keys = [left as KeyShape<unknown, K>, right as KeyShape<unknown, K>];
    this.#combine = options.combine;
    this.#span = spanning(span);
    this.#leaves = [kind !== 'inner', kind === 'outer'];
    this.#tracked = kind !== 'inner';
    this.#numbered = this.#tracked || span.kind === 'distance';
    this.#place = place;
    this.#next = next;
    this.#late = late;
    this.#parts = left.selectors.map(() => null);
    this.state = new State({ name, depth: this.#parts.length, slots: this.#tracked ? OUTER_SLOTS : INNER_SLOTS, isList: true }, durable);
    this.left = new JoinInput<L>(this, LEFT);
    this.right = new JoinInput<R>(this, RIGHT);
    if (policy.kind === 'halt') this.halting = new JoinHalting({ policy, durable, keys: this.#keys, place, join: this });
  }

  /** No partner can come any more for some, or a generation is over. */
  due(time: number): void {
    const { moment } = this.#place;
    moment.timer = time;
    this.#leaveUnmatched(LEFT, time);
    this.#leaveUnmatched(RIGHT, time);
    moment.timer = NO_TIMER;
    // A step of its own, and complete: it stays when the event behind it is set aside.
    moment.touched = false;
    this.forget(time);
  }

  memo(): unknown {
    return { counters: this.counters, number: this.#number };
  }

  restored(memo: unknown): void {
    const { counters, number } = memo as { counters: Counters; number: number };
    Object.assign(this.counters, counters);
    this.#number = number;
    this.halting?.restored();
    const homes = [...this.state.spaces.keys()].map(homeOfSpace);
    for (const home of [...new Set(homes)].sort((a, b) => a - b)) {
      const generation = this.#begin(home);
      generation.relink();
      if (this.#tracked) for (const side of [LEFT, RIGHT] as const) if (this.#leaves[side]) this.#waitAgain(generation, side);
    }
  }

  committed(): void {}

  /** An event of one side, judged by a frontier; the hold, where it is late under `halt`. */
  take(side: Side, value: unknown, frontier: number = this.#place.frontier.value): KeptHold | undefined {
    const { time } = this.#place.moment;
    const span = this.#span;
    span.locate(side, time);
    if (span.lateFrom <= frontier) {
      if (this.halting !== undefined) return this.halting.hold(side, value, frontier, span.window);
      this.refuse(value);
      return undefined;
    }
    const parts = this.#parts;
    const { selectors } = this.#keys[side];
    for (let i = 0; i < parts.length; i += 1) parts[i] = (selectors[i] as (value: unknown) => KeyPart)(value);
    const partners = this.#partners;
    partners.clear();
    let home: Generation | undefined;
    let key = NONE;
    for (let at = span.first; at <= span.last; at += 1) {
      const generation = this.#last?.home === at ? this.#last : this.#generations.get(at);
      if (generation === undefined) continue;
      const found = generation.find(parts);
      if (at === span.home) {
        home = generation;
        key = found;
      }
      if (found !== NONE) partners.gather(side === LEFT ? generation.right : generation.left, found, span.lo, span.hi);
    }
    const { count } = partners;
    if (count > 0) this.#combineAll(side, value, time);
    // After this nothing of the user's is called any more. A bad key is refused when it is kept, before anything leaves.
    home ??= this.#begin(span.home);
    if (key === NONE) key = home.add(parts);
    this.#last = home;
    this.#keep(home, side, key, value, time);
    if (count > 0) this.#push(time);
    return undefined;
  }

  refuse(value: unknown): void {
    this.counters.late += 1;
    this.#place.moment.touched = true;
    this.#late.push(value as L | R);
  }

  heldBack(parts: readonly KeyPart[], frontier: number): readonly HeldBack[] {
    return heldBackOf(this.#generations.values(), this.#leaves, this.#span, parts, frontier);
  }

  /** What has no partner to come at `time`. While a key stands still nothing is forgotten that it may find. */
  forget(time: number = this.#place.frontier.fired): void {
    if (this.halting?.anyKey === true) return;
    for (const generation of this.#generations.values()) if (this.#span.forgets(generation.home) <= time) this.#drop(generation);
  }

  /** What the pairs make. */
  #combineAll(side: Side, value: unknown, time: number): void {
    const { count, rows, chains, results, times } = this.#partners;
    const combine = this.#combine;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const { values, times: theirs } = chains[i] as Chains;
      const other = values[row];
      results[i] = side === LEFT ? combine(value as L, other as R) : combine(other as L, value as R);
      const otherTime = theirs[row] as number;
      times[i] = otherTime > time ? otherTime : time;
    }
  }

  #keep(home: Generation, side: Side, key: number, value: unknown, time: number): void {
    const chains = side === LEFT ? home.left : home.right;
    const { count } = this.#partners;
    const row = this.state.create(chains.space, this.#parts);
    chains.times[row] = time;
    chains.values[row] = value;
    if (this.#numbered) {
      chains.numbers[row] = this.#number;
      this.#number += 1;
    }
    chains.link(key, row);
    this.#place.moment.touched = true;
    if (!this.#tracked) return;
    (chains.space.values[MATCHED] as unknown[])[row] = count > 0;
    if (count === 0 && this.#leaves[side]) this.#wait(side, this.#span.closes, row);
    if (this.#leaves[side === LEFT ? RIGHT : LEFT]) this.#match();
  }

  /** The partners have one now. */
  #match(): void {
    const { count, rows, chains } = this.#partners;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const { space } = chains[i] as Chains;
      const matched = space.values[MATCHED] as boolean[];
      if (matched[row] === true) continue;
      this.state.touch(space, row);
      matched[row] = true;
    }
  }

  #push(time: number): void {
    const { count, results, times } = this.#partners;
    const { moment } = this.#place;
    for (let i = 0; i < count; i += 1) {
      moment.time = times[i] as number;
      this.#next.push(results[i] as V);
    }
    // Others may be given the same event after this.
    moment.time = time;
  }

  #wait(side: Side, closes: number, row: number): void {
    // Parked, and nothing can come for it any more: it leaves when its key has caught up.
    if (closes <= this.#place.frontier.value) return;
    const rows = this.#waiting[side].get(closes);
    if (rows !== undefined) return void rows.push(row);
    this.#waiting[side].set(closes, [row]);
    this.#place.frontier.at(closes, this);
  }

  /** At recovery: those that have no partner and have not left. */
  #waitAgain(generation: Generation, side: Side): void {
    const { space, times } = generation.of(side);
    for (let row = 0; row < space.size; row += 1) {
      if (space.values[MATCHED]?.[row] === true) continue;
      this.#span.locate(side, times[row] as number);
      this.#wait(side, this.#span.closes, row);
    }
  }

  #leaveUnmatched(side: Side, closes: number): void {
    const rows = this.#waiting[side].get(closes);
    if (rows === undefined) return;
    this.#waiting[side].delete(closes);
    const { space } = (this.#generations.get(this.#span.homeOf(side, closes)) as Generation).of(side);
    for (const row of rows) if (space.values[MATCHED]?.[row] !== true && this.halting?.standsStill(space, row) !== true) this.leave(side, space, row);
  }

  /** An event leaves alone. One that fails is set aside, and the others leave all the same. */
  leave(side: Side, space: Space, row: number): void {
    const { moment, poisoned } = this.#place;
    const value = space.values[VALUE]?.[row];
    const name = `the unmatched ${side === LEFT ? 'left' : 'right'} event ${String(space.values[NUMBER]?.[row])} of '${this.name}'`;
    moment.time = space.values[TIME]?.[row] as number;
    moment.touched = false;
    if (this.halting?.marks === true) {
      this.state.touch(space, row);
      (space.values[MATCHED] as boolean[])[row] = true;
    }
    try {
      if (poisoned.size > 0 && poisoned.has(name)) this.#place.failed(name, value, undefined);
      else this.#next.push(side === LEFT ? this.#combine(value as L, undefined) : this.#combine(undefined, value as R));
    } catch (error) {
      this.#place.failed(name, value, error);
    }
  }

  #begin(home: number): Generation {
    const { state } = this;
    const generation = new Generation(home, this.#parts.length, state.space(spaceOf(LEFT, home)), state.space(spaceOf(RIGHT, home)));
    this.#generations.set(home, generation);
    const forgets = this.#span.forgets(home);
    if (forgets > this.#place.frontier.value) this.#place.frontier.at(forgets, this);
    return generation;
  }

  #drop(generation: Generation): void {
    this.state.drop(generation.left.space);
    this.state.drop(generation.right.space);
    this.#generations.delete(generation.home);
    if (this.#last === generation) this.#last = undefined;
  }
}
