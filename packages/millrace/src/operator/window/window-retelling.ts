import type { Space } from '../../state/space.ts';
import type { State } from '../../state/state.ts';
import type { Output, Place } from '../operator.ts';
import type { Retelling, Told } from '../retelling.ts';
import type { Row } from '../row.ts';
import type { WindowFinality } from './finality.ts';
import type { WindowRows } from './window-rows.ts';

export interface WindowRetellingParts<T, K, V> {
  readonly state: State;
  readonly rows: WindowRows<T, K, V>;
  readonly finality: WindowFinality;
  readonly place: Place;
  readonly next: Output<Row<K, V>>;
}

/** Corrects what windows that fire early, or that may be revised, had said. */
export class WindowRetelling<T, K, V> implements Retelling {
  readonly #of: WindowRetellingParts<T, K, V>;

  constructor(parts: WindowRetellingParts<T, K, V>) {
    this.#of = parts;
  }

  *told(): Iterable<Told> {
    const { state, rows, finality, place } = this.#of;
    for (const space of state.spaces.values()) {
      if (finality.at(space.id, place.frontier.value) !== undefined) continue;
      for (let i = 0; i < space.size; i += 1) {
        const row = rows.left(space, i);
        if (row !== undefined) yield { id: [space.id, ...space.partsAt(i)], row, renumber: (revision) => this.#renumber(space, i, revision) };
      }
    }
  }

  #renumber(space: Space, row: number, revision: number): void {
    const { state, rows } = this.#of;
    state.touch(space, row);
    rows.renumber(space, row, revision);
  }

  retell(before: Row<K, V> | undefined, after: Row<K, V> | undefined): void {
    const { place, next } = this.#of;
    place.moment.time = (after ?? (before as Row<K, V>)).time;
    next.revise(before, after);
  }
}
