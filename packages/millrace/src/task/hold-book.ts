import { assert } from '../assert.ts';
import { State } from '../state/state.ts';
import type { Hold, HoldOwner, KeptHold, Raised, Resolution } from './hold.ts';
import type { Moment } from './moment.ts';

/** So many wait at once; the partition that brings one more is not read until some are resolved. */
export const HOLDS_MAX = 10_000;

const [HOLD, WAITS] = [0, 1] as const;
const none: readonly never[] = [];

/**
 * The holds of a program, and what is not read because of them.
 *
 * - A hold is raised in the course of an event, and is part of the commit that covers it; the loop makes
 *   that commit at once. So nobody decides on a hold that a crash would take back.
 * - What waits with a hold is kept here until its owner has carried out what was decided.
 * - Holds of rosters are kept by them; only their numbers are given out here.
 */
export class HoldBook {
  readonly state: State;
  /** Holds that are not in a commit yet, or are gone without being so. */
  isStirred = false;
  readonly #moment: Moment;
  readonly #open = new Map<number, KeptHold>();
  readonly #owners = new Map<string, HoldOwner>();
  #next = 1;
  /** How many holds stop every partition, and how many each of them. */
  #stopAll = 0;
  readonly #stops = new Map<string, number>();

  constructor(moment: Moment, durable: boolean) {
    this.#moment = moment;
    this.state = new State({ name: 'holds', depth: 0, slots: 2 }, durable);
  }

  /** Who carries out what is decided on holds of this owner: its name is the same after a restart. */
  owns(name: string, owner: HoldOwner): void {
    assert(!this.#owners.has(name), () => `two owners of holds are named '${name}'`);
    this.#owners.set(name, owner);
  }

  /** The number of the next hold: it is given out once. */
  nextId(): number {
    this.isStirred = true;
    this.#next += 1;
    return this.#next - 1;
  }

  /** Whether there is somebody of this name. */
  hasOwner(name: string): boolean {
    return this.#owners.has(name);
  }

  get list(): readonly KeptHold[] {
    return [...this.#open.values()];
  }

  get size(): number {
    return this.#open.size;
  }

  get(id: number): KeptHold | undefined {
    return this.#open.get(id);
  }

  raise(owner: string, { waits, ...raised }: Raised): KeptHold {
    const { source, partition, arrival } = this.#moment;
    const id = this.nextId();
    const stops = this.#open.size >= HOLDS_MAX ? [{ source, partition }] : none;
    const hold = { id, since: Number.isFinite(arrival) ? arrival : 0, stops, owner, ...raised, waits } as KeptHold;
    this.state.create(this.state.space(id), none);
    this.#keep(hold);
    return hold;
  }

  /** Too much waits behind a hold: the partition that brings more is not read until it is resolved. */
  stop(id: number, source: string, partition: number): void {
    const hold = this.#open.get(id) as KeptHold;
    if (hold.stops.some((one) => one.source === source && one.partition === partition)) return;
    const space = this.state.space(id);
    this.state.touch(space, 0);
    this.#weigh(hold, -1);
    this.#keep({ ...hold, stops: [...hold.stops, { source, partition }] });
  }

  /** Carries out a decision: the hold is gone, unless the choice is to wait. */
  resolve(id: number, resolution: Resolution): void {
    const hold = this.#open.get(id);
    if (hold === undefined || resolution.choice === 'wait' || !(hold.choices as readonly string[]).includes(resolution.choice)) return;
    this.#open.delete(id);
    this.state.drop(this.state.space(id));
    this.isStirred = true;
    this.#weigh(hold, -1);
    const owner = this.#owners.get(hold.owner);
    assert(owner !== undefined, () => `hold ${id} is of '${hold.owner}', which is not there`);
    owner.resolve(hold, resolution);
  }

  /** Whether a partition is not to be read. */
  isStopped(source: string, partition: number): boolean {
    return this.#stopAll > 0 || (this.#stops.size > 0 && this.#stops.has(place(source, partition)));
  }

  /** The holds because of which a partition is not read, oldest first. */
  stopping(source: string, partition: number): readonly KeptHold[] {
    return this.list.filter((hold) => isAll(hold) || placesOf(hold).includes(place(source, partition)));
  }

  memo(): { readonly next: number } {
    return { next: this.#next };
  }

  restored({ next }: { readonly next: number }): void {
    this.#next = next;
    for (const space of [...this.state.spaces.values()].sort((a, b) => a.id - b.id)) {
      const hold = space.values[HOLD]?.[0] as Hold & { readonly owner: string };
      const kept = { ...hold, waits: space.values[WAITS]?.[0] } as KeptHold;
      this.#open.set(space.id, kept);
      this.#weigh(kept, 1);
    }
  }

  /** A commit has covered everything. */
  committed(): void {
    this.isStirred = false;
  }

  #keep(kept: KeptHold): void {
    const { waits, ...hold } = kept;
    const { values } = this.state.space(hold.id);
    this.#open.set(hold.id, kept);
    (values[HOLD] as unknown[])[0] = hold;
    (values[WAITS] as unknown[])[0] = waits;
    this.#weigh(kept, 1);
    this.isStirred = true;
    this.#moment.touched = true;
    this.#moment.halted = true;
  }

  #weigh(hold: KeptHold, by: 1 | -1): void {
    if (isAll(hold)) this.#stopAll += by;
    for (const one of placesOf(hold)) {
      const count = (this.#stops.get(one) ?? 0) + by;
      if (count === 0) this.#stops.delete(one);
      else this.#stops.set(one, count);
    }
  }
}

const place = (source: string, partition: number): string => `${partition} ${source}`;

const isAll = ({ scope }: Hold): boolean => scope.kind === 'pipeline';

function placesOf({ scope, stops }: Hold): readonly string[] {
  const places = stops.map(({ source, partition }) => place(source, partition));
  return scope.kind === 'partition' ? [...places, place(scope.source, scope.partition)] : places;
}
