import type { Columns } from '../../aggregation/columns.ts';
import { type KeyPart, type KeyShape, small } from '../../state/key.ts';
import { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import { rawText } from '../../task/bad-record.ts';
import { NO_TIMER } from '../../task/moment.ts';
import { type Evidence, evidenceNames } from '../../time/evidence.ts';
import type { Timed } from '../../time/frontier.ts';
import type { HoppingWindowing } from '../../time/own-windowing.ts';
import { type WindowOptions, signatureOf } from '../window-options.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import { endsOf, lastEnd, paneMs } from './ends.ts';

/** Behind the columns of the aggregation: how many keys had come when this one came. */
const ORDER_SLOTS = 1;
const SCRATCH_SPACE = 0;

/**
 * Hopping windows whose rows leave once: an event is counted in one pane, and the panes of a window are
 * merged when it closes.
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
    const { selectors } = this.#key;
    for (let i = 0; i < parts.length; i += 1) parts[i] = small((selectors[i] as (value: T) => KeyPart)(value));
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
    const merged = new Merged(this.#parts.length, this.#columns);
    for (let pane = end - sizeMs + this.#paneMs; pane <= end; pane += this.#paneMs) {
      const space = this.state.spaces.get(pane);
      if (space !== undefined) merged.add(space);
    }
    const evidence = frontier.evidenceOf(end - sizeMs, end);
    for (const row of merged.rows()) this.#leave(merged, row, end, evidence);
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

  #leave(merged: Merged<T, V>, i: number, end: number, final: Evidence): void {
    const { moment, poisoned } = this.#place;
    moment.time = end - 1;
    moment.touched = false;
    const parts = merged.partsAt(i);
    const window = { start: end - this.#windowing.sizeMs, end };
    let row: Row<K, V> | undefined;
    try {
      const value = merged.result(i);
      row = { key: this.#key.toKey(parts), window, value, time: end - 1, revision: 0, finality: 'final', evidence: evidenceNames(final) };
      if (poisoned.size > 0 && poisoned.has(this.#nameOf(parts, window))) this.#place.failed(this.#nameOf(parts, window), row, undefined);
      else this.#next.revise(undefined, row);
    } catch (error) {
      this.#place.failed(this.#nameOf(parts, window), row ?? { key: this.#key.toKey(parts), window }, error);
    }
  }

  /** A row in words, the same after a restart. */
  #nameOf(parts: readonly KeyPart[], { start, end }: { start: number; end: number }): string {
    return `the row ${rawText(parts)} of '${this.name}' in [${start}, ${end})`;
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
    if (this.#pane === space) this.#pane = undefined;
  }
}

/** The panes of a window, merged key by key. */
class Merged<T, V> {
  readonly space: Space;
  readonly #columns: Columns<T, V>;
  /** Used again and again. */
  readonly #parts: KeyPart[];
  /** What could not be merged, and why. */
  readonly #failures = new Map<number, unknown>();

  constructor(depth: number, columns: Columns<T, V>) {
    this.space = new Space(SCRATCH_SPACE, depth, columns.slots + ORDER_SLOTS);
    this.#columns = columns;
    this.#parts = Array.from({ length: depth }, () => null);
  }

  add(pane: Space): void {
    const { space } = this;
    const columns = this.#columns;
    const orders = space.values[columns.slots] as number[];
    const came = pane.values[columns.slots] as number[];
    for (let from = 0; from < pane.size; from += 1) {
      const parts = this.#read(pane, from);
      let row = space.find(parts);
      if (row < 0) {
        row = space.add(parts);
        columns.create(space.values, row);
        orders[row] = came[from] as number;
      } else orders[row] = Math.min(orders[row] as number, came[from] as number);
      try {
        columns.merge(space.values, row, pane.values, from);
      } catch (error) {
        this.#failures.set(row, error);
      }
    }
  }

  /** In the order in which the keys came. */
  rows(): readonly number[] {
    const orders = this.space.values[this.#columns.slots] as number[];
    const rows = Array.from(orders.keys());
    // Where events come in order, they are already.
    for (let i = 1; i < rows.length; i += 1) if ((orders[i] as number) < (orders[i - 1] as number)) return rows.sort((a, b) => (orders[a] as number) - (orders[b] as number));
    return rows;
  }

  /** The key of a row: good until the next call. */
  partsAt(row: number): readonly KeyPart[] {
    return this.#read(this.space, row);
  }

  #read(from: Space, row: number): readonly KeyPart[] {
    const parts = this.#parts;
    for (let p = 0; p < parts.length; p += 1) parts[p] = (from.parts[p] as KeyPart[])[row] as KeyPart;
    return parts;
  }

  result(row: number): V {
    if (this.#failures.has(row)) throw this.#failures.get(row);
    return this.#columns.result(this.space.values, row);
  }
}
