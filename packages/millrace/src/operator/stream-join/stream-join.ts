import type { KeyPart, KeyShape } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import { NO_TIMER } from '../../task/moment.ts';
import type { Timed } from '../../time/frontier.ts';
import type { Output, Place } from '../operator.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import { type Chains, Generation, MATCHED, NONE, NUMBER, TIME, VALUE } from './generation.ts';
import { Partners } from './partners.ts';
import { type JoinKind, LEFT, RIGHT, type Side, type Span, type Spanning, spanText, spanning } from './span.ts';

export interface JoinOptions<L, R, K, V> {
  readonly name: string;
  readonly kind: JoinKind;
  readonly span: Span;
  readonly left: KeyShape<L, K>;
  readonly right: KeyShape<R, K>;
  readonly combine: (left: L | undefined, right: R | undefined) => V;
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
 *   counted, and sent to `late`. Without an end nothing is late.
 * - So nothing leaves below the frontier behind the join; see `holdBack`.
 * - An event is forgotten once the frontier proves that no partner can come.
 * - null and undefined are no events.
 */
export class StreamJoin<L, R, K, V> implements Timed, Stateful {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: State;
  readonly counters: Counters = noCounters();
  readonly left: Output<L>;
  readonly right: Output<R>;
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
    const { name, kind, span, left, right } = options;
    this.name = name;
    this.signature = `${kind} join ${spanText(span)} by ${left.names?.join(',') ?? left.selectors.length}`;
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
    this.state = new State({ name, depth: this.#parts.length, slots: this.#tracked ? OUTER_SLOTS : INNER_SLOTS, isList: true }, options.durable);
    this.left = new JoinInput<L>(this, LEFT);
    this.right = new JoinInput<R>(this, RIGHT);
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
    for (const generation of this.#generations.values()) {
      if (this.#span.forgets(generation.home) <= time) this.#forget(generation);
    }
  }

  memo(): unknown {
    return { counters: this.counters, number: this.#number };
  }

  restored(memo: unknown): void {
    const { counters, number } = memo as { counters: Counters; number: number };
    Object.assign(this.counters, counters);
    this.#number = number;
    const homes = [...this.state.spaces.keys()].map(homeOfSpace);
    for (const home of [...new Set(homes)].sort((a, b) => a - b)) {
      const generation = this.#begin(home);
      generation.relink();
      if (this.#tracked) for (const side of [LEFT, RIGHT] as const) if (this.#leaves[side]) this.#waitAgain(generation, side);
    }
  }

  committed(): void {}

  /** An event of one side. */
  take(side: Side, value: unknown): void {
    if (value === null || value === undefined) return;
    const { moment, frontier } = this.#place;
    const { time } = moment;
    const span = this.#span;
    span.locate(side, time);
    if (span.lateFrom <= frontier.value) {
      this.counters.late += 1;
      moment.touched = true;
      this.#late.push(value as L | R);
      return;
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
    const rows = this.#waiting[side].get(closes);
    if (rows !== undefined) {
      rows.push(row);
      return;
    }
    this.#waiting[side].set(closes, [row]);
    this.#place.frontier.at(closes, this);
  }

  /** At recovery: those that have no partner and have not left. */
  #waitAgain(generation: Generation, side: Side): void {
    const { space, times } = generation.of(side);
    for (let row = 0; row < space.size; row += 1) {
      if (space.values[MATCHED]?.[row] === true) continue;
      this.#span.locate(side, times[row] as number);
      if (this.#span.closes > this.#place.frontier.value) this.#wait(side, this.#span.closes, row);
    }
  }

  #leaveUnmatched(side: Side, closes: number): void {
    const rows = this.#waiting[side].get(closes);
    if (rows === undefined) return;
    this.#waiting[side].delete(closes);
    const { space } = (this.#generations.get(this.#span.homeOf(side, closes)) as Generation).of(side);
    for (const row of rows) if (space.values[MATCHED]?.[row] !== true) this.#leave(side, space, row);
  }

  /** An event leaves alone. One that fails is set aside, and the others leave all the same. */
  #leave(side: Side, space: Space, row: number): void {
    const { moment, poisoned } = this.#place;
    const value = space.values[VALUE]?.[row];
    const name = `the unmatched ${side === LEFT ? 'left' : 'right'} event ${String(space.values[NUMBER]?.[row])} of '${this.name}'`;
    moment.time = space.values[TIME]?.[row] as number;
    moment.touched = false;
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
    this.#place.frontier.at(this.#span.forgets(home), this);
    return generation;
  }

  #forget(generation: Generation): void {
    this.state.drop(generation.left.space);
    this.state.drop(generation.right.space);
    this.#generations.delete(generation.home);
    if (this.#last === generation) this.#last = undefined;
  }
}

/** One of the two ways in. */
class JoinInput<T> implements Output<T> {
  readonly #join: { readonly name: string; take(side: Side, value: unknown): void };
  readonly #side: Side;

  constructor(join: { readonly name: string; take(side: Side, value: unknown): void }, side: Side) {
    this.#join = join;
    this.#side = side;
  }

  push(value: T): void {
    this.#join.take(this.#side, value);
  }

  revise(): void {
    throw new Error(`'${this.#join.name}' joins facts; the plan let a changing table through`);
  }
}

/** The two sides of a generation in one state: the right ones have the negative numbers. */
const spaceOf = (side: Side, home: number): number => (side === LEFT ? home : -1 - home);
const homeOfSpace = (space: number): number => (space >= 0 ? space : -1 - space);
