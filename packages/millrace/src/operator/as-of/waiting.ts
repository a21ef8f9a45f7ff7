import { type KeyIndex, keyIndex } from '../../state/key-index.ts';
import type { KeyPart } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import { Oldest } from './oldest.ts';

/** What is due within so much event time rests together, and goes together. */
const BUCKET_MS = 1000;

/** An event that waits; where it rests. */
export interface Waiter {
  readonly space: Space;
  readonly row: number;
}

const EVENT = 0;
const TIME = 1;
const AT = 2;
const NUMBER = 3;
const DUE = 4;
const DONE = 5;
const SLOTS = 6;

/**
 * Events that wait, durably: each until a time that the frontier of a table has to reach, some of them
 * besides that for a row of their key.
 */
export class Waiting {
  readonly state: State;
  readonly #depth: number;
  /** By the frontier they wait for. */
  readonly #due = new Map<number, Waiter[]>();
  /** Those that wait for a row, by number of key. */
  #index: KeyIndex;
  #ofKey: Waiter[][] = [];
  #rowless = 0;
  readonly #oldest = new Oldest();
  /** How many have waited so far. */
  #number = 0;

  constructor(name: string, depth: number, durable: boolean) {
    this.#depth = depth;
    this.#index = keyIndex(depth);
    this.state = new State({ name, depth, slots: SLOTS, isList: true }, durable);
  }

  /** The time of the oldest event; END where none waits. */
  get oldest(): number {
    return this.#oldest.value;
  }

  get number(): number {
    return this.#number;
  }

  /** The event waits until the frontier is at `due`; its number says in which order events came. */
  add(parts: readonly KeyPart[], event: unknown, time: number, at: number, due: number, number: number = this.#number): Waiter {
    const space = this.state.space(Math.floor(due / BUCKET_MS));
    const row = this.state.create(space, parts);
    [event, time, at, number, due, false].forEach((value, slot) => {
      (space.values[slot] as unknown[])[row] = value;
    });
    this.#number = Math.max(this.#number, number + 1);
    this.#oldest.add(time);
    return { space, row };
  }

  /** It is looked at when the frontier is at `due`; whether it is the first one for then. */
  wake(waiter: Waiter, due: number): boolean {
    const waiters = this.#due.get(due);
    if (waiters === undefined) this.#due.set(due, [waiter]);
    else waiters.push(waiter);
    return waiters === undefined;
  }

  /** Those to be looked at now, in the order in which they came. */
  take(due: number): readonly Waiter[] {
    const waiters = this.#due.get(due) ?? [];
    this.#due.delete(due);
    const left = waiters.filter((waiter) => !this.isDone(waiter)).sort((a, b) => this.numberOf(a) - this.numberOf(b));
    // One may have been woken for the same time by several rows.
    return left.filter((waiter, i) => i === 0 || this.numberOf(waiter) !== this.numberOf(left[i - 1] as Waiter));
  }

  /** It has left, or waits as another one. */
  done(waiter: Waiter): void {
    const { space, row } = waiter;
    this.state.touch(space, row);
    (space.values[DONE] as boolean[])[row] = true;
    this.#oldest.remove(this.timeOf(waiter));
    if (!this.isRowless(waiter)) return;
    this.#rowless -= 1;
    if (this.#rowless > 0) return;
    this.#index = keyIndex(this.#depth);
    this.#ofKey = [];
  }

  /** Whether it waits for a row, not only for the frontier to pass the time it asks for. */
  isRowless(waiter: Waiter): boolean {
    return this.dueOf(waiter) > this.atOf(waiter) + 1;
  }

  /** It waits for a row of its key. */
  awaitRow(waiter: Waiter): void {
    const parts = waiter.space.partsAt(waiter.row);
    let key = this.#index.find(parts);
    if (key < 0) {
      key = this.#ofKey.length;
      this.#index.add(parts, key);
      this.#ofKey.push([]);
    }
    (this.#ofKey[key] as Waiter[]).push(waiter);
    this.#rowless += 1;
  }

  /** Those that wait for a row of this key. */
  awaiting(parts: readonly KeyPart[]): readonly Waiter[] {
    if (this.#rowless === 0) return [];
    const key = this.#index.find(parts);
    if (key < 0) return [];
    const left = (this.#ofKey[key] as Waiter[]).filter((waiter) => !this.isDone(waiter));
    this.#ofKey[key] = left;
    return left;
  }

  /** Drops what was due before `time`. */
  forget(time: number): void {
    for (const space of this.state.spaces.values()) if ((space.id + 1) * BUCKET_MS <= time) this.state.drop(space);
  }

  /** When what there is can be forgotten. */
  ends(): readonly number[] {
    return [...this.state.spaces.keys()].map((id) => (id + 1) * BUCKET_MS);
  }

  /** When what is due then can be forgotten. */
  endOf(due: number): number {
    return (Math.floor(due / BUCKET_MS) + 1) * BUCKET_MS;
  }

  /** All that wait, at recovery. */
  restored(number: number): readonly Waiter[] {
    this.#number = number;
    const found: Waiter[] = [];
    for (const space of this.state.spaces.values()) {
      for (let row = 0; row < space.size; row += 1) {
        const waiter = { space, row };
        if (this.isDone(waiter)) continue;
        found.push(waiter);
        this.#oldest.add(this.timeOf(waiter));
      }
    }
    return found;
  }

  isDone({ space, row }: Waiter): boolean {
    return space.values[DONE]?.[row] === true;
  }

  eventOf({ space, row }: Waiter): unknown {
    return space.values[EVENT]?.[row];
  }

  timeOf({ space, row }: Waiter): number {
    return space.values[TIME]?.[row] as number;
  }

  atOf({ space, row }: Waiter): number {
    return space.values[AT]?.[row] as number;
  }

  numberOf({ space, row }: Waiter): number {
    return space.values[NUMBER]?.[row] as number;
  }

  dueOf({ space, row }: Waiter): number {
    return space.values[DUE]?.[row] as number;
  }
}
