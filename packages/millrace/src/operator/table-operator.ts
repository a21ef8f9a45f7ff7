import { assert } from '../assert.ts';
import { Entries } from '../state/entries.ts';
import type { Entry } from '../state/entry.ts';
import type { KeyPart } from '../state/key.ts';
import type { Evidence } from '../time/evidence.ts';
import type { Timed } from '../time/frontier.ts';
import type { Settling } from '../time/settler.ts';
import type { Output, Place } from './operator.ts';
import type { Retelling, Told } from './retelling.ts';
import type { Row } from './row.ts';
import { type Counters, type Stateful, noCounters } from './stateful.ts';
import { EntryTable } from './entry-table.ts';
import type { RowKeys } from './row-keys.ts';
import { type Leaving, type Maker, StepOutput } from './step-output.ts';
import { TableWindows } from './table-windows.ts';

export interface TableOptions {
  readonly name: string;
  /** How its own rows are told apart. */
  readonly keys: RowKeys;
  /** How long after its end a window may still change, in ms; Infinity: for ever, and without windows. */
  readonly settleMs: number;
  /** How long after that it can still be asked. */
  readonly keepMs: number;
  readonly durable: boolean;
  readonly asked: boolean;
}

/** Whether an entry of a table without windows may leave memory; undefined: none does. */
export type MayLeave<S> = ((entry: Entry<S>) => boolean) | undefined;

/**
 * What operators that make a table of tables have in common.
 *
 * - What a step brings is put into state at once and gathered by entry; when the step is through, each
 *   row leaves once, from what left last to what it is now. No state shows that no input explains.
 * - When a window has settled, what is provisional in it leaves as final; it goes after `keepMs`.
 */
export abstract class TableOperator<K, V, S> implements Settling, Timed, Stateful, Retelling, Maker<K, V, Entry<S>> {
  readonly name: string;
  abstract readonly signature: string;
  readonly rank: number;
  readonly state: Entries<S>;
  readonly table: EntryTable<K, V, S>;
  readonly counters: Counters = noCounters();
  protected readonly place: Place;
  protected readonly windows: TableWindows;
  /** What has changed in this step. */
  protected readonly gathered: Set<Entry<S>> = new Set();
  /** While a window settles: on what it rests that nothing more will come. */
  protected settling: Evidence | undefined = undefined;
  readonly #next: Output<Row<K, V>>;
  readonly #out: StepOutput<K, V, Entry<S>>;

  constructor({ name, keys, settleMs, keepMs, durable, asked }: TableOptions, place: Place, next: Output<Row<K, V>>, prefix: readonly KeyPart[] = [], mayLeave?: MayLeave<S>) {
    this.name = name;
    this.rank = place.rank;
    this.place = place;
    const rowOf = (entry: Entry<S>): Row<K, V> | undefined => this.rowOf(entry);
    this.state = new Entries<S>(asked ? { name, remember: rowOf, mayLeave } : { name, mayLeave }, durable);
    this.table = new EntryTable({ entries: this.state, keys, prefix, rowOf });
    this.windows = new TableWindows(settleMs, keepMs, place.frontier);
    this.#next = next;
    this.#out = new StepOutput(name, place, next, this);
  }

  /** The row of an entry as queries see it. */
  abstract rowOf(entry: Entry<S>): Row<K, V> | undefined;
  abstract make(entry: Entry<S>): Leaving<K, V> | undefined;
  abstract left(entry: Entry<S>, row: Row<K, V> | undefined): void;

  nameOf({ parts, space }: Entry<S>): { readonly parts: readonly KeyPart[]; readonly space: number } {
    return { parts, space };
  }

  settle(): void {
    this.#out.settle(this.affected());
    this.gathered.clear();
  }

  /** The frontier reached a time at which windows settle or go. */
  due(time: number): void {
    const end = this.windows.settling(time);
    this.leaveAll(end, time, this.place.frontier.evidence);
    this.forget(this.windows.forgotten(time));
  }

  memo(): unknown {
    return { counters: this.counters };
  }

  restored(memo: unknown): void {
    Object.assign(this.counters, (memo as { counters: Counters }).counters);
    for (const space of this.state.spaces()) this.watch(space);
  }

  committed(): void {}

  get retelling(): Retelling {
    return this;
  }

  *told(): Iterable<Told> {
    for (const entries of [this.state.all(), this.state.spilled()]) {
      for (const { space, parts, value } of entries) {
        const row = outOf<K, V>(value);
        if (row?.finality === 'provisional') yield { id: [space, ...parts], row, renumber: (revision) => this.#renumber(space, parts, revision) };
      }
    }
  }

  #renumber(space: number, parts: readonly KeyPart[], revision: number): void {
    const entry = this.state.find(space, parts) as Entry<S>;
    const { value } = entry;
    this.state.touch(entry);
    Object.assign(value as object, { out: { ...outOf<K, V>(value) as Row<K, V>, revision } });
  }

  retell(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    this.place.moment.time = (after ?? (before as Row<K, V>)).time;
    this.#next.revise(before, after);
  }

  /** The entries whose rows may have changed in this step, in the order in which they leave. */
  protected affected(): Iterable<Entry<S>> {
    return this.gathered;
  }

  /** The entry has changed in this step. */
  protected gather(entry: Entry<S>): void {
    this.gathered.add(entry);
    this.#out.wait(this);
  }

  /** The entry has changed, and nothing else can come in this step: its row leaves at once. */
  protected pass(entry: Entry<S>): void {
    this.place.moment.touched = true;
    this.#out.pass(entry);
  }

  /** A window goes. */
  protected forget(space: number): void {
    this.state.drop(space);
  }

  /** A new entry, whose window is watched. */
  protected create(space: number, parts: readonly KeyPart[], value: S): Entry<S> {
    assert(space === 0 || !this.windows.isSettled(space), () => `'${this.name}' was given a row of the window that ends at ${space} after that had settled`);
    if (space !== 0) this.watch(space);
    return this.state.create(space, parts, value);
  }

  protected watch(space: number): void {
    this.windows.watch(space, this);
  }

  /** The entries of a window that may have something to say, in the order in which they leave. */
  protected leavingOf(space: number): readonly Entry<S>[] {
    return [...this.state.of(space)];
  }

  /** Everything of a window leaves that has something to say, because of a timer. */
  protected leaveAll(space: number, time: number, settling: Evidence | undefined): void {
    const entries = this.leavingOf(space);
    if (entries.length === 0) return;
    this.settling = settling;
    this.#out.leave(entries, time);
    this.settling = undefined;
    for (const entry of entries) this.gathered.delete(entry);
  }
}

/** What left last for an entry; each kind of table keeps it there, and some have entries for which nothing leaves. */
const outOf = <K, V>(value: unknown): Row<K, V> | undefined => (value as { readonly out?: Row<K, V> }).out;
