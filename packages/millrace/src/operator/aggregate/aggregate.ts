import type { Columns } from '../../aggregation/columns.ts';
import { type KeyPart, type KeyShape, readParts } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import { type EvidenceName, evidenceNames } from '../../time/evidence.ts';
import { type Output, type Place, nowhere } from '../operator.ts';
import type { Retelling, Told } from '../retelling.ts';
import { ChangedRows } from './changed-rows.ts';
import { Changes } from '../changes/changes.ts';
import type { Row } from '../row.ts';
import type { Settling } from '../../time/settler.ts';
import { type Counters, type Stateful, type Table, noCounters } from '../stateful.ts';
import { type Leaving, type Maker, StepOutput } from '../step-output.ts';

export interface AggregateOptions<T, K, V> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  readonly columns: Columns<T, V>;
  /** Several events may come in one step: then each key leaves once, with the net. */
  readonly several: boolean;
  readonly durable: boolean;
  readonly asked: boolean;
}

/** The one space of a table without windows. */
export const TABLE_SPACE = 0;
/** Behind the columns of the aggregation: the time of a row's last change, and how often it has changed. */
const OWN_SLOTS = 2;

/**
 * Aggregates all events of a key, without windows: a table that changes with every event.
 *
 * Each change leaves at once, from the former row to the new one, at the time of the event that made
 * it; where one step may bring several events, their net leaves when they are through. It counts every
 * event, however old, so nothing is late for it, and nothing is ever final.
 */
export class Aggregate<T, K, V> implements Output<T>, Settling, Stateful, Maker<K, V, number>, Retelling, Table<K, Row<K, V>> {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: State;
  /** It counts everything: both stay 0. */
  readonly counters: Counters = noCounters();
  readonly #key: KeyShape<T, K>;
  readonly #columns: Columns<T, V>;
  readonly #place: Place;
  readonly #next: Output<Row<K, V>>;
  readonly #parts: KeyPart[];
  readonly #space: Space;
  /** Who is given the changes, where that asks for no rows. */
  readonly #changes: Changes<K, V> | undefined;
  /** Whether somebody is given the changes. */
  readonly #isHeard: boolean;
  /**
   * Where several events may come in one step: the rows that have changed in it, from what. Also where nobody
   * hears of it: a step is one change of a row, in whatever way one learns of it.
   */
  readonly #gathered: ChangedRows<Row<K, V>> | undefined;
  readonly #out: StepOutput<K, V, number>;

