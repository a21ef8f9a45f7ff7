import { NO_ROW } from '../../state/keyed-rows.ts';
import { isBefore, keep } from '../../aggregation/at.ts';
import { rawText } from '../../task/bad-record.ts';
import { NO_TIMER } from '../../task/moment.ts';
import { isProof } from '../../time/evidence.ts';
import { BEGINNING } from '../../time/frontier.ts';
import type { GroupWindowing } from '../../time/group-windowing.ts';
import { isLastOf, recount } from '../internal/inputs.ts';
import type { WindowOptions } from '../window-options.ts';
import { IntervalOperator } from '../internal/interval-operator.ts';
import { CLOSED, FINAL, HIDDEN, OPEN } from '../internal/interval-rows.ts';
import { MomentKept } from '../internal/moment-kept.ts';
import { Passage } from '../internal/passage.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { collectGroup, grouped } from './collect-group.ts';
import type { FinalGroup } from './final-group-bytes.ts';
import { FinalGroups } from './final-groups.ts';
import { type Before, reachBehind, reachTo } from './reach.ts';
import { type Found, type Member, comesBefore, endOf, markersOf, placedBehind, regroup } from './regroup.ts';

/** The events of a row, whether the last of them closes it, and its reach. */
const OWN_SLOTS = 3;

/**
 * Aggregates the events of a key from an opening one to a closing one, or to a time-out, all by event time.
 *
 * - A group is [open, close], or [open, open + timeout] where no closing event comes: both ends are in it.
 *   It leaves once the frontier passes its end, or, where an event that was waited for comes after that,
 *   with this event.
 * - An event outside a group waits for its opening event until the frontier is the time-out past it: then
 *   it is late. So a closing event may come before its opening one.
 * - An event is late where counting it would change a group that is final. Under `revise` it changes the
 *   others: what they were goes back, and what they are now leaves. Under `halt` it waits for a person to look at it.
 */
export class GroupWindow<T, K, V> extends IntervalOperator<T, K, V, GroupWindowing<T>> {
  readonly #timeoutMs: number;
  readonly #ofEvents: boolean;
  /** Final groups that nobody asks for, nor is told of anew; undefined where somebody may, or where keys may stand still. */
  readonly past: FinalGroups | undefined;
  /** By row; of a final one only those that open and close it. A row that waits has one. */
  readonly #members: (readonly Member<T>[])[];
  readonly #isClosed: boolean[];
  /** See `reachBehind`; undefined in a row of an older store. */
  readonly #reaches: (number | undefined)[];
  readonly #lateEvents: Passage<T, string>;
  readonly #kept = new MomentKept();

