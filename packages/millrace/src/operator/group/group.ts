import { assert } from '../../assert.ts';
import type { At } from '../../aggregation/at.ts';
import type { Columns } from '../../aggregation/columns.ts';
import type { Entry } from '../../state/entry.ts';
import type { KeyPart, KeyShape } from '../../state/key.ts';
import type { Interval } from '../../time/calendar.ts';
import { evidenceOf } from '../../time/evidence.ts';
import type { AlignedWindowing } from '../../time/windowing.ts';
import { finality } from '../join/sides.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { changeTime } from '../change-time.ts';
import { type RowKeys, partsCount, partsOf } from '../row-keys.ts';
import type { Leaving } from '../step-output.ts';
import { TableOperator, type TableOptions } from '../table-operator.ts';
import { GROUP, type Grouped, MEMBER, type Member, type Totals, newTotals } from './totals.ts';

export interface GroupOptions<K, V, G, R> extends Omit<TableOptions, 'keys'> {
  readonly key: KeyShape<Row<K, V>, G>;
  readonly columns: Columns<Row<K, V>, R>;
  /** The windows of the groups: those of the rows themselves ('own'), those that hold the rows' times, or none. */
  readonly windowing: 'own' | AlignedWindowing | undefined;
  /** How the rows of the table below are told apart. */
  readonly memberKeys: RowKeys;
}

/**
 * Aggregates the rows of a table that changes: what a row was is taken out of its group, what it is is added.
 *
 * - A row may move from group to group. A group without rows goes.
 * - Where an aggregation cannot subtract, the rows are kept, and a group is made again of those it has, in
 *   the order of their times, and of equal times in that in which they first came.
 * - What a step brings is gathered; each group leaves once.
 * - In windows by the rows' times groups leave when their window closes, and after that with every change.
 *   They are final once the window has settled and all their rows are final.
 */
export class Group<K, V, G, R> extends TableOperator<G, R, Grouped<K, V, G, R>> implements Output<Row<K, V>> {
  readonly signature: string;
  readonly #options: GroupOptions<K, V, G, R>;
  /** Windows are by the rows' times: then they have to close before groups leave. */
  readonly #windowing: AlignedWindowing | undefined;
  readonly #windowed: boolean;
  /** Windows up to here have closed, the frontier being about to pass it. */
  #closed: number = Number.NEGATIVE_INFINITY;

  constructor(options: GroupOptions<K, V, G, R>, place: Place, next: Output<Row<G, R>>) {
    const { key, windowing, columns } = options;
    const windowed = windowing !== undefined;
    // Of a group that is made again of its rows all rows are looked at.
    const mayLeave = windowed || !columns.subtracts ? undefined : () => true;
    super({ ...options, keys: { depth: key.selectors.length, windowed, toParts: key.toParts } }, place, next, [GROUP], mayLeave);
    this.#options = options;
    this.#windowed = windowed;
    this.#windowing = windowing === 'own' ? undefined : windowing;
    const windows = windowing === undefined ? '' : windowing === 'own' ? ' in its windows' : ` in ${windowing.text}`;
    this.signature = `table of a table${windows} by ${key.names?.join(',') ?? key.selectors.length} ${columns.name}`;
  }

  push(row: Row<K, V>): void {
    this.revise(undefined, row);
  }

  revise(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    // Functions of the user first.
    const was = before === undefined ? undefined : this.#placeOf(before);
    const is = after === undefined ? undefined : this.#placeOf(after);
    const time = changeTime(this.place.moment, before, after);
    if (before !== undefined && after !== undefined && was !== undefined && is !== undefined && isSame(was, is)) {
      this.#replace(is, before, after, time);
      return;
    }
    if (before !== undefined && was !== undefined) this.#remove(was, before, time);
    if (after !== undefined && is !== undefined) this.#add(is, after, time);
  }

  override due(time: number): void {
    if (this.#windowing !== undefined) {
      this.#closed = time;
      if (this.windows.settling(time) !== time) this.leaveAll(time, time, undefined);
    }
    super.due(time);
  }

