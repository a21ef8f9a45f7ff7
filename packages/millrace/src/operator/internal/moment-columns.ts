import type { Space } from '../../state/space.ts';
import type { Moment } from '../../task/moment.ts';

/*
 * When an event that waits came, and from where, in columns that follow each other:
 *
 *   time arrival source partition offset
 */

/** Writes the moment into a row; `first` is the column of the time. */
export function writeMoment({ values }: Space, row: number, first: number, moment: Moment): void {
  (values[first] as unknown[])[row] = moment.time;
  (values[first + 1] as unknown[])[row] = moment.arrival;
  (values[first + 2] as unknown[])[row] = moment.source;
  (values[first + 3] as unknown[])[row] = moment.partition;
  (values[first + 4] as unknown[])[row] = moment.offset;
}

/** Sets the moment to what a row says. */
export function readMoment({ values }: Space, row: number, first: number, moment: Moment): void {
  moment.time = values[first]?.[row] as number;
  moment.arrival = values[first + 1]?.[row] as number;
  moment.source = values[first + 2]?.[row] as string;
  moment.partition = values[first + 3]?.[row] as number;
  moment.offset = values[first + 4]?.[row] as number;
}