  constructor(options: AggregateOptions<T, K, V>, place: Place, next: Output<Row<K, V>>) {
    this.name = options.name;
    this.rank = place.rank;
    this.signature = `table by ${options.key.names?.join(',') ?? options.key.selectors.length} ${options.columns.name}`;
    this.#key = options.key;
    this.#columns = options.columns;
    this.#place = place;
    this.#next = next;
    this.#parts = options.key.selectors.map(() => null);
    const slots = options.columns.slots + OWN_SLOTS;
    const shape = { name: options.name, depth: this.#parts.length, slots, spills: true };
    const remember = (_space: Space, row: number): Row<K, V> => this.#row(row, this.#keyAt(row));
    this.state = new State(options.asked ? { ...shape, remember } : shape, options.durable);
    this.#space = this.state.space(TABLE_SPACE);
    this.#changes = next instanceof Changes && !options.several ? next : undefined;
    this.#isHeard = next !== nowhere;
    this.#gathered = options.several ? new ChangedRows() : undefined;
    this.#out = new StepOutput(options.name, place, next, this);
  }

  push(value: T): void {
    const columns = this.#columns;
    const { moment } = this.#place;
    const parts = this.#parts;
    readParts(this.#key.selectors, value, parts);
    const space = this.#space;
    const { values } = space;
    const gathered = this.#gathered;
    let row = space.find(parts);
    if (row < 0) row = this.state.promote(space, parts);
    const isFirst = gathered === undefined || !gathered.has(row);
    const isSeen = isFirst && this.#isHeard;
    const changes = this.#changes;
    const key = isSeen ? this.#key.toKey(parts) : undefined;
    let before: Row<K, V> | undefined;
    let valueBefore: V | undefined;
    let revision = 0;
    if (row < 0) {
      columns.first(value, moment);
      row = this.state.create(space, parts);
      columns.keep(values, row);
    } else {
      if (changes !== undefined) valueBefore = columns.result(values, row);
      else if (isSeen) before = this.#row(row, key as K);
      revision = (values[columns.slots + 1] as number[])[row] as number;
      if (isFirst) revision += 1;
      this.state.touch(space, row);
      if (!columns.atomic) moment.touched = true;
      columns.add(values, row, value, moment);
    }
    const { time } = moment;
    moment.touched = true;
    (values[columns.slots] as number[])[row] = time;
    (values[columns.slots + 1] as number[])[row] = revision;
    if (changes !== undefined) changes.change(key as K, valueBefore, columns.result(values, row), revision);
    else if (gathered !== undefined) {
      if (isFirst) gathered.add(row, before);
      this.#out.wait(this);
    } else if (this.#isHeard) this.#next.revise(before, rowOf(key as K, columns.result(values, row), time, revision));
  }

  /** Everything that the step brought is in. */
  settle(): void {
    const gathered = this.#gathered as ChangedRows<Row<K, V>>;
    this.#out.settle(this.#isHeard ? gathered.rows() : noRows);
    gathered.clear();
  }

  make(row: number): Leaving<K, V> {
    const before = this.#gathered?.before(row);
    const after = this.#row(row, before === undefined ? this.#keyAt(row) : before.key);
    return { before, after, time: after.time };
  }

  left(): void {}

  nameOf(row: number): { readonly parts: readonly KeyPart[]; readonly space: number } {
    return { parts: this.#space.partsAt(row), space: TABLE_SPACE };
  }

  revise(): void {
    throw new Error(`'${this.name}' aggregates facts; the plan let a changing table through`);
  }

  memo(): unknown {
    return null;
  }

  restored(): void {}

  committed(): void {}

  get(key: K): Row<K, V> | undefined {
    const parts = this.#key.toParts(key);
    const row = this.#space.find(parts);
    if (row >= 0) return this.#seen(row);
    const values = this.state.spilled?.find(parts);
    return values === undefined ? undefined : this.#spilledRow(parts, values);
  }

  /** Rows in memory in the order in which they came; where cold rows leave it in no order, those on disk after them. */
  *scan(): Iterable<Row<K, V>> {
    const space = this.#space;
    for (let i = 0; i < space.size; i += 1) {
      if (space.isFree(i)) continue;
      const row = this.#seen(i);
      if (row !== undefined) yield row;
    }
    for (const { parts, values } of this.state.spilled?.rows() ?? []) {
      if (space.find(parts) < 0) yield this.#spilledRow(parts, values);
    }
  }

  get retelling(): Retelling {
    return this;
  }

  *told(): Iterable<Told> {
    const space = this.#space;
    for (let i = 0; i < space.size; i += 1) {
      if (!space.isFree(i)) yield this.#toldOf(space.partsAt(i), this.#row(i, this.#keyAt(i)));
    }
    for (const { parts, values } of this.state.spilled?.rows() ?? []) {
      if (space.find(parts) < 0) yield this.#toldOf(parts, this.#spilledRow(parts, values));
    }
  }

  #toldOf(id: readonly KeyPart[], row: Row<K, V>): Told {
    const renumber = (revision: number): void => {
      const space = this.#space;
      const found = space.find(id);
      const place = found < 0 ? this.state.promote(space, id) : found;
      this.state.touch(space, place);
      (space.values[this.#columns.slots + 1] as number[])[place] = revision;
    };
    return { id, row, renumber };
  }

  retell(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    this.#place.moment.time = (after ?? (before as Row<K, V>)).time;
    this.#next.revise(before, after);
  }

  #spilledRow(parts: readonly KeyPart[], values: readonly unknown[]): Row<K, V> {
    const { slots } = this.#columns;
    const columns = values.map((value) => [value]);
    return rowOf(this.#key.toKey(parts), this.#columns.result(columns, 0), values[slots] as number, values[slots + 1] as number);
  }

  #seen(row: number): Row<K, V> | undefined {
    const space = this.#space;
    return space.dirty[row] === 1 ? (space.remembered.get(row) as Row<K, V> | undefined) : this.#row(row, this.#keyAt(row));
  }

  #keyAt(row: number): K {
    return this.#key.toKey(this.#space.partsAt(row));
  }

  #row(row: number, key: K): Row<K, V> {
    const { values } = this.#space;
    const { slots } = this.#columns;
    return rowOf(key, this.#columns.result(values, row), values[slots]?.[row] as number, values[slots + 1]?.[row] as number);
  }
}

function rowOf<K, V>(key: K, value: V, time: number, revision: number): Row<K, V> {
  return { key, window: undefined, value, time, revision, finality: 'provisional', evidence: none };
}

const noRows: readonly number[] = [];
/** It is never final. */
const none: readonly EvidenceName[] = evidenceNames(0);
