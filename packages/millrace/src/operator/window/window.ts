import type { Columns } from '../../aggregation/columns.ts';
import { type KeyPart, type KeyShape, readParts } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import { NO_TIMER } from '../../task/moment.ts';
import type { Timed } from '../../time/frontier.ts';
import type { DisjointWindowing } from '../../time/windowing.ts';
import type { Early, LatePolicy } from '../late-policy.ts';
import { type Output, type Place, nowhere } from '../operator.ts';
import type { Row } from '../row.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import { type WindowOptions, signatureOf } from '../window-options.ts';
import { type FinalityMemo, WindowFinality } from './finality.ts';
import { FILLING_SLOTS, Filling } from './filling.ts';
import { type HaltingWindow, WindowHalting } from './window-halting.ts';
import { WindowLeaver } from './window-leaver.ts';
import { WindowRetelling } from './window-retelling.ts';
import { WindowRows } from './window-rows.ts';
import { WindowTable } from './window-table.ts';

/**
 * Aggregates the events of a key in each window of event time.
 *
 * - A window closes when the frontier reaches its end; its rows leave then, in the order in which
 *   their keys first came, each at the window's last millisecond.
 * - An event whose window is closed is late. Under `drop` it is counted and sent to `late`; under
 *   `revise` its window changes, and leaves again. An event below the frontier whose window is still
 *   open counts like any other.
 * - Under `drop`, and when it closed on proof, a window is final at its close; under `revise` else
 *   once the frontier is the retention past its end: then its rows leave once more, as final.
 * - `early` lets the rows of open windows leave before that.
 * - A final window stays for `keepMs` to be asked, and is never changed again.
 */
export class Window<T, K, V> implements Output<T>, Timed, Stateful, HaltingWindow<T> {
  readonly name: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: State;
  readonly table: WindowTable<T, K, V>;
  readonly counters: Counters = noCounters();
  protected readonly key: KeyShape<T, K>;
  readonly #windowing: DisjointWindowing;
  protected readonly columns: Columns<T, V>;
  protected readonly rows: WindowRows<T, K, V>;
  protected readonly finality: WindowFinality;
  readonly #keepMs: number;
  readonly #early: Early | undefined;
  readonly #filling: Filling<T, V> | undefined;
  protected readonly place: Place;
  readonly #leaver: WindowLeaver<T, K, V>;
  protected readonly late: Output<T>;
  protected readonly parts: KeyPart[];
  /** Under the policy `halt`. */
  readonly halting: WindowHalting<T, K, V> | undefined;
  readonly retelling: WindowRetelling<T, K, V>;
  /** Closed spaces, oldest first. */
  #kept: Space[] = [];
  /** The window of the last event; none yet. Floating-point from the beginning, as times are. */
  #start = Number.POSITIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;
  #space: Space | undefined;

