import type { IntervalOptions } from '../operator/internal/interval-options.ts';
import type { Output, Place } from '../operator/operator.ts';
import type { Row } from '../operator/row.ts';
import { Session } from '../operator/session/session.ts';
import type { Stateful, Table } from '../operator/stateful.ts';
import { Window } from '../operator/window/window.ts';
import type { Windowing } from '../time/windowing.ts';

type AnyRow = Row<unknown, unknown>;

/** An operator of windows, whichever. */
export interface WindowOperator extends Output<unknown>, Stateful {
  readonly table: Table<unknown, AnyRow>;
}

/** The operator for a kind of windows. */
export function windowOf(options: WindowOptionsOf<Windowing>, place: Place, next: Output<AnyRow>, late: Output<unknown>): WindowOperator {
  const { windowing } = options;
  switch (windowing.kind) {
    case 'aligned':
    case 'global':
      return new Window({ ...options, windowing }, place, next, late);
    case 'session':
      return new Session({ ...options, windowing }, place, next, late);
    default:
      throw new Error(windowing.kind);
  }
}

type WindowOptionsOf<W> = IntervalOptions<unknown, unknown, unknown, W>;
