import { isDeepStrictEqual } from 'node:util';
import { assert } from '../assert.ts';
import { decodeRows, encodeRows } from '../store/rows.ts';
import type { Json } from '../task/source.ts';
import type { Parcel, SinkDriver } from '../task/sink.ts';

/** A sink that keeps what reaches it, by number, and takes no two different rows under one number. */
export class SinkProbe implements SinkDriver<unknown> {
  readonly #rows = new Map<number, unknown>();

  rows(): readonly unknown[] {
    return [...this.#rows].sort(([a], [b]) => a - b).map(([, row]) => row);
  }

  /** Rows of a durable commit. */
  take(payload: Uint8Array, first: number): void {
    decodeRows(payload).forEach((row, i) => this.write(row, first + i));
  }

  write(row: unknown, number: number): void {
    const known = this.#rows.get(number);
    assert(known === undefined || isDeepStrictEqual(known, row), () => `output ${number} came again as another row`);
    this.#rows.set(number, row);
  }

  flush(): undefined {
    return undefined;
  }

  encode(rows: readonly unknown[]): Uint8Array {
    return encodeRows(rows);
  }

  async deliver(parcels: readonly Parcel[]): Promise<void> {
    for (const { payload, first } of parcels) this.take(payload, first);
  }

  position(): Json {
    return null;
  }

  async close(): Promise<void> {}
}
