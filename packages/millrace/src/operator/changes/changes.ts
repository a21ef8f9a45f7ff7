import { type Moment, NO_TIMER } from '../../task/moment.ts';
import { evidenceNames } from '../../time/evidence.ts';
import type { Output } from '../operator.ts';
import type { Change, Row } from '../row.ts';
import { causeOf } from '../cause.ts';
import { changeTime } from '../change-time.ts';

/** The changes of a table as facts: its changelog, lossless. */
export class Changes<K, V> implements Output<Row<K, V>> {
  readonly #moment: Moment;
  readonly #next: Output<Change<K, V>>;

  constructor(moment: Moment, next: Output<Change<K, V>>) {
    this.#moment = moment;
    this.#next = next;
  }

  push(row: Row<K, V>): void {
    this.revise(undefined, row);
  }

  /** A provisional row without a window has changed, or come, because of the event that is being pushed, at its time. */
  change(key: K, before: V | undefined, after: V, revision: number): void {
    const { source, partition, offset, time, timer } = this.#moment;
    const cause = timer === NO_TIMER ? { kind: 'event', source, partition, offset } as const : { kind: 'frontier', time: timer } as const;
    this.#next.push({ key, window: undefined, before, after, time, revision, cause, finality: 'provisional', evidence: none });
  }

  revise(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    const row = after ?? before;
    if (row === undefined) return;
    this.#next.push({
      key: row.key,
      window: row.window,
      before: before?.value,
      after: after?.value,
      time: changeTime(this.#moment, before, after),
      // That a row goes is a change of it, too.
      revision: after === undefined ? row.revision + 1 : row.revision,
      cause: causeOf(this.#moment),
      finality: row.finality,
      evidence: row.evidence,
    });
  }
}

const none = evidenceNames(0);
