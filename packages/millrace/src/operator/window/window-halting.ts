import type { Columns } from '../../aggregation/columns.ts';
import type { KeyPart, KeyShape } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import type { State } from '../../state/state.ts';
import type { KeptHold } from '../../task/hold.ts';
import { evidenceNames } from '../../time/evidence.ts';
import { END } from '../../time/frontier.ts';
import type { HeldFrontier } from '../../time/held-frontier.ts';
import type { DisjointWindowing } from '../../time/windowing.ts';
import { type Accepted, type Halted, Halting } from '../internal/halting.ts';
import type { HaltPolicy } from '../late-policy.ts';
import type { Adjustment } from '../ledger/adjustment.ts';
import type { Output, Place } from '../operator.ts';
import type { WindowRows } from './window-rows.ts';

/** What the windows do themselves. */
export interface HaltingWindow<T> {
  /** The ends of the windows that an event is in, ascending. */
  endsAt(time: number): Iterable<number>;
  /** Counts an event of a window that is open, the one with this end. */
  count(value: T, end: number): void;
  /** The space of the window with this end, opened where it is not there. */
  spaceOf(end: number): Space;
  /** An event is late, and refused. */
  refuse(value: T): void;
  /** A row that was held back leaves. */
  leaveHeld(space: Space, row: number): void;
  /** Drops what is kept no longer. */
  forget(): void;
}

export interface WindowHaltingParts<T, K, V> {
  readonly name: string;
  readonly policy: HaltPolicy;
  readonly durable: boolean;
  readonly behind: HeldFrontier | undefined;
  readonly key: KeyShape<T, K>;
  readonly windowing: DisjointWindowing;
  readonly columns: Columns<T, V>;
  readonly rows: WindowRows<T, K, V>;
  readonly state: State;
  readonly place: Place;
  readonly window: HaltingWindow<T>;
  /** Where differences leave. */
  readonly adjustments: Output<Adjustment<K, V>>;
}

/**
 * Aligned and hopping windows under the policy `halt`.
 *
 * Of windows that overlap an event may be late for some: it counts in those that are open, and waits for the others.
 */
export class WindowHalting<T, K, V> implements Halted<T> {
  readonly #of: WindowHaltingParts<T, K, V>;
  readonly #halting: Halting<T>;

  constructor(parts: WindowHaltingParts<T, K, V>) {
    const { name, policy, durable, behind, place } = parts;
    this.#of = parts;
    this.#halting = new Halting({ name, policy, durable, behind }, place, this);
  }

  get parking(): Halting<T>['parking'] {
    return this.#halting.parking;
  }

  get isHolding(): boolean {
    return this.#halting.isHolding;
  }

  /** An event waits because its key stands still. */
  parks(value: T): boolean {
    return this.#halting.anyKey && this.#halting.parks(value, this.#partsOf(value));
  }

  /** The event that is being pushed is late. */
  hold(value: T): void {
    this.#hold(value, this.#of.place.frontier.value);
  }

  /** Of a row that closes: whether it does not leave, because its key is held. */
  standsStill(space: Space, row: number): boolean {
    if (!this.#halting.anyKey) return false;
    const { parking } = this.#halting;
    const lane = parking?.lane(space.partsAt(row));
    if (lane !== undefined) parking?.holdBack(lane, space.id - 1);
    return lane !== undefined;
  }

  restored(): void {
    this.#halting.restored();
  }

  decided(value: T, accepted: Accepted | undefined, frontier: number): void {
    const { window, place } = this.#of;
    if (accepted === undefined) return window.refuse(value);
    const { time } = place.moment;
    for (const end of window.endsAt(time)) {
      place.moment.time = time;
      if (end <= frontier) this.#adjust(value, end, accepted);
    }
  }

  unpark(value: T, frontier: number): KeptHold | undefined {
    const { window, place } = this.#of;
    const { time } = place.moment;
    let isLate = false;
    for (const end of window.endsAt(time)) {
      if (end <= frontier) isLate = true;
      else if (end > place.frontier.value) window.count(value, end);
      else {
        const space = window.spaceOf(end);
        this.#add(space, space.find(this.#partsOf(value)), value);
      }
    }
    return isLate ? this.#hold(value, frontier) : undefined;
  }

  catchUp(parts: readonly KeyPart[], frontier: number): void {
    for (const [space, row] of this.#heldBack(parts, frontier)) this.#of.window.leaveHeld(space, row);
  }

  leastHeldBack(parts: readonly KeyPart[]): number {
    const [first] = this.#heldBack(parts, this.#of.place.frontier.value);
    return first === undefined ? END : first[0].id - 1;
  }

  released(): void {
    this.#of.window.forget();
  }

  /** An event that was accepted counts in a window that is closed: the difference leaves. */
  #adjust(value: T, end: number, accepted: Accepted): void {
    const { window, place, columns, rows, name } = this.#of;
    const { moment, frontier } = place;
    const space = window.spaceOf(end);
    const known = space.find(this.#partsOf(value));
    const before = known < 0 ? undefined : columns.result(space.values, known);
    const times = known < 0 ? 0 : Math.max(0, rows.adjusted(space, known));
    const row = this.#add(space, known, value);
    rows.setAdjusted(space, row, times + 1);
    const interval = rows.interval(space);
    const time = interval.end - 1;
    moment.time = time;
    this.#of.adjustments.push({
      adjusts: { table: name, key: rows.keyOf(space, row), window: interval, revision: rows.revision(space, row) + times },
      before,
      after: columns.result(space.values, row),
      time,
      cause: { kind: 'decision', ...accepted },
      finality: 'final',
      evidence: evidenceNames(frontier.evidence),
    });
  }

  #hold(value: T, frontier: number): KeptHold {
    const { windowing, state, columns, key, place } = this.#of;
    const window = windowing.at(place.moment.time);
    const parts = this.#partsOf(value);
    const space = state.spaces.get(window.end);
    const row = space?.find(parts) ?? NONE;
    const before = space === undefined || row === NONE ? undefined : columns.result(space.values, row);
    const isAcceptable = window.end + this.#of.policy.keepMs > frontier;
    return this.#halting.late(value, { key: key.toKey(parts), parts, window, frontier, before, isAcceptable });
  }

  /** Counts an event of a window that is closed: nothing leaves. */
  #add(space: Space, known: number, value: T): number {
    const { columns, state, rows, place } = this.#of;
    place.moment.touched = true;
    if (known !== NONE) {
      state.touch(space, known);
      rows.changing(space, known);
      columns.add(space.values, known, value, place.moment);
      return known;
    }
    columns.first(value, place.moment);
    const row = state.create(space, this.#partsOf(value));
    columns.keep(space.values, row);
    rows.begin(space, row);
    return row;
  }

  /** Of a key that stands still: the rows that a frontier at `frontier` closes, oldest first. */
  #heldBack(parts: readonly KeyPart[], frontier: number): readonly (readonly [Space, number])[] {
    const { state, rows } = this.#of;
    const spaces = [...state.spaces.values()].filter(({ id }) => id <= frontier).sort((a, b) => a.id - b.id);
    return spaces.flatMap((space): readonly (readonly [Space, number])[] => {
      const row = space.find(parts);
      return row === NONE || rows.adjusted(space, row) >= 0 ? [] : [[space, row]];
    });
  }

  #partsOf(value: T): readonly KeyPart[] {
    return this.#of.key.selectors.map((select) => select(value));
  }
}

/** The row of a key that is not there. */
const NONE = -1;
