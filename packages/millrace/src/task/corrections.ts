import type { AdjustmentCause } from '../operator/ledger/adjustment.ts';
import type { Cause } from '../operator/row.ts';
import type { Range } from '../store/log.ts';
import type { Transaction } from '../port/backend.ts';
import type { Interval } from '../time/calendar.ts';
import type { Settler, Settling } from '../time/settler.ts';
import { rawText } from './bad-record.ts';
import type { KeptLog, KeptRow } from './kept-log.ts';

/** So many of the newest corrections are kept in a store, at least; they go by whole commits. */
export const CORRECTIONS_KEPT = 100_000;
/** And so many, at least, by a program without a store. */
export const CORRECTIONS_REMEMBERED = 10_000;

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

/** A table that is watched. */
export interface Witnessed {
  readonly table: string;
  /** What is behind it, in the order of the program. */
  readonly behind: readonly Reachable[];
}

/** A correction of which it turns out at the end of the step where all of it went. */
interface Unsettled {
  readonly reached: Reached[];
  readonly behind: readonly Reachable[];
  readonly firsts: readonly number[];
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
  readonly #keptMax: number;
  #log: KeptLog<Corrected> | undefined;
  /** Those of this step that wait for its end. */
  #step: Unsettled[] = [];
  /** The commit that is being made. */
  #commit = 0;

  constructor(settler: Settler, durable: boolean) {
    this.#settler = settler;
    this.#keptMax = durable ? CORRECTIONS_KEPT : CORRECTIONS_REMEMBERED;
  }

  /** The log is there, as of the last commit. */
  opened(log: KeptLog<Corrected>, commit: number): void {
    this.#log = log;
    this.#commit = commit + 1;
  }

  /** A correction has left its table; `firsts` are the numbers of those behind before it did. */
  add(row: Pick<Corrected, 'key' | 'window' | 'revision'>, before: unknown, after: unknown, cause: Corrected['cause'], { table, behind }: Witnessed, firsts: readonly number[]): void {
    const reached: Reached[] = [];
    let waits = false;
    for (let i = 0; i < behind.length; i += 1) {
      const one = behind[i] as Reachable;
      if (one.gathered) waits = true;
      else reach(reached, one, firsts[i] as number);
    }
    const { key, window, revision } = row;
    (this.#log as KeptLog<Corrected>).add({ commit: this.#commit, table, key, window, before, after, revision, cause, reached }, this.#keptMax);
    if (!waits) return;
    if (this.#step.length === 0) this.#settler.add(this);
    this.#step.push({ reached, behind, firsts });
  }

  /** The step is through. */
  settle(): void {
    for (const { reached, behind, firsts } of this.#step) {
      const before = reached.length;
      behind.forEach((one, i) => {
        if (one.gathered) reach(reached, one, firsts[i] as number);
      });
      if (before === 0 || before === reached.length) continue;
      const order = behind.map(({ name }) => name);
      reached.sort((a, b) => order.indexOf(a.dependent) - order.indexOf(b.dependent));
    }
    this.#step = [];
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
    return log?.disposable(({ end }) => end <= log.next - this.#keptMax);
  }
}

/** Adds what has gone to one of those behind since its next number was `first`. */
function reach(reached: Reached[], { name, kind, output: { next } }: Reachable, first: number): void {
  if (next > first) reached.push({ dependent: name, kind, first, end: next });
}

/** With what cannot be stored as text: that a mapped row holds such a value is no reason to stop. */
export function storable(correction: Corrected): Corrected {
  return { ...correction, before: textOf(correction.before), after: textOf(correction.after) };
}

const textOf = (value: unknown): unknown => (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol' ? rawText(value) : value);
