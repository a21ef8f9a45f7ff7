import type { KeyShape } from '../../state/key.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import type { Interval } from '../../time/calendar.ts';
import { evidenceNames } from '../../time/evidence.ts';
import type { Timed } from '../../time/frontier.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { isSame } from '../same-value.ts';
import { type Counters, type Stateful, type Table, noCounters } from '../stateful.ts';
import type { Adjustment } from './adjustment.ts';

/** One recount: which it is, and up to which commit it counted. */
export interface Run {
  readonly number: number;
  readonly commit: number;
  /** The frontier of the aggregation at that commit: windows that ended by then are compared. */
  readonly frontier: number;
}

export interface LedgerOptions<K> {
  readonly name: string;
  /** The table whose results it keeps. */
  readonly table: string;
  readonly key: KeyShape<unknown, K>;
  readonly keepMs: number;
  readonly durable: boolean;
  /** Key and end do not tell its rows apart: every key has windows of its own, and several rows may have one interval. */
  readonly ownWindows: boolean;
}

/** The revision of an entry, its value (undefined: adjusted away), and the start of its window. */
const SLOTS = 3;
/** Of windows of a key of its own: in the first entry of an interval, how many that has. */
const COUNT_SLOTS = 1;
/** There the parts of an entry are those of the key, the start of its window, and how many had this interval before it. */
const OWN_PARTS = 2;

/**
 * What has left of a table, and what was adjusted since, for as long as it can be compared.
 *
 * It stands behind an aggregation under `reconcile`: final rows pass, and are remembered. A recount is
 * compared with what is remembered, and each difference leaves as an adjustment, once.
 *
 * A row is another one when its window has other ends: a late event that makes one session of two takes both
 * away, and adds one. Of rows that have key and interval in common those that are alike are compared first, so
 * that no more is adjusted than differs.
 */
export class Ledger<K, V> implements Output<Row<K, V>>, Timed, Stateful {
  readonly name: string;
  readonly table: string;
  readonly signature: string;
  readonly rank: number;
  readonly state: State;
  readonly counters: Counters = noCounters();
  readonly #key: KeyShape<unknown, K>;
  readonly #keepMs: number;
  readonly #ownWindows: boolean;
  readonly #place: Place;
  readonly #next: Output<Row<K, V>>;
  readonly #adjustments: Output<Adjustment<K, V>>;
  /** When it was compared last, or began; in ms since the Unix epoch. Set from outside, because operators have no clock. */
  comparedAt: number | undefined;
  /** Windows that ended by then are not remembered any more. */
  #forgotten = -1;
  #runs = 0;
  /** At recovery: where the frontier stood. */
  #stoodBefore: number | undefined;

  constructor(options: LedgerOptions<K>, place: Place, next: Output<Row<K, V>>, adjustments: Output<Adjustment<K, V>>) {
    const { name, table, key, keepMs, durable, ownWindows } = options;
    this.name = name;
    this.table = table;
    this.signature = `ledger of ${table} for ${keepMs} ms${ownWindows ? ', by interval' : ''}`;
    this.rank = place.rank;
    this.#key = key;
    this.#keepMs = keepMs;
    this.#ownWindows = ownWindows;
    this.#place = place;
    this.#next = next;
    this.#adjustments = adjustments;
    const depth = key.selectors.length;
    this.state = new State(ownWindows ? { name, depth: depth + OWN_PARTS, slots: SLOTS + COUNT_SLOTS } : { name, depth, slots: SLOTS }, durable);
  }

  /** The number of recounts so far. */
  get runs(): number {
    return this.#runs;
  }

  /** How far its aggregation's input has come. */
  get frontier(): number {
    return this.#place.frontier.value;
  }

  push(row: Row<K, V>): void {
    this.revise(undefined, row);
  }

  revise(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    if (after?.finality === 'final') this.#remember(after);
    this.#next.revise(before, after);
  }