  rowOf(entry: Entry<Grouped<K, V, G, R>>): Row<G, R> | undefined {
    const { value } = entry;
    if (value.kind === 'member' || value.members === 0) return undefined;
    if (value.out !== undefined && !value.stirred) return value.out;
    return this.#row(entry, value, value.out?.revision ?? 0);
  }

  make(entry: Entry<Grouped<K, V, G, R>>): Leaving<G, R> | undefined {
    const { value } = entry;
    if (value.kind === 'member' || (this.#isOpen(entry.space) && value.members > 0)) return undefined;
    const after = this.#after(entry, value);
    if (after !== value.out) return { before: value.out, after, time: this.#timeOf(value) };
    this.left(entry, after);
    return undefined;
  }

  left(entry: Entry<Grouped<K, V, G, R>>, row: Row<G, R> | undefined): void {
    const { value } = entry;
    if (value.kind === 'member') return;
    this.state.touch(entry);
    value.out = row;
    value.stirred = false;
    if (value.members === 0) this.state.remove(entry);
  }

  protected override watch(space: number): void {
    super.watch(space);
    const { frontier } = this.place;
    if (this.#windowing !== undefined && space > frontier.value && space !== Number.POSITIVE_INFINITY) frontier.at(space, this);
  }

  #placeOf(row: Row<K, V>): GroupPlace {
    const key = this.#options.key.selectors.map((select) => select(row));
    const window = this.#windowing === undefined ? (this.#windowed ? row.window : undefined) : this.#windowing.at(row.time);
    return { window, space: window?.end ?? 0, key: window === undefined ? key : [...key, window.start] };
  }

  #remove(place: GroupPlace, row: Row<K, V>, time: number): void {
    const { columns } = this.#options;
    const entry = this.#known(place);
    const totals = entry.value as Totals<G, R>;
    totals.members -= 1;
    if (!columns.subtracts) this.state.remove(this.#memberOf(place, row));
    else if (totals.members > 0) columns.subtract(totals.cells, 0, row, atOf(row));
    this.#changed(entry, totals, time);
  }

  #add(place: GroupPlace, row: Row<K, V>, time: number): void {
    const { columns, key } = this.#options;
    const { space, window } = place;
    const parts = [GROUP, ...place.key];
    let entry = this.state.find(space, parts);
    if (entry === undefined) entry = this.create(space, parts, newTotals(key.toKey(place.key), window, columns.subtracts ? columns.slots : 0));
    else this.state.touch(entry);
    const totals = entry.value as Totals<G, R>;
    if (!columns.subtracts) this.state.create(space, this.#memberParts(place, row), { kind: 'member', row });
    else if (totals.members > 0) columns.add(totals.cells, 0, row, atOf(row));
    else {
      columns.first(row, atOf(row));
      columns.keep(totals.cells, 0);
    }
    totals.members += 1;
    this.#count(totals, row);
    this.#changed(entry, totals, time);
  }

  /** A row stays in its group. */
  #replace(place: GroupPlace, before: Row<K, V>, after: Row<K, V>, time: number): void {
    const { columns } = this.#options;
    const entry = this.#known(place);
    const totals = entry.value as Totals<G, R>;
    this.#count(totals, after);
    if (!columns.subtracts) {
      const member = this.#memberOf(place, before);
      this.state.touch(member);
      (member.value as Member<K, V>).row = after;
    }
    // Of a row of the same revision only the finality is new.
    if (before.revision === after.revision) return this.gather(entry);
    if (columns.subtracts) {
      columns.subtract(totals.cells, 0, before, atOf(before));
      columns.add(totals.cells, 0, after, atOf(after));
    }
    this.#changed(entry, totals, time);
  }

  /** A row that is final stays what and where it is, so it counts once. */
  #count(totals: Totals<G, R>, row: Row<K, V>): void {
    if (row.finality !== 'final') return;
    totals.finals += 1;
    totals.evidence |= evidenceOf(row.evidence);
  }

  #changed(entry: Entry<Grouped<K, V, G, R>>, totals: Totals<G, R>, time: number): void {
    const isFirst = !this.gathered.has(entry);
    totals.time = isFirst ? time : Math.max(totals.time, time);
    totals.stirred = true;
    this.gather(entry);
  }

