import type { KeyPart } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import { type Evidence, evidenceNames } from '../../time/evidence.ts';
import { type Asking, AskingRows, OWN_SLOTS, endOf } from '../internal/asking-rows.ts';
import { ByKey } from '../internal/by-key.ts';
import { Oldest } from '../internal/oldest.ts';
import type { Row } from '../row.ts';

/** A result; where it rests, and as what it left last. Between two steps that is what it is. */
export interface Result extends Asking {
  left: { readonly value: unknown } | undefined;
}

/** What it is now: { value }, or undefined for none; and how often it had changed before; -1: nothing has left. */
const VALUE: number = OWN_SLOTS;
const REVISION: number = OWN_SLOTS + 1;
const FINAL: number = OWN_SLOTS + 2;
const SLOTS: number = OWN_SLOTS + 3;

type Held<V> = { readonly value: V } | undefined;

/** The results that may still change, with the events they are made of. */
export class Results<V> extends AskingRows {
  readonly state: State;
  readonly #durable: boolean;
  /** By the frontier with which they become final. */
  readonly #due = new Map<number, Result[]>();
  /** Those that may still change. */
  readonly #ofKey: ByKey<Result>;
  readonly #isFinal = (result: Result): boolean => this.isFinal(result);
  #open = 0;
  readonly #oldest = new Oldest();
  count = 0;

  constructor(name: string, depth: number, durable: boolean, asked: boolean) {
    super();
    this.#durable = durable;
    this.#ofKey = new ByKey(depth);
    const shape = { name, depth, slots: SLOTS, isList: true };
    const remember = (space: Space, row: number): unknown => this.#rowOf(space, row);
    this.state = new State(asked ? { ...shape, remember } : shape, durable);
  }

  add(parts: readonly KeyPart[], { event, time, at }: { readonly event: unknown; readonly time: number; readonly at: number }, held: Held<V>): Result {
    const { space, row } = this.create(parts, at, [event, time, at, this.count, held, -1, false]);
    const result: Result = { space, row, left: undefined };
    this.count += 1;
    this.#opened(result, parts);
    return result;
  }

  /** What it is from now on. */
  set({ space, row }: Result, held: Held<V>): void {
    this.state.touch(space, row);
    (space.values[VALUE] as unknown[])[row] = held;
  }

  /** It leaves as it is; what had left, and what leaves now. */
  leave(result: Result, final: Evidence | undefined): { before: Row<number, V> | undefined; after: Row<number, V> | undefined } {
    const { space, row } = result;
    const [now, left] = [space.values[VALUE]?.[row] as Held<V>, result.left as Held<V>];
    const former = space.values[REVISION]?.[row] as number;
    const revision = now === left ? former : former + 1;
    const before = left === undefined ? undefined : this.#build(result, left.value, former, undefined);
    const after = now === undefined ? undefined : this.#build(result, now.value, revision, final);
    this.state.touch(space, row);
    result.left = now;
    (space.values[REVISION] as number[])[row] = revision;
    if (final !== undefined && !this.isFinal(result)) {
      (space.values[FINAL] as boolean[])[row] = true;
      this.#open -= 1;
      this.#oldest.remove(this.timeOf(result));
    }
    return { before, after };
  }

  /** The time of the oldest event whose result may still change; END where there is none. */
  get oldest(): number {
    return this.#oldest.value;
  }

  /** Those that become final with this frontier, in the order in which their events came. */
  takeDue(due: number): readonly Result[] {
    const results = this.#due.get(due) ?? [];
    this.#due.delete(due);
    return results;
  }

  /** Those of a key that may still change. */
  openOf(parts: readonly KeyPart[]): readonly Result[] {
    return this.#ofKey.left(parts, this.#isFinal);
  }

  /** Drops what asked for times before the table's frontier. */
  forget(frontier: number): void {
    this.drop(frontier);
    if (this.#open === 0) this.#ofKey.clear();
  }

  /** At recovery: the frontiers that are waited for. */
  restored(count: number): ReadonlySet<number> {
    this.count = count;
    const open: Result[] = [];
    const due = new Set<number>();
    for (const space of this.state.spaces.values()) {
      due.add(endOf(space));
      for (let row = 0; row < space.size; row += 1) {
        const result: Result = { space, row, left: space.values[VALUE]?.[row] as Held<V> };
        if (!this.isFinal(result)) open.push(result);
      }
    }
    for (const result of open.sort((a, b) => this.numberOf(a) - this.numberOf(b))) {
      this.#opened(result, result.space.partsAt(result.row));
      due.add(this.atOf(result) + 1);
    }
    return due;
  }

  /** What can be asked: the results that may still change, as of the last commit. */
  *seen(): Iterable<Row<number, V>> {
    for (const space of [...this.state.leaving, ...this.state.spaces.values()]) {
      for (let row = 0; row < space.size; row += 1) {
        const isAsItWas = !this.#durable || space.dirty[row] !== 1;
        const seen = isAsItWas ? this.#rowOf(space, row) : (space.remembered.get(row) as Row<number, V> | undefined);
        if (seen !== undefined) yield seen;
      }
    }
  }

  isFinal({ space, row }: Result): boolean {
    return space.values[FINAL]?.[row] === true;
  }

  #opened(result: Result, parts: readonly KeyPart[]): void {
    const due = this.atOf(result) + 1;
    const others = this.#due.get(due);
    if (others === undefined) this.#due.set(due, [result]);
    else others.push(result);
    this.#ofKey.add(parts, result);
    this.#open += 1;
    this.#oldest.add(this.timeOf(result));
  }

  /** A row that has left; undefined where there is none, or it is final and gone. */
  #rowOf(space: Space, row: number): Row<number, V> | undefined {
    const held = space.values[VALUE]?.[row] as Held<V>;
    const result = { space, row, left: held };
    return held === undefined || this.isFinal(result) ? undefined : this.#build(result, held.value, space.values[REVISION]?.[row] as number, undefined);
  }

  #build(result: Result, value: V, revision: number, final: Evidence | undefined): Row<number, V> {
    const finality = final === undefined ? 'provisional' : 'final';
    return { key: this.numberOf(result), window: undefined, value, time: this.timeOf(result), revision, finality, evidence: evidenceNames(final ?? 0) };
  }
}
