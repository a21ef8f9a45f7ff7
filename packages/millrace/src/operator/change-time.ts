import type { Moment } from '../task/moment.ts';
import type { Row } from './row.ts';

/**
 * Since when a row is what a change makes of it: the new row's own time; of a row that goes, that of its
 * window, or without windows that of what took it away.
 */
export function changeTime(moment: Moment, before: Row<unknown, unknown> | undefined, after: Row<unknown, unknown> | undefined): number {
  if (after !== undefined) return after.time;
  return before === undefined || before.window === undefined ? moment.time : before.time;
}