  constructor(options: WindowOptions<T, K, V, GroupWindowing<T>>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    const { columns } = options;
    const { timeoutMs } = options.windowing;
    const result = (row: number): V => (columns === collectGroup ? (grouped(this.#members[row] as readonly Member<T>[], this.#isClosed[row] === true, this.rows.statuses[row] !== OPEN) as V) : columns.result(this.rows.values, row));
    const isAfter = (row: number, other: number): boolean => comesBefore(this.#firstOf(other), this.#firstOf(row));
    super(options, { extra: OWN_SLOTS, judgesMs: 2 * timeoutMs + 1, remembers: true, waits: true, isAfter, result }, place, next, late);
    this.#timeoutMs = timeoutMs;
    this.#ofEvents = options.ofEvents === true;
    if (options.keepMs === 0 && this.retainMs === 0 && this.halting === undefined) this.past = new FinalGroups(options.name, 2 * timeoutMs + 1);
    this.#members = this.rows.values[this.rows.extraAt] as (readonly Member<T>[])[];
    this.#isClosed = this.rows.values[this.rows.extraAt + 1] as boolean[];
    this.#reaches = this.rows.values[this.rows.extraAt + 2] as (number | undefined)[];
    this.#lateEvents = new Passage(place, late, (name) => name);
  }

  push(value: T): void {
    const { moment } = this.place;
    const { columns, windowing } = this;
    this.readKey(value);
    if (this.halting !== undefined && this.halting.parks(value, this.parts)) return;
    const member: Member<T> = { ...keep(value, moment), opens: windowing.opens(value), closes: windowing.closes(value), ...(moment.timer !== NO_TIMER && { timer: moment.timer }) };
    // An event that cannot be counted fails here, where nothing has changed.
    columns.first(value, moment);
    const key = this.state.find(this.parts);
    const last = key < 0 ? NO_ROW : (this.state.last[key] as number);
    if (this.#goesOnWith(last, member)) this.#append(last, member);
    else this.#insert(key, member);
  }

  /** Whether an event simply comes next in the last group of its key. */
  #goesOnWith(row: number, member: Member<T>): boolean {
    if (row === NO_ROW || this.rows.statuses[row] !== OPEN || this.#isClosed[row] === true) return false;
    return member.time < (this.rows.ends[row] as number) && isLastOf(this.#members[row] as readonly Member<T>[], member);
  }

  #append(row: number, member: Member<T>): void {
    const { columns, rows, state } = this;
    const { moment } = this.place;
    state.touch(row);
    if (!columns.atomic) moment.touched = true;
    columns.add(rows.values, row, member.value, moment);
    moment.touched = true;
    const members = this.#members[row] as Member<T>[];
    members.push(placedBehind(members.at(-1), member));
    if (member.closes) {
      this.#isClosed[row] = true;
      rows.ends[row] = member.time + 1;
    }
    this.#settled(row);
  }

  /** An event that may change which groups its key has. Final ones are rows again while it is looked at. */
  #insert(key: number, arrived: Member<T>): void {
    const rows = this.past?.find(this.parts).map((group) => this.#again(group)) ?? [];
    if (rows.length === 0) return this.#place(key, arrived);
    try {
      this.#place(this.state.find(this.parts), arrived);
    } finally {
      for (const row of rows) this.forget(row);
    }
  }

  #again({ markers, isClosed, reach }: FinalGroup): number {
    const members = markers as readonly Member<T>[];
    const row = this.#begin((members[0] as Member<T>).time, endOf({ members, isClosed }, this.#timeoutMs), members);
    this.rows.statuses[row] = FINAL;
    [this.#isClosed[row], this.#reaches[row]] = [isClosed, reach];
    return row;
  }

  #place(key: number, arrived: Member<T>): void {
    const { moment } = this.place;
    const former = key < 0 ? [] : this.state.rowsOf(key);
    const events = former.flatMap((row) => this.#members[row] as readonly Member<T>[]);
    let at = events.length;
    while (at > 0 && isBefore(arrived, events[at - 1] as Member<T>)) at -= 1;
    const member = placedBehind(events[at - 1], arrived);
    events.splice(at, 0, member);
    const { groups, waiting } = regroup(events, this.#timeoutMs);
    if (!this.#mayCount(member, groups, former)) return this.refuse(member.value);
    moment.touched = true;
    const byFirst = new Map(former.map((row) => [this.#firstOf(row), row]));
    const changed = groups.filter(({ members }) => !this.#isAsItWas(byFirst.get(members[0] as Member<T>), members));
    const stay = new Set([...groups.map(({ members }) => members[0]), ...waiting]);
    for (const row of former) {
      const first = this.#firstOf(row);
      if (stay.has(first) && (this.rows.statuses[row] === HIDDEN) === waiting.includes(first)) continue;
      this.state.touch(row);
      this.leaver.takeBack(row);
      byFirst.delete(first);
      this.forget(row);
    }
    for (const one of waiting) if (!byFirst.has(one)) this.#wait(one);
    const rows = changed.map((found) => this.#become(byFirst.get(found.members[0] as Member<T>), found));
    this.#reach(this.state.find(this.parts));
    for (const row of rows) this.#settled(row);
  }

  /** An event must not change what is final, nor make what would have been final by now. */
  #mayCount(member: Member<T>, groups: readonly Found<T>[], former: readonly number[]): boolean {
    for (const row of former) {
      if (this.rows.statuses[row] !== FINAL) continue;
      const markers = this.#members[row] as readonly Member<T>[];
      const found = groups.find(({ members }) => members[0] === markers[0]);
      if (found === undefined || found.isClosed !== this.#isClosed[row] || !this.#isAsItWas(row, found.members)) return false;
    }
    const own = groups.find(({ members }) => members.includes(member));
    const opened = own === undefined ? member.time : (own.members[0] as Member<T>).time;
    if (opened + this.#timeoutMs + 1 > this.frontier) return true;
    if (own === undefined) return false;
    const wasClosed = former.some((row) => this.rows.statuses[row] === CLOSED && own.members.includes(this.#firstOf(row)));
    if (wasClosed) return true;
    const known = new Map(former.map((row) => [this.#firstOf(row), this.reachOf(row)]));
    const reach = reachTo(own, groups, { known, behind: (before, start) => this.#reachBehind(before, start), timeoutMs: this.#timeoutMs });
    return this.mayAppear(reach, endOf(own, this.#timeoutMs));
  }

  /** Of what is made of earlier facts, nobody knows how much earlier what is missing may be. */
  #reachBehind(before: Before | undefined, start: number): number {
    return this.#ofEvents ? reachBehind(before, start, this.#timeoutMs) : BEGINNING;
  }

  /** Groups have come, gone or changed: reaches follow. What came before the first that is known is in its reach already. */
  #reach(key: number): void {
    const { starts, ends, statuses } = this.rows;
    let before: Before | undefined;
    for (const row of this.state.rowsOf(key)) {
      if (statuses[row] === HIDDEN) continue;
      const reach = before === undefined ? this.reachOf(row) : this.#reachBehind(before, starts[row] as number);
      if (this.#reaches[row] !== reach) {
        this.state.touch(row);
        this.#reaches[row] = reach;
      }
      before = { end: ends[row] as number, reach };
    }
  }

  #isAsItWas(row: number | undefined, members: readonly Member<T>[]): boolean {
    const former = row === undefined || this.rows.statuses[row] === HIDDEN ? undefined : (this.#members[row] as readonly Member<T>[]);
    return former !== undefined && former.length === members.length && former.every((one, i) => one === members[i]);
  }

  /** A group as it is now, in its row or in a new one. */
  #become(former: number | undefined, found: Found<T>): number {
    const { rows, columns } = this;
    const start = (found.members[0] as Member<T>).time;
    const end = endOf(found, this.#timeoutMs);
    if (former !== undefined) this.state.touch(former);
    const row = former ?? this.#begin(start, end, found.members);
    rows.ends[row] = end;
    this.#members[row] = [...found.members];
    this.#isClosed[row] = found.isClosed;
    recount(columns, rows.values, row, found.members);
    return row;
  }

  #wait(member: Member<T>): void {
    const until = member.time + this.#timeoutMs + 1;
    if (until <= this.frontier) {
      // It was in a group that has become shorter, and nothing can begin one for it any more.
      this.#inPlaceOf(member, () => this.discard(member.value));
      return;
    }
    const row = this.#begin(member.time, until, [member]);
    this.rows.statuses[row] = HIDDEN;
    this.arm(row);
  }

  #begin(start: number, end: number, members: readonly Member<T>[]): number {
    const row = this.rows.create(this.parts, start, end);
    this.#members[row] = members;
    this.#isClosed[row] = false;
    this.#reaches[row] = this.#reachBehind(undefined, start);
    this.state.link(this.state.key(this.parts), row);
    return row;
  }

  #firstOf(row: number): Member<T> {
    return (this.#members[row] as readonly Member<T>[])[0] as Member<T>;
  }

  /** A group has the end it has now: it is open, or leaves at once. */
  #settled(row: number): void {
    const { rows } = this;
    const value = this.frontier;
    const wasClosed = rows.statuses[row] === CLOSED;
    const end = rows.ends[row] as number;
    const isOpen = end > value;
    if (!isOpen) {
      const evidence = this.evidenceOf(row);
      // One that has become shorter may be past its retention with that.
      if (end + this.retainMs <= value || (!wasClosed && isProof(evidence))) return this.complete(row, evidence);
    }
    rows.statuses[row] = isOpen ? OPEN : CLOSED;
    this.arm(row);
    if (isOpen && wasClosed) this.leaver.takeBack(row);
    this.changed(row);
  }

  protected override reachOf(row: number): number {
    return this.#reaches[row] ?? BEGINNING;
  }

  /** That it timed out is a part of what is collected. */
  protected override closing(row: number): void {
    if (this.columns === collectGroup && this.#isClosed[row] !== true) this.rows.stirred[row] = true;
  }

  /** Of a final group only what says where it is is needed; as a row only where somebody may ask for it. */
  protected override retire(row: number): void {
    const isClosed = this.#isClosed[row] === true;
    const markers = markersOf(this.#members[row] as readonly Member<T>[], isClosed);
    const group = { markers: markers as readonly Member<unknown>[], isClosed, reach: this.reachOf(row) };
    if (this.past?.add(this.rows.partsAt(row), this.rows.ends[row] as number, group) === true) return this.forget(row);
    this.#members[row] = markers;
    super.retire(row);
  }

  override forgetFinals(time: number): void {
    super.forgetFinals(time);
    this.past?.forget(time);
  }

  protected override restoreRow(row: number): void {
    if (this.rows.statuses[row] === HIDDEN) this.arm(row);
    else super.restoreRow(row);
  }

  /** What an event waited for has not come: it leaves as what it is, whatever moved the frontier. */
  protected override hiddenDue(row: number): void {
    const { moment } = this.place;
    const [member] = this.#members[row] as readonly [Member<T>];
    const name = `the event ${rawText(this.rows.partsAt(row))} at ${member.time} that is late for '${this.name}'`;
    this.forget(row);
    this.counters.late += 1;
    moment.touched = false;
    this.#inPlaceOf(member, () => this.#lateEvents.pass(member.value, name));
    moment.touched = false;
  }

  /** Lets an event that came before be the one that is being pushed. What fails, fails with the one that is. */
  #inPlaceOf({ time, source, partition, offset, timer = NO_TIMER }: Member<T>, deed: () => void): void {
    const { moment } = this.place;
    this.#kept.keep(moment);
    Object.assign(moment, { time, source, partition, offset, timer });
    try {
      deed();
    } finally {
      this.#kept.bringBack(moment);
    }
  }
}
