import type { KeyPart } from '../../state/key.ts';
import { State } from '../../state/state.ts';
import { type Asking, AskingRows, OWN_SLOTS, endOf } from '../internal/asking-rows.ts';
import { ByKey } from '../internal/by-key.ts';
import { Oldest } from '../internal/oldest.ts';

const DUE: number = OWN_SLOTS;
const DONE: number = OWN_SLOTS + 1;
const SLOTS: number = OWN_SLOTS + 2;

/**
 * Events that wait, durably: each until a time that the frontier of a table has to reach, some of them
 * besides that for a row of their key.
 */
export class Waiting extends AskingRows {
  readonly state: State;
  /** By the frontier they wait for. */
  readonly #due = new Map<number, Asking[]>();
  /** Those that wait for a row. */
  readonly #ofKey: ByKey<Asking>;
  readonly #isDone = (waiter: Asking): boolean => this.isDone(waiter);
  #rowless = 0;
  readonly #oldest = new Oldest();
  /** How many have waited so far. */
  #number = 0;

  constructor(name: string, depth: number, durable: boolean) {
    super();
    this.#ofKey = new ByKey(depth);
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
  add(parts: readonly KeyPart[], event: unknown, time: number, at: number, due: number, number: number = this.#number): Asking {
    const waiter = this.create(parts, due, [event, time, at, number, due, false]);
    this.#number = Math.max(this.#number, number + 1);
    this.#oldest.add(time);
    return waiter;
  }

  /** It is looked at when the frontier is at `due`; whether it is the first one for then. */
  wake(waiter: Asking, due: number): boolean {
    const waiters = this.#due.get(due);
    if (waiters === undefined) this.#due.set(due, [waiter]);
    else waiters.push(waiter);
    return waiters === undefined;
  }

  /** Those to be looked at now, in the order in which they came. */
  take(due: number): readonly Asking[] {
    const waiters = this.#due.get(due) ?? [];
    this.#due.delete(due);
    const left = waiters.filter((waiter) => !this.isDone(waiter)).sort((a, b) => this.numberOf(a) - this.numberOf(b));
    // One may have been woken for the same time by several rows.
    return left.filter((waiter, i) => i === 0 || this.numberOf(waiter) !== this.numberOf(left[i - 1] as Asking));
  }

  /** It has left, or waits as another one. */
  done(waiter: Asking): void {
    const { space, row } = waiter;
    this.state.touch(space, row);
    (space.values[DONE] as boolean[])[row] = true;
    this.#oldest.remove(this.timeOf(waiter));
    if (!this.isRowless(waiter)) return;
    this.#rowless -= 1;
    if (this.#rowless === 0) this.#ofKey.clear();
  }

  /** Whether it waits for a row, not only for the frontier to pass the time it asks for. */
  isRowless(waiter: Asking): boolean {
    return this.dueOf(waiter) > this.atOf(waiter) + 1;
  }

  /** It waits for a row of its key. */
  awaitRow(waiter: Asking): void {
    this.#ofKey.add(waiter.space.partsAt(waiter.row), waiter);
    this.#rowless += 1;
  }

  /** Those that wait for a row of this key. */
  awaiting(parts: readonly KeyPart[]): readonly Asking[] {
    return this.#rowless === 0 ? [] : this.#ofKey.left(parts, this.#isDone);
  }

  /** Drops what was due before `time`. */
  forget(time: number): void {
    this.drop(time);
  }

  /** When what there is can be forgotten. */
  ends(): readonly number[] {
    return [...this.state.spaces.values()].map(endOf);
  }

  /** All that wait, at recovery. */
  restored(number: number): readonly Asking[] {
    this.#number = number;
    const found: Asking[] = [];
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

  isDone({ space, row }: Asking): boolean {
    return space.values[DONE]?.[row] === true;
  }

  dueOf({ space, row }: Asking): number {
    return space.values[DUE]?.[row] as number;
  }
}