  constructor(options: WindowOptions<T, K, V, DisjointWindowing, LatePolicy>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    const { name, key, windowing, columns, early } = options;
    this.name = name;
    this.signature = signatureOf(options);
    this.rank = place.rank;
    this.key = key;
    this.#windowing = windowing;
    this.columns = columns;
    const retainMs = options.late.kind === 'revise' ? options.late.retainMs : 0;
    this.finality = new WindowFinality(retainMs, place.frontier);
    this.#keepMs = Math.max(options.keepMs, retainMs, options.late.kind === 'halt' ? options.late.keepMs : 0);
    this.#early = early;
    [this.place, this.late] = [place, late];
    this.parts = key.selectors.map(() => null);
    const leaving = { again: retainMs > 0 || early !== undefined, stirs: early?.kind === 'every', halts: options.late.kind === 'halt' };
    this.rows = new WindowRows(key, windowing, columns, leaving);
    const slots = columns.slots + this.rows.slots;
    this.#filling = options.fillMs > 0 ? new Filling(columns, slots, options.fillMs) : undefined;
    const shape = { name, depth: this.parts.length, slots: slots + (this.#filling === undefined ? 0 : FILLING_SLOTS) };
    const remember = (space: Space, row: number): Row<K, V> | undefined => this.table.remember(space, row);
    this.state = new State(options.asked ? { ...shape, remember } : shape, options.durable);
    this.retelling = new WindowRetelling({ state: this.state, rows: this.rows, finality: this.finality, place, next });
    this.#leaver = new WindowLeaver({ name, rows: this.rows, state: this.state, early, place, next });
    this.table = new WindowTable({ state: this.state, rows: this.rows, finality: this.finality, key, windowing, frontier: place.frontier, durable: options.durable });
    const { late: halt, behind, adjustments, durable } = options;
    if (halt.kind === 'halt') {
      const parts = { name, key, windowing, columns, rows: this.rows, state: this.state, place, window: this };
      this.halting = new WindowHalting({ ...parts, policy: halt, durable, behind, adjustments: adjustments ?? nowhere });
    }
  }

  push(value: T): void {
    const { moment, frontier } = this.place;
    if (this.halting !== undefined && this.halting.parks(value)) return;
    if (moment.time < this.#start || moment.time >= this.#end) this.#locate(moment.time);
    const isLate = this.#end <= frontier.value;
    if (isLate && !this.finality.isRevisable({ start: this.#start, end: this.#end }, this.#space === undefined)) {
      if (this.halting === undefined) this.refuse(value);
      else this.halting.hold(value);
      return;
    }
    const { columns, parts } = this;
    readParts(this.key.selectors, value, parts);
    const space = (this.#space ??= this.opened(this.#end));
    // As `addTo`, which costs a tenth as a call.
    let row = space.find(parts);
    if (row < 0) row = this.#begin(space, value);
    else {
      this.state.touch(space, row);
      if (isLate) this.rows.changing(space, row);
      if (!columns.atomic) moment.touched = true;
      columns.add(space.values, row, value, moment);
    }
    moment.touched = true;
    this.#filling?.happened(space, row);
    if (this.rows.tracked && this.#leaver.changed(space, row, isLate)) this.#setEarlyTimer();
  }

  endsAt(time: number): Iterable<number> {
    return [this.#windowing.at(time).end];
  }

  count(value: T, end: number): void {
    this.#locate(end - 1);
    readParts(this.key.selectors, value, this.parts);
    this.addTo((this.#space ??= this.opened(this.#end)), value, false);
  }

  spaceOf(end: number): Space {
    this.#locate(end - 1);
    return (this.#space ??= this.opened(this.#end));
  }

  leaveHeld(space: Space, row: number): void {
    this.#leaver.leave(space, row, this.finality.at(space.id, this.place.frontier.value), 'close');
  }

  forget(): void {
    this.#forget(this.place.frontier.fired);
  }

  refuse(value: T): void {
    this.counters.late += 1;
    this.place.moment.touched = true;
    this.late.push(value);
  }

  /** Counts an event, whose key is in `parts`, in a window. */
  protected addTo(space: Space, value: T, isLate: boolean): void {
    const { columns, parts } = this;
    const { moment } = this.place;
    let row = space.find(parts);
    if (row < 0) row = this.#begin(space, value);
    else {
      this.state.touch(space, row);
      if (isLate) this.rows.changing(space, row);
      if (!columns.atomic) moment.touched = true;
      columns.add(space.values, row, value, moment);
    }
    moment.touched = true;
    this.#filling?.happened(space, row);
    if (this.rows.tracked && this.#leaver.changed(space, row, isLate)) this.#setEarlyTimer();
  }

  /** The first event of a key, which is in `parts`, in a window. */
  #begin(space: Space, value: T): number {
    const { columns } = this;
    columns.first(value, this.place.moment);
    const row = this.state.create(space, this.parts);
    columns.keep(space.values, row);
    if (this.rows.tracked) this.rows.begin(space, row);
    return row;
  }

  revise(): void {
    throw new Error(`'${this.name}' aggregates facts; the plan let a changing table through`);
  }

  /** The frontier reached the end of a window, the end of a retention, or the time of early rows. */
  due(time: number): void {
    const { moment } = this.place;
    moment.timer = time;
    const retained = this.finality.retainMs > 0 ? this.state.spaces.get(time - this.finality.retainMs) : undefined;
    if (retained !== undefined) this.#settle(retained);
    if (this.#filling !== undefined) this.#fill(this.#filling, time);
    const closing = this.state.spaces.get(time);
    if (closing !== undefined) this.#close(closing);
    this.#leaver.early(time);
    moment.timer = NO_TIMER;
    // A step of its own, and complete: it stays when the event behind it is set aside.
    moment.touched = false;
    this.#forget(time);
  }

  memo(): unknown {
    return { counters: this.counters, ...this.finality.memo() };
  }

  restored(memo: unknown): void {
    const { counters, ...finality } = memo as { counters: Counters } & FinalityMemo;
    const { frontier } = this.place;
    Object.assign(this.counters, counters);
    this.finality.restore(finality);
    this.halting?.restored();
    const spaces = [...this.state.spaces.values()].sort((a, b) => a.id - b.id);
    for (const space of spaces) {
      if (space.id <= frontier.value) this.#kept.push(space);
      if (space.id > frontier.value) frontier.at(space.id, this);
      else this.#retain(space.id);
      if (space.id > frontier.value && this.rows.anyStirred(space)) this.#setEarlyTimer();
    }
    const last = this.#kept.at(-1);
    if (last !== undefined && this.#filling !== undefined) this.#await(this.nextEnd(last.id));
    this.committed();
  }

  committed(): void {
    this.table.committed();
  }

  #close(space: Space): void {
    const final = this.finality.close(this.rows.interval(space));
    this.#leaver.close(space, final, this.halting);
    this.#kept.push(space);
    if (final === undefined) this.#retain(space.id);
    if (this.#filling !== undefined) this.#await(this.nextEnd(space.id));
  }

  /** The end of the window behind the one with this end. */
  protected nextEnd(end: number): number {
    return this.#windowing.at(end).end;
  }

  /** A window closes: keys that have nothing in it get their empty row. */
  #fill(filling: Filling<T, V>, end: number): void {
    const last = this.#kept.at(-1);
    if (last === undefined || this.nextEnd(last.id) !== end) return;
    for (const { space, row } of filling.fill(this.state, last, end)) if (this.rows.tracked) this.rows.begin(space, row);
  }

  /** A window that was kept for revisions becomes final. */
  #settle(space: Space): void {
    const final = this.finality.settle(this.rows.interval(space));
    if (final !== undefined) this.#leaver.settle(space, final);
  }

  #locate(time: number): void {
    const { start, end } = this.#windowing.at(time);
    this.#start = start;
    this.#end = end;
    this.#space = this.state.spaces.get(end);
  }

  /** The window with this end, which is not there yet. */
  protected opened(end: number): Space {
    const { frontier } = this.place;
    const space = this.state.space(end);
    if (end > frontier.value) frontier.at(end, this);
    else {
      this.finality.openLate(this.rows.interval(space));
      this.#retain(end);
      if (this.#filling !== undefined) this.#await(this.nextEnd(end));
      this.#kept.push(space);
      this.#kept.sort((a, b) => a.id - b.id);
    }
    return space;
  }

  /** A closed window waits for the end of its retention. */
  #retain(end: number): void {
    if (this.finality.retainMs > 0) this.#await(end + this.finality.retainMs);
  }

  #await(time: number): void {
    if (time > this.place.frontier.value) this.place.frontier.at(time, this);
  }

  /** For the next multiple of the period. */
  #setEarlyTimer(): void {
    if (this.#early?.kind === 'every') this.#await((Math.floor(this.place.frontier.value / this.#early.everyMs) + 1) * this.#early.everyMs);
  }

  /** Drops what has been kept for long enough when the frontier reaches `time`. */
  #forget(time: number): void {
    if (this.halting?.isHolding === true) return;
    let gone = 0;
    // The last one says which keys are to be filled in.
    const length = this.#filling === undefined ? this.#kept.length : this.#kept.length - 1;
    while (gone < length && (this.#kept[gone] as Space).id + this.#keepMs <= time) {
      const space = this.#kept[gone] as Space;
      this.state.drop(space);
      this.finality.forget(space.id);
      if (this.#space === space) this.#space = undefined;
      gone += 1;
    }
    if (gone > 0) this.#kept.splice(0, gone);
  }
}
