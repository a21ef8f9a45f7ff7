import type { Columns } from '../../aggregation/columns.ts';
import { type KeyPart, type KeyShape, readParts } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import { rawText } from '../../task/bad-record.ts';
import { NO_TIMER } from '../../task/moment.ts';
import { type EvidenceName, evidenceNames } from '../../time/evidence.ts';
import type { Timed } from '../../time/frontier.ts';
import type { Interval } from '../../time/calendar.ts';
import type { HoppingWindowing } from '../../time/own-windowing.ts';
import { type WindowOptions, signatureOf } from '../window-options.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import { endsOf, lastEnd, paneMs } from './ends.ts';
import { SameKeys } from './same-keys.ts';

/** Behind the columns of the aggregation: how many keys had come when this one came. */
const ORDER_SLOTS = 1;

/**
 * Hopping windows whose rows leave once: an event is counted in one pane, and the panes of a window are
 * merged when it closes, key by key.
 *
 * What leaves is what window by window would leave, in the same order: that in which the keys first came.
 * For an aggregation that merges, under `drop`, without early rows, where nobody asks.
 */
export class HoppingPanes<T, K, V> implements Output<T>, Timed, Stateful {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: State;
  readonly counters: Counters = noCounters();
  /** It is not asked. */
  readonly table = undefined;
  readonly #key: KeyShape<T, K>;
  readonly #windowing: HoppingWindowing;
  readonly #paneMs: number;
  readonly #columns: Columns<T, V>;
  readonly #place: Place;
  readonly #next: Output<Row<K, V>>;
  readonly #late: Output<T>;
  readonly #keys: SameKeys<T, V>;
  readonly #parts: KeyPart[];
  #order = 0;
  /** The pane of the last event, and the end of the last window that it is in; none yet. Floating-point, as times are. */
  #start = Number.POSITIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;
  #lastEnd = Number.NEGATIVE_INFINITY;
  #pane: Space | undefined;

  constructor(options: WindowOptions<T, K, V, HoppingWindowing>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    const { name, key, windowing, columns, durable } = options;
    this.name = name;
    this.signature = `${signatureOf(options)} in panes`;
    this.rank = place.rank;
    this.#key = key;
    this.#windowing = windowing;
    this.#paneMs = paneMs(windowing);
    this.#columns = columns;
    this.#place = place;
    this.#next = next;
    this.#late = late;
    this.#parts = key.selectors.map(() => null);
    this.#keys = new SameKeys(this.#parts.length, columns);
    this.state = new State({ name, depth: this.#parts.length, slots: columns.slots + ORDER_SLOTS }, durable);
  }

  push(value: T): void {
    const { moment, frontier } = this.#place;
    if (moment.time < this.#start || moment.time >= this.#end) this.#locate(moment.time);
    if (this.#lastEnd <= frontier.value) {
      this.counters.late += 1;
      moment.touched = true;
      this.#late.push(value);
      return;
    }
    const columns = this.#columns;
    const parts = this.#parts;
    readParts(this.#key.selectors, value, parts);
    const pane = (this.#pane ??= this.#open());
    let row = pane.find(parts);
    if (row < 0) {
      columns.first(value, moment);
      row = this.state.create(pane, parts);
      columns.keep(pane.values, row);
      (pane.values[columns.slots] as number[])[row] = this.#order;
      this.#order += 1;
    } else {
      this.state.touch(pane, row);
      if (!columns.atomic) moment.touched = true;
      columns.add(pane.values, row, value, moment);
    }
    moment.touched = true;
  }

  revise(): void {
    throw new Error(`'${this.name}' aggregates facts; the plan let a changing table through`);
  }

  /** The frontier reached the end of a window. */
  due(end: number): void {
    const { moment, frontier } = this.#place;
    const { sizeMs, advanceMs } = this.#windowing;
    moment.timer = end;
    const spaces: (Space | undefined)[] = [];
    for (let pane = end - sizeMs + this.#paneMs; pane <= end; pane += this.#paneMs) spaces.push(this.state.spaces.get(pane));
    const keys = this.#keys;
    keys.close(spaces);
    const window = { start: end - sizeMs, end };
    const evidence = evidenceNames(frontier.evidenceOf(window.start, end));
    const order = keys.order();
    for (let i = 0; i < keys.count; i += 1) this.#leave(order === undefined ? i : (order[i] as number), window, evidence);
    moment.timer = NO_TIMER;
    // A step of its own, and complete: it stays when the event behind it is set aside.
    moment.touched = false;
    // No later window has what is in the panes of its first advance.
    for (let pane = end - sizeMs + this.#paneMs; pane <= end - sizeMs + advanceMs; pane += this.#paneMs) this.#drop(pane);
  }

  memo(): unknown {
    return { counters: this.counters };
  }

  restored(memo: unknown): void {
    Object.assign(this.counters, (memo as { counters: Counters }).counters);
    const { slots } = this.#columns;
    for (const space of this.state.spaces.values()) {
      for (let row = 0; row < space.size; row += 1) this.#order = Math.max(this.#order, (space.values[slots]?.[row] as number) + 1);
      this.#setTimers(space.id);
    }
  }

  committed(): void {}

  #leave(key: number, window: Interval, evidence: readonly EvidenceName[]): void {
    const { moment, poisoned } = this.#place;
    const time = window.end - 1;
    moment.time = time;
    moment.touched = false;
    let row: Row<K, V> | undefined;
    try {
      const value = this.#keys.resultOf(key);
      row = { key: this.#key.toKey(this.#keys.partsOf(key)), window, value, time, revision: 0, finality: 'final', evidence };
      if (poisoned.size > 0 && poisoned.has(this.#nameOf(key, window))) this.#place.failed(this.#nameOf(key, window), row, undefined);
      else this.#next.revise(undefined, row);
    } catch (error) {
      this.#place.failed(this.#nameOf(key, window), row ?? { key: this.#key.toKey(this.#keys.partsOf(key)), window }, error);
    }
  }

  /** A row in words, the same after a restart. */
  #nameOf(key: number, { start, end }: Interval): string {
    return `the row ${rawText(this.#keys.partsOf(key))} of '${this.name}' in [${start}, ${end})`;
  }

  #locate(time: number): void {
    const pane = this.#paneMs;
    this.#start = Math.floor(time / pane) * pane;
    this.#end = this.#start + pane;
    this.#lastEnd = lastEnd(this.#windowing, time);
    this.#pane = this.state.spaces.get(this.#end);
  }

  #open(): Space {
    const space = this.state.space(this.#end);
    this.#setTimers(this.#end);
    return space;
  }

  /** For the windows of a pane that are still open. */
  #setTimers(paneEnd: number): void {
    const { frontier } = this.#place;
    for (const end of endsOf(this.#windowing, paneEnd - 1)) if (end > frontier.value) frontier.at(end, this);
  }

  #drop(pane: number): void {
    const space = this.state.spaces.get(pane);
    if (space === undefined) return;
    this.state.drop(space);
    this.#keys.forget(space);
    if (this.#pane === space) this.#pane = undefined;
  }
}
