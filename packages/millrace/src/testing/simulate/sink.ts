import { decodeRows, encodeRows } from '../../store/rows.ts';
import type { Parcel, SinkDriver, SinkSpec } from '../../task/sink.ts';
import { TryAgain } from '../../try-again.ts';
import { isSame } from '../../operator/same-value.ts';
import type { Fortune } from './fortune.ts';
import { Killed, type Life } from './life.ts';

/** How long a receiver may take, in ms. */
const SLOW_MS_MAX = 3_000;

/**
 * What is outside the program and is given its results. It outlives the program's processes, and keeps every
 * row under its number.
 */
export class SimulatedReceiver {
  readonly name: string;
  readonly rows: unknown[] = [];
  /** What cannot be: a row that came again as another, or before those of lower numbers. */
  readonly problems: string[] = [];
  readonly #fortune: Fortune;

  constructor(name: string, fortune: Fortune) {
    this.name = name;
    this.#fortune = fortune;
  }

  spec(life: Life): SinkSpec<unknown> {
    return { text: 'simulated', open: async () => this.#driver(life) };
  }

  #driver(life: Life): SinkDriver<unknown> {
    return {
      write: () => {
        throw new Error('a simulated program has a store');
      },
      flush: () => undefined,
      encode: encodeRows,
      deliver: (parcels) => this.#deliver(parcels, life),
      position: () => null,
      close: () => Promise.resolve(),
    };
  }

  async #deliver(parcels: readonly Parcel[], life: Life): Promise<void> {
    if (!life.isAlive) throw new Killed();
    const rows = parcels.flatMap(({ payload, first }) => decodeRows(payload).map((row, i): [number, unknown] => [first + i, row]));
    if (this.#fortune.strikes('slow sink')) await life.wait(this.#fortune.amount('slow sink', 1, SLOW_MS_MAX));
    const fails = this.#fortune.strikes('sink failed');
    const taken = fails ? this.#fortune.amount('sink failed', 0, rows.length) : rows.length;
    for (const [number, row] of rows.slice(0, taken)) this.#take(number, row);
    const problem = `a simulated sink failed behind ${taken} of ${rows.length} rows`;
    // Half of them ask to be tried again.
    if (fails) throw this.#fortune.amount('sink failed', 0, 1) === 0 ? new Error(problem) : new TryAgain(problem);
    await life.wait(0);
  }

  #take(number: number, row: unknown): void {
    if (number > this.rows.length) this.problems.push(`sink '${this.name}' was given its row ${number} before its row ${this.rows.length}`);
    else if (number < this.rows.length && !isSame(this.rows[number], row)) this.problems.push(`sink '${this.name}' was given its row ${number} again, as another`);
    this.rows[number] = row;
  }
}
