import type { Space } from '../../state/space.ts';
import type { State } from '../../state/state.ts';
import { rawText } from '../../task/bad-record.ts';
import type { Evidence } from '../../time/evidence.ts';
import type { Early } from '../late-policy.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import type { WindowHalting } from './window-halting.ts';
import type { WindowRows } from './window-rows.ts';

export interface WindowLeaverParts<T, K, V> {
  readonly name: string;
  readonly rows: WindowRows<T, K, V>;
  readonly state: State;
  readonly early: Early | undefined;
  readonly place: Place;
  readonly next: Output<Row<K, V>>;
}

/** Lets rows of windows leave, each at the window's last millisecond: because of an event, or of a timer. */
export class WindowLeaver<T, K, V> {
  readonly #of: WindowLeaverParts<T, K, V>;

  constructor(parts: WindowLeaverParts<T, K, V>) {
    this.#of = parts;
  }

  /** A row has changed, and has been touched: it leaves at once where its window has closed, or that is asked for; true: at the next period. */
  changed(space: Space, row: number, isLate: boolean): boolean {
    const { early, rows, next, place } = this.#of;
    if (!isLate && early?.kind !== 'each') {
      if (early?.kind !== 'every') return false;
      rows.stir(space, row, true);
      return true;
    }
    const { moment } = place;
    const { time } = moment;
    const before = rows.left(space, row);
    const after = rows.leaving(space, row, { before, again: true, final: undefined, stands: false });
    moment.time = after.time;
    next.revise(before, after);
    // Others may be given the same event after this.
    moment.time = time;
    return false;
  }

  /** A window has closed, on what it is final then or undefined: rows leave that have changed since they left early. */
  close(space: Space, final: Evidence | undefined, halting: Pick<WindowHalting<T, K, V>, 'standsStill'> | undefined): void {
    const { rows } = this.#of;
    for (let i = 0; i < space.size; i += 1) {
      if (halting?.standsStill(space, i) === true) continue;
      if (final !== undefined || !rows.hasLeft(space, i) || rows.isStirred(space, i)) this.leave(space, i, final, 'close');
    }
  }

  /** A window that was kept for revisions becomes final. */
  settle(space: Space, final: Evidence): void {
    for (let i = 0; i < space.size; i += 1) this.leave(space, i, final, 'final');
  }

  /** Rows of open windows that have changed leave when the frontier reaches a multiple of the period. */
  early(time: number): void {
    const { early, rows, state } = this.#of;
    if (early?.kind !== 'every' || time % early.everyMs !== 0) return;
    for (const space of state.spaces.values()) {
      if (space.id <= time) continue;
      for (let i = 0; i < space.size; i += 1) if (rows.isStirred(space, i)) this.leave(space, i, undefined, `early at ${time}`);
    }
  }

  /** A row leaves in the course of a timer. One that fails is set aside, and the others leave all the same. */
  leave(space: Space, i: number, final: Evidence | undefined, why: string): void {
    const { rows, state, next, place } = this.#of;
    const { frontier, moment, poisoned } = place;
    moment.time = space.id - 1;
    moment.touched = false;
    let row: Row<K, V> | undefined;
    try {
      const before = rows.left(space, i);
      if (rows.tracked) state.touch(space, i);
      const again = before === undefined || rows.isStirred(space, i);
      row = rows.leaving(space, i, { before, again, final, stands: space.id <= frontier.fired });
      rows.stir(space, i, false);
      if (poisoned.size > 0 && poisoned.has(this.#nameOf(space, i, why))) place.failed(this.#nameOf(space, i, why), row, undefined);
      else next.revise(before, row);
    } catch (error) {
      const shown = row ?? { key: rows.keyOf(space, i), window: rows.interval(space) };
      place.failed(this.#nameOf(space, i, why), shown, error);
    }
  }

  /** A row in words, the same after a restart. */
  #nameOf(space: Space, i: number, why: string): string {
    const { name, rows } = this.#of;
    const { start, end } = rows.interval(space);
    return `the row ${rawText(space.partsAt(i))} of '${name}' in [${start}, ${end})${why === 'close' ? '' : `, ${why},`}`;
  }
}