  /** The group of a row that it has; touched. */
  #known({ space, key }: GroupPlace): Entry<Grouped<K, V, G, R>> {
    const entry = this.state.find(space, [GROUP, ...key]);
    assert(entry !== undefined, () => `'${this.name}' was told of a row's former group that it does not have; a selector is not always the same for the same row`);
    this.state.touch(entry);
    // What fails from here on has changed something.
    this.place.moment.touched = true;
    return entry;
  }

  #memberOf(place: GroupPlace, row: Row<K, V>): Entry<Grouped<K, V, G, R>> {
    const member = this.state.find(place.space, this.#memberParts(place, row));
    assert(member !== undefined, () => `'${this.name}' was told of a row that it does not have`);
    return member;
  }

  #memberParts({ key }: GroupPlace, row: Row<K, V>): readonly KeyPart[] {
    const { memberKeys } = this.#options;
    return [MEMBER, ...key, ...partsOf(memberKeys, row)];
  }

  #isOpen(space: number): boolean {
    return this.#windowing !== undefined && space > this.place.frontier.value && space > this.#closed;
  }

  /** What the row is now: `out` itself where nothing about it is new. */
  #after(entry: Entry<Grouped<K, V, G, R>>, totals: Totals<G, R>): Row<G, R> | undefined {
    const { out, members, finals, stirred } = totals;
    if (members === 0) return undefined;
    if (out === undefined || stirred) return this.#row(entry, totals, out === undefined ? 0 : out.revision + 1);
    const isFinal = this.settling !== undefined && finals === members;
    return isFinal && out.finality === 'provisional' ? { ...out, ...this.#finality(totals) } : out;
  }

  #row(entry: Entry<Grouped<K, V, G, R>>, totals: Totals<G, R>, revision: number): Row<G, R> {
    const { columns } = this.#options;
    const { key, window, cells } = totals;
    const value = columns.result(columns.subtracts ? cells : this.#madeAgain(entry), 0);
    return { key, window, value, time: this.#timeOf(totals), revision, ...this.#finality(totals) };
  }

  #finality({ members, finals, evidence }: Totals<G, R>): ReturnType<typeof finality> {
    return finality(this.settling === undefined || finals < members ? undefined : this.settling | evidence);
  }

  #timeOf({ window, time }: Totals<G, R>): number {
    return window === undefined ? time : window.end - 1;
  }

  /** The accumulators of all rows a group has, in the order of their times. */
  #madeAgain({ space, parts }: Entry<Grouped<K, V, G, R>>): readonly unknown[][] {
    const { columns, memberKeys } = this.#options;
    const members = [...this.state.under(space, [MEMBER, ...parts.slice(1)], partsCount(memberKeys))];
    const inOrder = members.map(({ order, value }) => ({ order, row: (value as Member<K, V>).row }));
    inOrder.sort((a, b) => a.row.time - b.row.time || a.order - b.order);
    const cells = Array.from({ length: columns.slots }, (): unknown[] => []);
    inOrder.forEach(({ row }, i) => {
      if (i > 0) return columns.add(cells, 0, row, atOf(row));
      columns.first(row, atOf(row));
      columns.keep(cells, 0);
    });
    return cells;
  }
}

/** Where a row belongs: the parts of its group's key, with the start of the window where there are windows. */
interface GroupPlace {
  readonly window: Interval | undefined;
  readonly space: number;
  readonly key: readonly KeyPart[];
}

/** A row stands where its time is; of rows of one time the one that came first is first. */
function atOf({ time }: Row<unknown, unknown>): At {
  return { time, source: '', partition: 0, offset: 0 };
}

function isSame(one: GroupPlace, other: GroupPlace): boolean {
  return one.space === other.space && one.key.every((part, i) => Object.is(part, other.key[i]));
}
