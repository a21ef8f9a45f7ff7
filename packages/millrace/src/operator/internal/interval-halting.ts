import type { KeyPart, KeyShape } from '../../state/key.ts';
import { NO_ROW } from '../../state/keyed-rows.ts';
import type { KeptHold } from '../../task/hold.ts';
import { END } from '../../time/frontier.ts';
import type { BareHaltPolicy } from '../late-policy.ts';
import type { Place } from '../operator.ts';
import { type Halted, Halting } from './halting.ts';
import { HIDDEN, type IntervalRows, OPEN } from './interval-rows.ts';

/** What the windows do themselves. */
export interface HaltingIntervals<T> {
  push(value: T): void;
  /** An event is late, and nobody is asked. */
  discard(value: T): void;
  /** The frontier has to come by for a row. */
  arm(row: number): void;
  /** A row that was held back leaves. */
  leaveHeld(row: number): void;
  /** Drops what is kept no longer. */
  forgetFinals(time: number): void;
}

export interface IntervalHaltingParts<T, K> {
  readonly name: string;
  readonly policy: BareHaltPolicy;
  readonly durable: boolean;
  readonly key: KeyShape<T, K>;
  readonly place: Place;
  readonly rows: IntervalRows<T, K, unknown>;
  /** Whether rows that are hidden wait for something. */
  readonly waits: boolean;
  readonly windows: HaltingIntervals<T>;
}

/**
 * Windows that every key has of its own, under the policy `halt`.
 *
 * - A late event can only be discarded: it may make other windows of those that have left, of which nothing is kept.
 * - While a key stands still none of its windows leaves, and nothing is forgotten of any key: what was parked is
 *   judged by what was there when it came.
 * - A window that was held back rests on what the frontier rests on when it leaves.
 */
export class IntervalHalting<T, K> implements Halted<T> {
  readonly #of: IntervalHaltingParts<T, K>;
  readonly #halting: Halting<T>;
  /** By which frontier the event that is being taken is judged, if not by the one that there is. */
  #judgedBy: number | undefined;
  /** Why the event that was taken last waits. */
  #hold: KeptHold | undefined;

  constructor(of: IntervalHaltingParts<T, K>) {
    const { name, policy, durable, place } = of;
    this.#of = of;
    this.#halting = new Halting({ name, policy, durable, behind: policy.scope === 'key' ? place.held : undefined }, place, this);
  }

  get parking(): Halting<T>['parking'] {
    return this.#halting.parking;
  }

  get isHolding(): boolean {
    return this.#halting.isHolding;
  }

  /** By which an event is judged. */
  get frontier(): number {
    return this.#judgedBy ?? this.#of.place.frontier.value;
  }

  /** An event waits because its key stands still. */
  parks(value: T, parts: readonly KeyPart[]): boolean {
    return this.#judgedBy === undefined && this.#halting.anyKey && this.#halting.parks(value, parts);
  }

  /** The event that is being pushed is late. */
  hold(value: T, parts: readonly KeyPart[]): void {
    const key = this.#of.key.toKey(parts);
    this.#hold = this.#halting.late(value, { key, parts, window: undefined, frontier: this.frontier, before: undefined, isAcceptable: false });
  }

  /** Of a row that is due: whether it does not leave, because its key is held. */
  standsStill(row: number): boolean {
    if (!this.#halting.anyKey || !this.#isPending(row)) return false;
    const { rows } = this.#of;
    const { parking } = this.#halting;
    const lane = parking?.lane(rows.partsAt(row));
    if (lane !== undefined) parking?.holdBack(lane, (rows.ends[row] as number) - 1);
    return lane !== undefined;
  }

  restored(): void {
    this.#halting.restored();
  }

  decided(value: T): void {
    this.#of.windows.discard(value);
  }

  unpark(value: T, frontier: number): KeptHold | undefined {
    this.#judgedBy = frontier;
    this.#hold = undefined;
    try {
      this.#of.windows.push(value);
    } finally {
      this.#judgedBy = undefined;
    }
    // One that was due while it stood still may have grown since, and is due again.
    for (const row of this.#pending(this.#of.key.selectors.map((select) => select(value)), END)) this.#of.windows.arm(row);
    return this.#hold;
  }

  catchUp(parts: readonly KeyPart[], frontier: number): void {
    const { windows } = this.#of;
    for (const row of this.#pending(parts, frontier)) windows.leaveHeld(row);
  }

  leastHeldBack(parts: readonly KeyPart[]): number {
    const [first] = this.#pending(parts, this.#of.place.frontier.value);
    return first === undefined ? END : (this.#of.rows.ends[first] as number) - 1;
  }

  released(): void {
    const { windows, place } = this.#of;
    windows.forgetFinals(place.frontier.fired);
  }

  /** The rows of a key that are still to leave, and that a frontier at `frontier` closes, oldest first. */
  #pending(parts: readonly KeyPart[], frontier: number): readonly number[] {
    const { rows: state, ends, orders } = this.#of.rows;
    const key = state.find(parts);
    const rows: number[] = [];
    for (let row = key < 0 ? NO_ROW : (state.first[key] as number); row !== NO_ROW; row = state.next[row] as number) {
      if (this.#isPending(row) && (ends[row] as number) <= frontier) rows.push(row);
    }
    return rows.sort((a, b) => (ends[a] as number) - (ends[b] as number) || (orders[a] as number) - (orders[b] as number));
  }

  /** Whether a row is still to leave. */
  #isPending(row: number): boolean {
    const status = this.#of.rows.statuses[row];
    return status === OPEN || (status === HIDDEN && this.#of.waits);
  }
}
