import { type Moment, NO_TIMER } from '../task/moment.ts';
import type { Cause } from './row.ts';

/** What makes a change now. What leaves because a frontier passed a time is caused by that, whatever moved the frontier. */
export function causeOf({ source, partition, offset, timer, version }: Moment): Cause {
  if (timer === NO_TIMER) return { kind: 'event', source, partition, offset };
  return version === undefined ? { kind: 'frontier', time: timer } : { kind: 'rebuild', version };
}
