import type { Program } from 'millrace';
import { monthLabel } from '../bill/invoice-document.ts';
import { logs, type EmilyTables } from './program.ts';

/** More than any month is long, in ms. */
const MONTH_MS_MAX = 32 * 86_400_000;

/**
 * Which times are of months that have closed for what is sent in: it is taken, but no longer counted. What is
 * on its way at that moment may close another month before it, so this tells of no more than are too late.
 */
export class ClosedMonths {
  readonly #program: Program<EmilyTables>;
  readonly #zone: string;
  /** The month that was open last: where it begins, and its name. */
  #open = { start: Number.NaN, label: '' };

  constructor(program: Program<EmilyTables>, zone: string) {
    this.#program = program;
    this.#zone = zone;
  }

  /** What is before it is of a closed month; 0 while none has closed. */
  before(): number {
    const frontier = this.#program.status().sources[logs.events]?.[0]?.frontier ?? -1;
    if (frontier < 0 || !Number.isFinite(frontier)) return frontier < 0 ? 0 : frontier;
    const label = monthLabel(frontier, this.#zone);
    if (label !== this.#open.label) this.#open = { start: this.#startOf(label, frontier), label };
    return this.#open.start;
  }

  /** The first ms of a month that holds an instant. */
  #startOf(label: string, at: number): number {
    let before = at - MONTH_MS_MAX;
    let within = at;
    while (within - before > 1) {
      const middle = Math.floor((before + within) / 2);
      if (monthLabel(middle, this.#zone) === label) within = middle;
      else before = middle;
    }
    return within;
  }
}
