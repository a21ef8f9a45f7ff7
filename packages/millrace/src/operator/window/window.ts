import type { Columns } from '../../aggregation/columns.ts';
import type { KeyPart, KeyShape } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import { rawText } from '../../task/bad-record.ts';
import { NO_TIMER } from '../../task/moment.ts';
import { type Evidence, evidenceNames } from '../../time/evidence.ts';
import type { Interval } from '../../time/calendar.ts';
import type { Timed } from '../../time/frontier.ts';
import type { Windowing } from '../../time/windowing.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { type Counters, type Stateful, type Table, noCounters } from '../stateful.ts';

export interface WindowOptions<T, K, V> {
  readonly name: string;
  readonly key: KeyShape<T, K>;
  readonly windowing: Windowing;
  readonly columns: Columns<T, V>;
  /** How long a closed window can still be asked, in ms of event time. */
  readonly keepMs: number;
  readonly durable: boolean;
  /** Somebody asks this table while it runs. */
  readonly asked: boolean;
}

/**
 * Aggregates the events of a key in each window of event time.
 *
 * - A window closes when the frontier reaches its end; its rows leave then, in the order in which
 *   their keys first came, each at the window's last millisecond.
 * - An event whose window is closed is late: counted and sent to `late`. An event below the frontier
 *   whose window is still open counts like any other.
 * - A closed window stays for `keepMs` to be asked, and is never changed again.
 */
export class Window<T, K, V> implements Output<T>, Timed, Stateful, Table<K, Row<K, V>> {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: State;
  readonly counters: Counters = noCounters();
  readonly #key: KeyShape<T, K>;
  readonly #windowing: Windowing;
  readonly #columns: Columns<T, V>;
  readonly #keepMs: number;
  readonly #place: Place;
  readonly #next: Output<Row<K, V>>;
  readonly #late: Output<T>;
  readonly #durable: boolean;
  readonly #parts: KeyPart[];
  /** Closed and kept spaces, oldest first. */
  #kept: Space[] = [];
  /** From which window end on which evidence closed windows; one step per change. */
  #closings: (readonly [end: number, evidence: Evidence])[] = [];
  #committedFrontier = -1;
  /** The window of the last event; none yet. Floating-point from the beginning, as times are. */
  #start = Number.POSITIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;
  #space: Space | undefined;

