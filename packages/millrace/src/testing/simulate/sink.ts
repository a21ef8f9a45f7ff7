import { decodeRows, encodeRows } from '../../store/rows.ts';
import type { Parcel, SinkDriver, SinkSpec } from '../../task/sink.ts';
import { TryAgain } from '../../try-again.ts';
import { isSame } from '../../operator/same-value.ts';
import type { Fortune } from './fortune.ts';
import { Killed, type Life } from './life.ts';

/** How long a receiver may take, in ms. */
const SLOW_MS_MAX = 3_000;
/** In the place of a row that has not come. */
const NOT_GIVEN = 'not given';

/**
 * What is outside the program and is given its results. It outlives the program's processes, and keeps every
 * row under its number.
 */
export class SimulatedReceiver {
  readonly name: string;
  readonly rows: unknown[] = [];
  /** What cannot be: a row that came again as another, or before those of lower numbers. */
  readonly problems: string[] = [];
  /** The numbers of rows that a person has given up: from each up to its value, which is not one of them. */
  readonly #givenUp = new Map<number, number>();
  readonly #fortune: Fortune;

  constructor(name: string, fortune: Fortune) {
    this.name = name;
    this.#fortune = fortune;
  }

  spec(life: Life): SinkSpec<unknown> {
    return { text: 'simulated', open: async () => this.#driver(life) };
  }

  /** A person has decided that these rows, which it has refused, need not come. */
  giveUp(first: number, end: number): void {
    this.#givenUp.set(first, Math.max(end, this.#givenUp.get(first) ?? 0));
  }

  /** The first of so many rows that has not come, and that nobody has given up; undefined: there is none. */
  missing(count: number): number | undefined {
    for (let number = 0; number < count; number += 1) {
      if ((number >= this.rows.length || this.rows[number] === NOT_GIVEN) && !this.#isGivenUp(number)) return number;
    }
    return undefined;
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
    const { length } = this.rows;
    if (number < length && this.rows[number] !== NOT_GIVEN && !isSame(this.rows[number], row)) this.problems.push(`sink '${this.name}' was given its row ${number} again, as another`);
    for (let missing = length; missing < number; missing += 1) {
      if (!this.#isGivenUp(missing)) this.problems.push(`sink '${this.name}' was given its row ${number} before its row ${missing}`);
      this.rows.push(NOT_GIVEN);
    }
    this.rows[number] = row;
  }

  #isGivenUp(number: number): boolean {
    return [...this.#givenUp].some(([first, end]) => first <= number && number < end);
  }
}
