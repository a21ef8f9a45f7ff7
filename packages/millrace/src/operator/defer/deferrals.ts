import { changingIndex } from '../../state/key-index.ts';
import type { ChangingIndex } from '../../state/key-index-shape.ts';
import { type KeyPart, checkParts } from '../../state/key.ts';
import type { PendingBlock, Persisted, StoredBlock } from '../../state/persisted.ts';
import type { Space } from '../../state/space.ts';
import { State } from '../../state/state.ts';
import type { Moment } from '../../task/moment.ts';
import { END } from '../../time/frontier.ts';
import { readMoment, writeMoment } from '../internal/moment-columns.ts';
import { RowHeap } from '../internal/row-heap.ts';

/*
 * The values of a row, one per column; the number says in which order events came: NaN where the row is free.
 *
 *   event time arrival source partition offset timer number
 */
const [EVENT, TIME, SOURCE, PARTITION, OFFSET, TIMER, NUMBER, SLOTS] = [0, 1, 3, 4, 5, 6, 7, 8] as const;

/** No row. */
export const NONE = -1;

/**
 * Events that are deferred, durably: each has a row, which is free for another one once it has left.
 *
 * - One that has come is not looked at until the frontier has passed its time: then all that are before
 *   it are known, and it waits behind them.
 * - Those that wait are in the order of their times and positions, all together and by key. Which are the
 *   next of each is not stored: it is found again from times and positions.
 */
export class Deferrals implements Persisted {
  readonly #name: string;
  readonly #state: State;
  readonly #space: Space;
  readonly #values: readonly unknown[][];
  readonly #times: number[];
  readonly #numbers: number[];
  readonly #parts: KeyPart[];
  readonly #free: number[] = [];
  /** Those whose time the frontier has not passed. */
  readonly #coming = new RowHeap();
  readonly #together: number[] = [];
  /** How many have come so far. */
  #number = 0;

  /** Keys with events that wait have a number each, free for another key once none does; by number, the first and the last one. */
  readonly #keys: ChangingIndex;
  readonly #first: number[] = [];
  readonly #last: number[] = [];
  readonly #freeKeys: number[] = [];
  /** By row: of those that wait its key, and its neighbours among those of that, and among all. */
  readonly #keyOf: number[] = [];
  readonly #next: number[] = [];
  readonly #former: number[] = [];
  readonly #nextOfAll: number[] = [];
  readonly #formerOfAll: number[] = [];
  #newest = NONE;
  /** The first of all that wait, or NONE. */
  oldest: number = NONE;

  constructor(name: string, depth: number, durable: boolean) {
    this.#name = name;
    this.#state = new State({ name, depth, slots: SLOTS, isList: true }, durable);
    this.#space = this.#state.space(0);
    this.#values = this.#space.values;
    this.#times = this.#values[TIME] as number[];
    this.#numbers = this.#values[NUMBER] as number[];
    this.#parts = Array.from({ length: depth }, () => null);
    this.#keys = changingIndex(depth);
  }

