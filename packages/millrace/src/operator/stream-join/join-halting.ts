import type { KeyPart, KeyShape } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import type { KeptHold } from '../../task/hold.ts';
import type { Interval } from '../../time/calendar.ts';
import { END } from '../../time/frontier.ts';
import { type Halted, Halting } from '../internal/halting.ts';
import type { BareHaltPolicy } from '../late-policy.ts';
import type { Place } from '../operator.ts';
import { TIME } from './generation.ts';
import type { HeldBack } from './held-back.ts';
import type { Side } from './span.ts';

/** An event that waits, and on which side. */
export interface Sided {
  readonly side: Side;
  readonly event: unknown;
}

/** What the join does itself. */
export interface HaltingJoin {
  readonly name: string;
  /** Joins an event, as it would have been when the frontier stood at `frontier`; the hold, where it is late. */
  take(side: Side, value: unknown, frontier: number): KeptHold | undefined;
  /** An event is late, and refused. */
  refuse(value: unknown): void;
  /** What of a key is unmatched and has not left, though a frontier at `frontier` lets it: in the order in which it leaves. */
  heldBack(parts: readonly KeyPart[], frontier: number): readonly HeldBack[];
  /** It leaves alone. */
  leave(side: Side, space: Space, row: number): void;
  /** Forgets what has no partner to come. */
  forget(): void;
}

export interface JoinHaltingParts {
  readonly policy: BareHaltPolicy;
  readonly durable: boolean;
  /** By side. */
  readonly keys: readonly Pick<KeyShape<unknown, unknown>, 'selectors' | 'toKey'>[];
  readonly place: Place;
  readonly join: HaltingJoin;
}

/**
 * Joins of streams under the policy `halt`.
 *
 * - A late event can only be discarded: what it could have been paired with may be forgotten, or have left alone.
 * - While a key stands still nothing is forgotten, and nothing of it leaves alone: what was parked finds what it
 *   would have found when it came.
 */
export class JoinHalting implements Halted<Sided> {
  readonly #of: JoinHaltingParts;
  readonly #halting: Halting<Sided>;

  constructor(of: JoinHaltingParts) {
    const { policy, durable, place, join } = of;
    this.#of = of;
    const behind = policy.scope === 'key' ? place.held : undefined;
    const eventOf = ({ event }: Sided): unknown => event;
    this.#halting = new Halting<Sided>({ name: join.name, policy, durable, behind, eventOf }, place, this);
  }

  get parking(): Halting<Sided>['parking'] {
    return this.#halting.parking;
  }

  /** Some key stands still. */
  get anyKey(): boolean {
    return this.#halting.anyKey;
  }

  /** What leaves alone is marked: which events a key has held back has to be known. */
  get marks(): boolean {
    return this.#halting.parking !== undefined;
  }

  /** An event waits because its key stands still. */
  parks(side: Side, event: unknown): boolean {
    return this.#halting.anyKey && this.#halting.parks({ side, event }, this.#partsOf(side, event));
  }

  /** The event that is being pushed is late; the window for which it is, where there are windows. */
  hold(side: Side, event: unknown, frontier: number, window: Interval | undefined): KeptHold {
    const parts = this.#partsOf(side, event);
    const key = this.#of.keys[side]?.toKey(parts);
    return this.#halting.late({ side, event }, { key, parts, window, frontier, before: undefined, isAcceptable: false });
  }

  /** Of an event that may leave alone: whether it does not, because its key is held. */
  standsStill(space: Space, row: number): boolean {
    if (!this.#halting.anyKey) return false;
    const { parking } = this.#halting;
    const lane = parking?.lane(space.partsAt(row));
    if (lane !== undefined) parking?.holdBack(lane, space.values[TIME]?.[row] as number);
    return lane !== undefined;
  }

  restored(): void {
    this.#halting.restored();
  }

  decided({ event }: Sided): void {
    this.#of.join.refuse(event);
  }

  unpark({ side, event }: Sided, frontier: number): KeptHold | undefined {
    return this.#of.join.take(side, event, frontier);
  }

  catchUp(parts: readonly KeyPart[], frontier: number): void {
    const { join } = this.#of;
    for (const { side, space, row } of join.heldBack(parts, frontier)) join.leave(side, space, row);
  }

  leastHeldBack(parts: readonly KeyPart[]): number {
    const times = this.#of.join.heldBack(parts, this.#of.place.frontier.value).map(({ space, row }) => space.values[TIME]?.[row] as number);
    return Math.min(END, ...times);
  }

  released(): void {
    this.#of.join.forget();
  }

  #partsOf(side: Side, event: unknown): readonly KeyPart[] {
    const { selectors } = this.#of.keys[side] as KeyShape<unknown, unknown>;
    return selectors.map((select) => select(event));
  }
}
