import { type At, isBefore } from '../../aggregation/at.ts';
import type { KeyPart } from '../../state/key.ts';
import type { IntervalRows } from '../internal/interval-rows.ts';

/** The columns of an event: its value, and its source, partition and offset. */
export const POSITION_SLOTS = 4;

/** The events of sliding windows: each has a row, and its value and position in columns of it. */
export class SlidingInputs<T, K, V> {
  readonly values: T[];
  readonly #rows: IntervalRows<T, K, V>;
  readonly #sources: string[];
  readonly #partitions: number[];
  readonly #offsets: number[];
  /** Two that are used again and again. */
  readonly #at: Position = { time: Number.NaN, source: '', partition: 0, offset: 0 };
  readonly #otherAt: Position = { time: Number.NaN, source: '', partition: 0, offset: 0 };

  constructor(rows: IntervalRows<T, K, V>) {
    const at = rows.extraAt;
    this.#rows = rows;
    this.values = rows.values[at] as T[];
    this.#sources = rows.values[at + 1] as string[];
    this.#partitions = rows.values[at + 2] as number[];
    this.#offsets = rows.values[at + 3] as number[];
  }

  /** A row for an event, in its place by (time, position). */
  begin(key: number, parts: readonly KeyPart[], value: T, { time, source, partition, offset }: At, lengthMs: number): number {
    const row = this.#rows.create(parts, time + 1 - lengthMs, time + 1);
    this.values[row] = value;
    this.#sources[row] = source;
    this.#partitions[row] = partition;
    this.#offsets[row] = offset;
    this.#rows.rows.link(key, row);
    return row;
  }

  /** When and where the event of a row was: good until the next call. */
  at(row: number): At {
    return this.#read(row, this.#at);
  }

  /** By position, and of what one event was spread into the one that came later. */
  isAfter(row: number, other: number): boolean {
    const at = this.#read(row, this.#at);
    const otherAt = this.#read(other, this.#otherAt);
    return isBefore(otherAt, at) || (!isBefore(at, otherAt) && (this.#rows.orders[row] as number) > (this.#rows.orders[other] as number));
  }

  #read(row: number, into: Position): At {
    into.time = (this.#rows.ends[row] as number) - 1;
    into.source = this.#sources[row] as string;
    into.partition = this.#partitions[row] as number;
    into.offset = this.#offsets[row] as number;
    return into;
  }
}

type Position = { -readonly [Name in keyof At]: At[Name] };
