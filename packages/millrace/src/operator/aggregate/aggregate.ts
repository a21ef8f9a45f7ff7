import type { Columns } from '../../aggregation/columns.ts';
import type { KeyPart, KeyShape } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import { evidenceNames } from '../../time/evidence.ts';
import { type Output, type Place, nowhere } from '../operator.ts';
import type { Row } from '../row.ts';
import { type Counters, type Stateful, type Table, noCounters } from '../stateful.ts';

export interface AggregateOptions<T, K, V> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  readonly columns: Columns<T, V>;
  readonly durable: boolean;
  readonly asked: boolean;
}

/** The one space of a table without windows. */
const TABLE_SPACE = 0;
/** Behind the columns of the aggregation: the time of a row's last change, and how often it has changed. */
const OWN_SLOTS = 2;

/**
 * Aggregates all events of a key, without windows: a table that changes with every event.
 *
 * Each change leaves at once, from the former row to the new one, at the time of the event that made
 * it. It counts every event, however old, so nothing is late for it, and nothing is ever final.
 */
export class Aggregate<T, K, V> implements Output<T>, Stateful, Table<K, Row<K, V>> {
  readonly name: string;
  readonly signature: string;
  readonly state: State;
  /** It counts everything: both stay 0. */
  readonly counters: Counters = noCounters();
  readonly #key: KeyShape<T, K>;
  readonly #columns: Columns<T, V>;
  readonly #place: Place;
  readonly #next: Output<Row<K, V>>;
  readonly #parts: KeyPart[];
  readonly #space: Space;

  constructor(options: AggregateOptions<T, K, V>, place: Place, next: Output<Row<K, V>>) {
    this.name = options.name;
    this.signature = `table by ${options.key.names?.join(',') ?? options.key.selectors.length} ${options.columns.name}`;
    this.#key = options.key;
    this.#columns = options.columns;
    this.#place = place;
    this.#next = next;
    this.#parts = options.key.selectors.map(() => null);
    const slots = options.columns.slots + OWN_SLOTS;
    const shape = { name: options.name, depth: this.#parts.length, slots };
    const remember = (space: Space, row: number): Row<K, V> => this.#row(space, row);
    this.state = new State(options.asked ? { ...shape, remember } : shape, options.durable);
    this.#space = this.state.space(TABLE_SPACE);
  }

  push(value: T): void {
    const columns = this.#columns;
    const { moment } = this.#place;
    const parts = this.#parts;
    const { selectors } = this.#key;
    for (let i = 0; i < parts.length; i += 1) parts[i] = (selectors[i] as (value: T) => KeyPart)(value);
    const space = this.#space;
    const times = space.values[columns.slots] as unknown[];
    const revisions = space.values[columns.slots + 1] as number[];
    let row = space.find(parts);
    let before: Row<K, V> | undefined;
    if (row < 0) {
      columns.first(value, moment);
      row = this.state.create(space, parts);
      columns.keep(space.values, row);
      revisions[row] = 0;
    } else {
      if (this.#next !== nowhere) before = this.#row(space, row);
      this.state.touch(space, row);
      if (!columns.atomic) moment.touched = true;
      columns.add(space.values, row, value, moment);
      revisions[row] = (revisions[row] as number) + 1;
    }
    moment.touched = true;
    times[row] = moment.time;
    if (this.#next !== nowhere) this.#next.revise(before, this.#row(space, row));
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
    const row = this.#space.find(this.#key.toParts(key));
    return row < 0 ? undefined : this.#seen(row);
  }

  *scan(): Iterable<Row<K, V>> {
    for (let i = 0; i < this.#space.size; i += 1) {
      const row = this.#seen(i);
      if (row !== undefined) yield row;
    }
  }

  #seen(row: number): Row<K, V> | undefined {
    const space = this.#space;
    return space.dirty[row] === 1 ? (space.remembered.get(row) as Row<K, V> | undefined) : this.#row(space, row);
  }

  #row(space: Space, row: number): Row<K, V> {
    const { slots } = this.#columns;
    return {
      key: this.#key.toKey(space.partsAt(row)),
      window: undefined,
      value: this.#columns.result(space.values, row),
      time: space.values[slots]?.[row] as number,
      revision: space.values[slots + 1]?.[row] as number,
      finality: 'provisional',
      evidence: evidenceNames(0),
    };
  }
}