  constructor(options: WindowOptions<T, K, V>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    this.name = options.name;
    this.signature = `window ${options.windowing.text} by ${options.key.names?.join(',') ?? options.key.selectors.length} ${options.columns.name}`;
    this.rank = place.rank;
    this.#key = options.key;
    this.#windowing = options.windowing;
    this.#columns = options.columns;
    this.#keepMs = options.keepMs;
    this.#durable = options.durable;
    this.#place = place;
    this.#next = next;
    this.#late = late;
    this.#parts = options.key.selectors.map(() => null);
    const shape = { name: options.name, depth: this.#parts.length, slots: options.columns.slots };
    const remember = (space: Space, row: number): Row<K, V> => this.#row(space, row, false);
    this.state = new State(options.asked ? { ...shape, remember } : shape, options.durable);
  }

  push(value: T): void {
    const { moment, frontier } = this.#place;
    if (moment.time < this.#start || moment.time >= this.#end) this.#locate(moment.time);
    if (this.#end <= frontier.value) {
      this.counters.late += 1;
      moment.touched = true;
      this.#late.push(value);
      return;
    }
    const columns = this.#columns;
    const parts = this.#parts;
    const { selectors } = this.#key;
    for (let i = 0; i < parts.length; i += 1) parts[i] = (selectors[i] as (value: T) => KeyPart)(value);
    const space = (this.#space ??= this.#open());
    const row = space.find(parts);
    if (row < 0) {
      columns.first(value);
      columns.keep(space.values, this.state.create(space, parts));
    } else {
      this.state.touch(space, row);
      if (!columns.atomic) moment.touched = true;
      columns.add(space.values, row, value);
    }
    moment.touched = true;
  }

  revise(): void {
    throw new Error(`'${this.name}' aggregates facts; the plan let a changing table through`);
  }

  /** The frontier reached the end of a window. */
  due(end: number): void {
    const space = this.state.spaces.get(end);
    if (space === undefined) return;
    const { moment, frontier } = this.#place;
    const evidence = frontier.evidenceOf(this.#interval(space).start, end);
    if (this.#closings.at(-1)?.[1] !== evidence) this.#closings.push([end, evidence]);
    if (this.#space === space) this.#space = undefined;
    moment.timer = end;
    for (let i = 0; i < space.size; i += 1) this.#leave(space, i);
    moment.timer = NO_TIMER;
    // A step of its own, and complete: it stays when the event behind it is set aside.
    moment.touched = false;
    this.#kept.push(space);
    this.#forget(end);
  }

  memo(): unknown {
    return { counters: this.counters, closings: this.#closings };
  }

  restored(memo: unknown): void {
    const { counters, closings } = memo as { counters: Counters; closings: (readonly [number, number])[] };
    Object.assign(this.counters, counters);
    this.#closings = [...closings];
    const spaces = [...this.state.spaces.values()].sort((a, b) => a.id - b.id);
    for (const space of spaces) {
      if (space.id <= this.#place.frontier.value) this.#kept.push(space);
      else this.#place.frontier.at(space.id, this);
    }
    this.committed();
  }

  committed(): void {
    this.#committedFrontier = this.#place.frontier.value;
  }

  get(key: K, time: number | undefined): Row<K, V> | undefined {
    if (time === undefined) return undefined;
    const { end } = this.#windowing.at(time);
    const parts = this.#key.toParts(key);
    for (const space of this.#visible()) {
      if (space.id !== end) continue;
      const row = space.find(parts);
      if (row >= 0) return this.#seen(space, row);
    }
    return undefined;
  }

  *scan(): Iterable<Row<K, V>> {
    for (const space of this.#visible()) {
      for (let i = 0; i < space.size; i += 1) {
        const row = this.#seen(space, i);
        if (row !== undefined) yield row;
      }
    }
  }

  *#visible(): Iterable<Space> {
    yield* this.state.leaving;
    yield* this.state.spaces.values();
  }

  /** A row as of the last commit. */
  #seen(space: Space, row: number): Row<K, V> | undefined {
    if (!this.#durable) return this.#row(space, row, space.id <= this.#place.frontier.value);
    if (space.dirty[row] === 1) return space.remembered.get(row) as Row<K, V> | undefined;
    return this.#row(space, row, space.id <= this.#committedFrontier);
  }

  #row(space: Space, row: number, final: boolean): Row<K, V> {
    return {
      key: this.#key.toKey(space.partsAt(row)),
      window: this.#interval(space),
      value: this.#columns.result(space.values, row),
      time: space.id - 1,
      revision: 0,
      finality: final ? 'final' : 'provisional',
      evidence: final ? evidenceNames(this.#evidenceAt(space.id)) : evidenceNames(0),
    };
  }

  /** A row of a closing window leaves. One that fails is set aside, and the others leave all the same. */
  #leave(space: Space, i: number): void {
    const { moment, poisoned } = this.#place;
    moment.time = space.id - 1;
    moment.touched = false;
    let row: Row<K, V> | undefined;
    try {
      row = this.#row(space, i, true);
      if (poisoned.size > 0 && poisoned.has(this.#nameOf(space, i))) this.#place.failed(this.#nameOf(space, i), row, undefined);
      else this.#next.revise(undefined, row);
    } catch (error) {
      this.#place.failed(this.#nameOf(space, i), row ?? { key: this.#key.toKey(space.partsAt(i)), window: this.#interval(space) }, error);
    }
  }

  /** A row in words, the same after a restart. */
  #nameOf(space: Space, i: number): string {
    const { start, end } = this.#interval(space);
    return `the row ${rawText(space.partsAt(i))} of '${this.name}' in [${start}, ${end})`;
  }

  #evidenceAt(end: number): Evidence {
    for (let i = this.#closings.length - 1; i >= 0; i -= 1) {
      const [from, evidence] = this.#closings[i] as readonly [number, Evidence];
      if (from <= end) return evidence;
    }
    return 0;
  }

  #interval(space: Space): Interval {
    return (space.interval ??= this.#windowing.at(space.id - 1));
  }

  #locate(time: number): void {
    const { start, end } = this.#windowing.at(time);
    this.#start = start;
    this.#end = end;
    this.#space = this.state.spaces.get(end);
  }

  #open(): Space {
    this.#place.frontier.at(this.#end, this);
    return this.state.space(this.#end);
  }

  /** Drops what has been kept for long enough when windows close at `end`. */
  #forget(end: number): void {
    let gone = 0;
    while (gone < this.#kept.length && (this.#kept[gone] as Space).id + this.#keepMs <= end) {
      this.state.drop(this.#kept[gone] as Space);
      gone += 1;
    }
    if (gone > 0) this.#kept.splice(0, gone);
  }
}
