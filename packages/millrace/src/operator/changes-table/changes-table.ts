import type { Entry } from '../../state/entry.ts';
import type { Output, Place } from '../operator.ts';
import type { Change, Row } from '../row.ts';
import { partsOf, spaceOf } from '../row-keys.ts';
import type { Leaving } from '../step-output.ts';
import { TableOperator, type TableOptions } from '../table-operator.ts';

/** What left last, and within a step what is to leave. */
interface Played<K, V> {
  out: Row<K, V> | undefined;
  next: Row<K, V> | undefined;
  time: number;
  stirred: boolean;
}

/**
 * The table that changes tell of: `changes()` the other way round, and nothing is lost.
 *
 * Rows have the time, the revision, the finality and the evidence of their changes. A change is taken as
 * what is so now, whatever it says was before: what leaves goes on from what had left.
 */
export class ChangesTable<K, V> extends TableOperator<K, V, Played<K, V>> implements Output<Change<K, V>> {
  readonly signature: string;
  readonly #options: TableOptions;

  constructor(options: TableOptions, place: Place, next: Output<Row<K, V>>) {
    super(options, place, next);
    this.#options = options;
    this.signature = `table of changes by ${options.keys.depth}${options.keys.windowed ? ' and window' : ''}`;
  }

  push(change: Change<K, V>): void {
    const { key, window, after, time, revision, finality, evidence } = change;
    if (window !== undefined && !this.#options.keys.windowed) throw new TypeError(`'${this.name}' was given a change of a window by a step that hides which table's it is; use toTable() right behind changes()`);
    const row: Row<K, unknown> = { key, window, value: after, time, revision, finality, evidence };
    const space = spaceOf(row);
    const parts = partsOf(this.#options.keys, row);
    let entry = this.state.find(space, parts);
    if (entry === undefined) {
      // What goes and was not there: nothing to say.
      if (after === undefined) return;
      entry = this.create(space, parts, { out: undefined, next: undefined, time, stirred: false });
    } else this.state.touch(entry);
    const { value } = entry;
    value.next = after === undefined ? undefined : (row as Row<K, V>);
    value.time = time;
    value.stirred = true;
    this.gather(entry);
  }

  revise(): void {
    throw new Error(`'${this.name}' is made of facts; the plan let a changing table through`);
  }

  rowOf({ value }: Entry<Played<K, V>>): Row<K, V> | undefined {
    return value.out;
  }

  make(entry: Entry<Played<K, V>>): Leaving<K, V> | undefined {
    const { out: before, next: after, time, stirred } = entry.value;
    if (!stirred) return undefined;
    if (before !== undefined || after !== undefined) return { before, after, time };
    this.left(entry, undefined);
    return undefined;
  }

  /** Changes say themselves that a row is final: what has come leaves, in the order in which it came. */
  protected override leavingOf(space: number): readonly Entry<Played<K, V>>[] {
    return [...this.gathered].filter((entry) => entry.space === space);
  }

  left(entry: Entry<Played<K, V>>, row: Row<K, V> | undefined): void {
    const { value } = entry;
    value.out = row;
    value.next = undefined;
    value.stirred = false;
    if (row === undefined) this.state.remove(entry);
  }
}
