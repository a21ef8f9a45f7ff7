import type { AdjustmentCause } from '../operator/ledger/ledger.ts';
import type { Cause } from '../operator/row.ts';
import type { Range } from '../store/log.ts';
import type { Transaction } from '../port/backend.ts';
import type { Interval } from '../time/calendar.ts';
import type { Settler, Settling } from '../time/settler.ts';
import { rawText } from './bad-record.ts';
import type { KeptLog, KeptRow } from './kept-log.ts';

/** So many of the newest corrections are kept, at least; in whole commits. */
export const CORRECTIONS_KEPT = 100_000;

/** Where rows went because of a correction. */
export interface Reached {
  /** The name of the sink or of the changelog. */
  readonly dependent: string;
  readonly kind: 'sink' | 'changelog';
  /** The number of the first of these rows; in a changelog its position. */
  readonly first: number;
  /** The number behind the last of them. */
  readonly end: number;
}

/** Something that a table had said of a window that was over, and says otherwise now. */
export interface Corrected {
  /** The commit that it is part of. */
  readonly commit: number;
  readonly table: string;
  readonly key: unknown;
  readonly window: Interval | undefined;
  /** What it had said; undefined: nothing. */
  readonly before: unknown;
  /** What it says; undefined: nothing. */
  readonly after: unknown;
  /** Of the row as it is now; of an adjustment one more than the revision that it adjusts. */
  readonly revision: number;
  readonly cause: Cause | AdjustmentCause;
  /** In the order of the program. */
  readonly reached: readonly Reached[];
}

/** A sink or a changelog behind a table. */
export interface Reachable {
  readonly name: string;
  readonly kind: 'sink' | 'changelog';
  /** `next`: the number of the row it would be given now. */
  readonly output: { readonly next: number };
  /** Whether rows may come to it when the step is through, instead of at once. */
  readonly gathered: boolean;
}

/** A correction of which it turns out at the end of the step where all of it went. */
interface Unsettled {
  readonly correction: Omit<Corrected, 'reached' | 'commit'>;
  readonly behind: readonly Reachable[];
  readonly firsts: readonly number[];
  /** What had gone to each when the change itself had left. */
  readonly ends: readonly number[];
}

/**
 * The corrections that tables have made, and where they went.
 *
 * Nothing is done for an event that corrects nothing. A correction looks at the numbers of the sinks behind
 * its table before and after it leaves; where operators in between gather what a step brings, it looks again
 * once they are through, for which it waits behind all of them.
 */
export class CorrectionBook implements Settling {
  /** Behind every operator. */
  readonly rank: number = Number.MAX_SAFE_INTEGER;
  readonly #settler: Settler;
  #log: KeptLog<Corrected> | undefined;
  /** Those of this step, in the order in which they left. */
  #step: Unsettled[] = [];
  /** The commit that is being made. */
  #commit = 0;

  constructor(settler: Settler) {
    this.#settler = settler;
  }

  /** The log is there, as of the last commit. */
  opened(log: KeptLog<Corrected>, commit: number): void {
    this.#log = log;
    this.#commit = commit + 1;
  }

  /** A correction has left its table. */
  add(correction: Omit<Corrected, 'reached' | 'commit'>, behind: readonly Reachable[], firsts: readonly number[]): void {
    const ends = behind.map(({ output }) => output.next);
    if (this.#step.length === 0) this.#settler.add(this);
    this.#step.push({ correction, behind, firsts, ends });
  }

  /** The step is through. */
  settle(): void {
    const step = this.#step;
    this.#step = [];
    for (const { correction, behind, firsts, ends } of step) {
      const reached: Reached[] = [];
      behind.forEach(({ name, kind, output, gathered }, i) => {
        const first = firsts[i] as number;
        const end = gathered ? output.next : (ends[i] as number);
        if (end > first) reached.push({ dependent: name, kind, first, end });
      });
      this.#log?.add({ commit: this.#commit, ...correction, reached });
    }
  }

  /** From a number on, oldest first, as far as they are kept. */
  read(from: number): Iterable<KeptRow<Corrected>> {
    return this.#log?.read(from) ?? [];
  }

  put(txn: Transaction, at: number): void {
    this.#log?.put(txn, at);
  }

  settled(at: number): void {
    this.#log?.settle(at);
    this.#commit += 1;
  }

  disposable(): Range | undefined {
    const log = this.#log;
    return log?.disposable(({ end }) => end <= log.next - CORRECTIONS_KEPT);
  }
}

/** With what cannot be stored as text: that a mapped row holds such a value is no reason to stop. */
export function storable(correction: Corrected): Corrected {
  return { ...correction, before: textOf(correction.before), after: textOf(correction.after) };
}

const textOf = (value: unknown): unknown => (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol' ? rawText(value) : value);
