import { CountWindow } from '../operator/count-window/count-window.ts';
import { GroupWindow } from '../operator/group-window/group-window.ts';
import { paneMs } from '../operator/hopping/ends.ts';
import { Hopping } from '../operator/hopping/hopping.ts';
import { HoppingPanes } from '../operator/hopping/panes.ts';
import type { LatePolicy } from '../operator/late-policy.ts';
import type { WindowOptions } from '../operator/window-options.ts';
import type { Output, Place } from '../operator/operator.ts';
import type { Row } from '../operator/row.ts';
import { Session } from '../operator/session/session.ts';
import { Sliding } from '../operator/sliding/sliding.ts';
import type { Stateful, Table } from '../operator/stateful.ts';
import { Window } from '../operator/window/window.ts';
import type { HoppingWindowing } from '../time/own-windowing.ts';
import type { Windowing } from '../time/windowing.ts';

type AnyRow = Row<unknown, unknown>;

/** An operator of windows, whichever. */
export interface WindowOperator extends Output<unknown>, Stateful {
  /** Undefined where it cannot be asked: where nobody does. */
  readonly table: Table<unknown, AnyRow> | undefined;
  /** What it keeps beside its rows, if anything. */
  readonly past?: Stateful | undefined;
}

/** The operator for a kind of windows. */
export function windowOf(options: WindowOptionsOf<Windowing>, place: Place, next: Output<AnyRow>, late: Output<unknown>): WindowOperator {
  // A kind has the policies that were let through where the program was written.
  const { windowing, late: policy } = options;
  switch (windowing.kind) {
    case 'aligned':
    case 'global':
      return new Window({ ...options, windowing, late: policy as LatePolicy }, place, next, late);
    case 'hopping': {
      const hopping = { ...options, windowing, late: policy as LatePolicy };
      return isInPanes(hopping) ? new HoppingPanes(hopping, place, next, late) : new Hopping(hopping, place, next, late);
    }
    case 'session':
      return new Session({ ...options, windowing }, place, next, late);
    case 'sliding':
      return new Sliding({ ...options, windowing }, place, next, late);
    case 'group':
      return new GroupWindow({ ...options, windowing }, place, next, late);
    case 'count':
      return new CountWindow({ ...options, windowing }, place, next, late);
  }
}

/** Whether every key has windows of its own: then key and end do not tell rows apart. */
export function hasOwnWindows({ kind }: Windowing): boolean {
  return kind === 'session' || kind === 'sliding' || kind === 'group';
}

type WindowOptionsOf<W> = WindowOptions<unknown, unknown, unknown, W>;

/** With more panes in a window than so many times its advances, merging them costs more than it saves. */
const PANES_PER_ADVANCE_MAX = 4;

/** Whether panes can be merged at close: where rows leave once, and nobody asks before that. */
function isInPanes({ windowing, columns, late, early, fillMs, asked }: WindowOptionsOf<HoppingWindowing>): boolean {
  if (!columns.merges || late.kind !== 'drop' || early !== undefined || fillMs > 0 || asked) return false;
  return windowing.advanceMs <= paneMs(windowing) * PANES_PER_ADVANCE_MAX;
}
