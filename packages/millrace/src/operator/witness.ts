import type { CorrectionBook, Reachable, Witnessed } from '../task/corrections.ts';
import type { Moment } from '../task/moment.ts';
import type { Frontier } from '../time/frontier.ts';
import { causeOf } from './cause.ts';
import type { Adjustment } from './ledger/adjustment.ts';
import type { Output } from './operator.ts';
import type { Row } from './row.ts';
import { isSame } from './same-value.ts';

/**
 * Stands behind a table that may correct itself, and writes down when it does.
 *
 * A row is corrected when it becomes another one though its window was over: where the frontier that closes
 * it had passed its end. Rows of windows that are open change because more comes in, and rows that become
 * final change in nothing else; neither is a correction.
 */
export class Witness<K, V> implements Output<Row<K, V>> {
  readonly #of: Witnessed;
  readonly #book: CorrectionBook;
  /** Those that close the table's windows; none: the table has no windows, and says a thing once unless it was wrong. */
  readonly #frontiers: readonly Frontier[];
  readonly #moment: Moment;
  readonly #next: Output<Row<K, V>>;

  constructor(of: Witnessed, book: CorrectionBook, frontiers: readonly Frontier[], moment: Moment, next: Output<Row<K, V>>) {
    this.#of = of;
    this.#book = book;
    this.#frontiers = frontiers;
    this.#moment = moment;
    this.#next = next;
  }

  push(row: Row<K, V>): void {
    this.revise(undefined, row);
  }

  revise(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    const row = after ?? before;
    if (row === undefined || !this.#isOver(row, before) || isUnchanged(before, after)) return this.#next.revise(before, after);
    const cause = causeOf(this.#moment);
    const firsts = numbersOf(this.#of.behind);
    this.#next.revise(before, after);
    const changed = after ?? { key: row.key, window: row.window, revision: row.revision + 1 };
    this.#book.add(changed, before?.value, after?.value, cause, this.#of, firsts);
    this.#moment.touched = true;
  }

  #isOver({ window }: Row<K, V>, before: Row<K, V> | undefined): boolean {
    if (window === undefined) return before !== undefined;
    for (const { value } of this.#frontiers) if (window.end > value) return false;
    return true;
  }
}

/** Stands where the adjustments of a table leave: each is a correction. */
export class AdjustmentWitness<K, V> implements Output<Adjustment<K, V>> {
  readonly #of: Witnessed;
  readonly #book: CorrectionBook;
  readonly #next: Output<Adjustment<K, V>>;

  constructor(of: Witnessed, book: CorrectionBook, next: Output<Adjustment<K, V>>) {
    this.#of = of;
    this.#book = book;
    this.#next = next;
  }

  push(adjustment: Adjustment<K, V>): void {
    const { adjusts, before, after, cause } = adjustment;
    const firsts = numbersOf(this.#of.behind);
    this.#next.push(adjustment);
    this.#book.add({ ...adjusts, revision: adjusts.revision + 1 }, before, after, cause, this.#of, firsts);
  }

  revise(): void {
    throw new Error('adjustments are facts; the plan let a changing table through');
  }
}

/** A row that becomes final stays at its revision; one that is counted anew may come to the same. */
function isUnchanged<K, V>(before: Row<K, V> | undefined, after: Row<K, V> | undefined): boolean {
  return before !== undefined && after !== undefined && (before.revision === after.revision || isSame(before.value, after.value));
}

function numbersOf(behind: readonly Reachable[]): readonly number[] {
  const numbers: number[] = [];
  for (let i = 0; i < behind.length; i += 1) numbers.push((behind[i] as Reachable).output.next);
  return numbers;
}