  /** The event that is being pushed has come. */
  add(parts: readonly KeyPart[], event: unknown, moment: Moment): void {
    const row = this.#free.length === 0 ? this.#state.create(this.#space, parts) : this.#reuse(parts);
    (this.#values[EVENT] as unknown[])[row] = event;
    writeMoment(this.#space, row, TIME, moment);
    (this.#values[TIMER] as unknown[])[row] = moment.timer;
    this.#numbers[row] = this.#number;
    this.#number += 1;
    this.#coming.add(moment.time, row);
  }

  #reuse(parts: readonly KeyPart[]): number {
    checkParts(this.#name, parts);
    const row = this.#free.pop() as number;
    this.#state.touch(this.#space, row);
    for (let p = 0; p < parts.length; p += 1) (this.#space.parts[p] as KeyPart[])[row] = parts[p] as KeyPart;
    return row;
  }

  /** The least time that the frontier has to pass; Infinity: none. */
  get nextTime(): number {
    return this.#coming.next;
  }

  /** Takes those of the least time that have come, in the order of their positions; good until the next call. */
  takeNext(): readonly number[] {
    const rows = this.#together;
    const coming = this.#coming;
    const time = coming.next;
    // Taken out one by one it keeps its room.
    while (rows.length > 0) rows.pop();
    while (coming.next === time && time !== END) rows.push(coming.take());
    return rows.length > 1 ? rows.sort((one, other) => this.#compare(one, other)) : rows;
  }

  /** It waits, behind all that wait already. */
  wait(row: number): void {
    const parts = this.#partsOf(row);
    let key = this.#keys.find(parts);
    const isFirst = key < 0;
    if (isFirst) {
      key = this.#freeKeys.pop() ?? this.#first.length;
      this.#keys.add(parts, key);
      this.#first[key] = row;
    } else this.#next[this.#last[key] as number] = row;
    this.#keyOf[row] = key;
    this.#former[row] = isFirst ? NONE : (this.#last[key] as number);
    this.#next[row] = NONE;
    this.#last[key] = row;
    if (this.oldest === NONE) this.oldest = row;
    else this.#nextOfAll[this.#newest] = row;
    this.#formerOfAll[row] = this.#newest;
    this.#nextOfAll[row] = NONE;
    this.#newest = row;
  }

  /** The first one of the key of a row that waits, or NONE. */
  firstOfKey(row: number): number {
    const key = this.#keys.find(this.#partsOf(row));
    return key < 0 ? NONE : (this.#first[key] as number);
  }

  /** The one behind it that waits, of the same key, or NONE. */
  nextOfKey(row: number): number {
    return this.#next[row] as number;
  }

  /** One that waits does not any more: its row is free. */
  remove(row: number): void {
    const key = this.#keyOf[row] as number;
    const [former, next] = [this.#former[row] as number, this.#next[row] as number];
    if (former === NONE && next === NONE) {
      this.#keys.remove(this.#partsOf(row));
      this.#freeKeys.push(key);
    } else if (former === NONE) this.#first[key] = next;
    else this.#next[former] = next;
    if (next !== NONE) this.#former[next] = former;
    else this.#last[key] = former;
    const [before, behind] = [this.#formerOfAll[row] as number, this.#nextOfAll[row] as number];
    if (before === NONE) this.oldest = behind;
    else this.#nextOfAll[before] = behind;
    if (behind === NONE) this.#newest = before;
    else this.#formerOfAll[behind] = before;
    this.#state.touch(this.#space, row);
    (this.#values[EVENT] as unknown[])[row] = undefined;
    this.#numbers[row] = Number.NaN;
    this.#free.push(row);
  }

  eventAt(row: number): unknown {
    return this.#values[EVENT]?.[row];
  }

  timeAt(row: number): number {
    return this.#times[row] as number;
  }

  /** In which order they came; the same after a restart. */
  numberAt(row: number): number {
    return this.#numbers[row] as number;
  }

  /** Sets the moment to when it came. */
  momentAt(row: number, moment: Moment): void {
    readMoment(this.#space, row, TIME, moment);
    moment.timer = this.#values[TIMER]?.[row] as number;
  }

  /** The least time of an event that has not left; END: all have. */
  get leastTime(): number {
    return this.oldest === NONE ? this.#coming.next : (this.#times[this.oldest] as number);
  }

  get number(): number {
    return this.#number;
  }

  /** How many have not left. */
  size(): number {
    return this.#space.size - this.#free.length;
  }

  prepare(): PendingBlock {
    return this.#state.prepare();
  }

  settle(commit: number, pending: PendingBlock): void {
    this.#state.settle(commit, pending);
  }

  restore(blocks: Iterable<StoredBlock>): void {
    this.#state.restore(blocks);
  }

  /** After `restore`: so many had come, and the frontier had passed what is below `passed`. */
  restored(number: number, passed: number): void {
    this.#number = number;
    const waiting: number[] = [];
    for (let row = 0; row < this.#space.size; row += 1) {
      const time = this.#times[row] as number;
      if (Number.isNaN(this.#numbers[row])) this.#free.push(row);
      else if (time < passed) waiting.push(row);
      else this.#coming.add(time, row);
    }
    for (const row of waiting.sort((one, other) => this.#compare(one, other))) this.wait(row);
  }

  /** By event time, then by position; parts of one event as they were made. */
  #compare(one: number, other: number): number {
    const times = this.#times;
    if (times[one] !== times[other]) return (times[one] as number) - (times[other] as number);
    const sources = this.#values[SOURCE] as string[];
    if (sources[one] !== sources[other]) return (sources[one] as string) < (sources[other] as string) ? -1 : 1;
    const partitions = this.#values[PARTITION] as number[];
    if (partitions[one] !== partitions[other]) return (partitions[one] as number) - (partitions[other] as number);
    const offsets = this.#values[OFFSET] as number[];
    if (offsets[one] !== offsets[other]) return (offsets[one] as number) - (offsets[other] as number);
    return (this.#numbers[one] as number) - (this.#numbers[other] as number);
  }

  #partsOf(row: number): readonly KeyPart[] {
    const parts = this.#parts;
    const columns = this.#space.parts;
    for (let p = 0; p < parts.length; p += 1) parts[p] = (columns[p] as KeyPart[])[row] as KeyPart;
    return parts;
  }
}