  /** Windows that ended so long ago are not compared any more. */
  due(time: number): void {
    const end = time - this.#keepMs;
    const space = this.state.spaces.get(end);
    // At the end of the input there is a last recount, of all that is kept.
    if (space === undefined || this.#place.frontier.ending) return;
    this.state.drop(space);
    this.#forgotten = end;
  }

  memo(): unknown {
    return { counters: this.counters, runs: this.#runs, comparedAt: this.comparedAt, forgotten: this.#forgotten, stood: this.#stood };
  }

  restored(memo: unknown): void {
    const { counters, runs, comparedAt, forgotten, stood } = memo as { counters: Counters; runs: number; comparedAt?: number; forgotten: number; stood?: number };
    this.#forgotten = forgotten;
    // The end is behind it: the frontier itself does not know any more where it was.
    this.#stoodBefore = stood;
    this.comparedAt = comparedAt;
    Object.assign(this.counters, counters);
    this.#runs = runs;
    const { frontier } = this.#place;
    for (const { id } of this.state.spaces.values()) if (id + this.#keepMs > frontier.value) frontier.at(id + this.#keepMs, this);
  }

  committed(): void {}

  /** Compares with a recount; returns how many results it was wrong about. */
  reconcile(counted: Table<K, Row<K, V>>, run: Run): number {
    this.#runs = run.number;
    const found = new Map<number, Row<K, V>[]>();
    for (const row of counted.scan()) {
      const { end } = row.window as Interval;
      if (end > run.frontier || this.#isForgotten(end)) continue;
      const rows = found.get(end);
      if (rows === undefined) found.set(end, [row]);
      else rows.push(row);
    }
    const known = [...this.state.spaces.keys()].filter((end) => end <= run.frontier);
    let differences = 0;
    for (const end of [...new Set([...known, ...found.keys()])].sort((a, b) => a - b)) {
      differences += this.#compare(end, found.get(end) ?? [], run);
    }
    // A recount is a step: what gathers its adjustments lets them out before the next event, and the next commit.
    const { settler } = this.#place;
    if (settler.pending) settler.drain();
    return differences;
  }

  #isForgotten(end: number): boolean {
    return end <= this.#forgotten || end + this.#keepMs <= this.#stood;
  }

  /** Where the frontier stands, or did before the end, which makes nothing older. */
  get #stood(): number {
    const { frontier } = this.#place;
    return frontier.ending ? Math.max(frontier.stood, this.#stoodBefore ?? frontier.stood) : frontier.value;
  }

  /** One window: first what the recount has, in its order, then what it has not. */
  #compare(end: number, counted: readonly Row<K, V>[], run: Run): number {
    const space = this.state.spaces.get(end);
    const size = space?.size ?? 0;
    const matches = space === undefined ? undefined : this.#matches(space, counted);
    const seen = new Set<number>(matches);
    let differences = 0;
    counted.forEach(({ key, window, value }, i) => {
      const row = matches?.[i] ?? NONE;
      if (row !== NONE && !this.#isOther(space as Space, row, window as Interval)) {
        if (isSame(this.#valueAt(space as Space, row), value)) return;
      } else if (row !== NONE && this.#valueAt(space as Space, row) !== undefined) {
        this.#adjust(key, { start: this.#startAt(space as Space, row), end }, row, undefined, run);
        differences += 1;
      }
      this.#adjust(key, window as Interval, row, value, run);
      differences += 1;
    });
    for (let row = 0; row < size; row += 1) {
      const known = space as Space;
      if (seen.has(row) || this.#valueAt(known, row) === undefined) continue;
      const window = { start: this.#startAt(known, row), end };
      this.#adjust(this.#key.toKey(known.partsAt(row)), window, row, undefined, run);
      differences += 1;
    }
    return differences;
  }

  /** For each row of a recount of one window's end the entry that it is compared with; NONE: nothing had left. */
  #matches(space: Space, counted: readonly Row<K, V>[]): number[] {
    if (!this.#ownWindows) return counted.map(({ key }) => space.find(this.#key.toParts(key)));
    const taken = new Set<number>();
    const matches = counted.map(() => NONE);
    // Of one interval: first those that are alike, then what had left and is not, then what was adjusted away.
    const passes: readonly ((former: V | undefined, value: V) => boolean)[] = [isSame, (former) => former !== undefined, () => true];
    for (const isMatch of passes) {
      counted.forEach(({ key, window, value }, i) => {
        if (matches[i] !== NONE) return;
        const found = this.#entriesOf(space, key, window as Interval).find((row) => !taken.has(row) && isMatch(this.#valueAt(space, row), value));
        if (found === undefined) return;
        matches[i] = found;
        taken.add(found);
      });
    }
    return matches;
  }

  /** Of windows of a key of its own: the entries of an interval, in the order in which they came. */
  #entriesOf(space: Space, key: K, { start }: Interval): readonly number[] {
    const parts = this.#key.toParts(key);
    const first = space.find([...parts, start, 0]);
    const count = first === NONE ? 0 : (space.values[SLOTS]?.[first] as number);
    return Array.from({ length: count }, (_, i) => (i === 0 ? first : space.find([...parts, start, i])));
  }

  /** `known`: the entry that it is about; NONE: nothing had left. */
  #adjust(key: K, window: Interval, known: number, after: V | undefined, run: Run): void {
    const { moment, frontier } = this.#place;
    const space = this.#space(window.end);
    const isFirst = known === NONE || this.#isOther(space, known, window);
    const before = isFirst ? undefined : this.#valueAt(space, known);
    const revision = isFirst ? 0 : (space.values[0]?.[known] as number);
    const row = known === NONE ? this.#created(space, key, window) : known;
    if (known !== NONE) this.state.touch(space, row);
    this.#keep(space, row, isFirst ? 0 : revision + 1, after, window.start);
    moment.time = window.end - 1;
    this.#adjustments.push({
      adjusts: { table: this.table, key, window, revision },
      before,
      after,
      time: window.end - 1,
      cause: { kind: 'reconciliation', run: run.number, commit: run.commit },
      finality: 'final',
      evidence: evidenceNames(frontier.evidence),
    });
  }

  #remember({ key, window, value, revision }: Row<K, V>): void {
    const { start, end } = window as Interval;
    // One that leaves so late is not compared any more.
    if (this.#isForgotten(end)) return;
    const space = this.#space(end);
    const known = this.#ownWindows ? NONE : space.find(this.#key.toParts(key));
    if (known !== NONE) this.state.touch(space, known);
    this.#keep(space, known === NONE ? this.#created(space, key, window as Interval) : known, revision, value, start);
  }

  /** A new entry. */
  #created(space: Space, key: K, { start }: Interval): number {
    const parts = this.#key.toParts(key);
    if (!this.#ownWindows) return this.state.create(space, parts);
    const first = space.find([...parts, start, 0]);
    const counts = space.values[SLOTS] as number[];
    const count = first === NONE ? 0 : (counts[first] as number);
    if (first !== NONE) this.state.touch(space, first);
    const row = this.state.create(space, [...parts, start, count]);
    counts[first === NONE ? row : first] = count + 1;
    if (first !== NONE) counts[row] = 0;
    return row;
  }

  /** What an entry says from now on; the caller has touched it. */
  #keep(space: Space, row: number, revision: number, value: V | undefined, start: number): void {
    (space.values[0] as number[])[row] = revision;
    (space.values[1] as unknown[])[row] = value;
    (space.values[2] as number[])[row] = start;
    this.#place.moment.touched = true;
  }

  #space(end: number): Space {
    const known = this.state.spaces.get(end);
    if (known !== undefined) return known;
    const { frontier } = this.#place;
    if (end + this.#keepMs > frontier.value) frontier.at(end + this.#keepMs, this);
    return this.state.space(end);
  }

  /** Whether what had left of a key was of a window with another start: those of another version of the program. */
  #isOther(space: Space, row: number, { start }: Interval): boolean {
    return this.#startAt(space, row) !== start;
  }

  #startAt(space: Space, row: number): number {
    return space.values[2]?.[row] as number;
  }

  #valueAt(space: Space, row: number): V | undefined {
    return space.values[1]?.[row] as V | undefined;
  }
}

/** The row of a key that is not there. */
const NONE = -1;
