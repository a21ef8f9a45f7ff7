import { pace, quantile } from './calls.ts';
import { ownMegabytesOf } from './process-figures.ts';
import type { Server } from './servers.ts';

/** What a server has in memory, minute by minute, under an even load. */
export type Held = {
  readonly minutes: number;
  readonly calls: number;
  /** Medians of the second third of the minutes and of the last: the first one fills caches. */
  readonly megabytes: { readonly middle: number; readonly end: number };
  readonly everyMinute: readonly number[];
};

const SECONDS = 60;

export async function hold(server: Server, { minutes, perSecond }: { readonly minutes: number; readonly perSecond: number }): Promise<Held> {
  const everyMinute: number[] = [];
  let calls = 0;
  for (let minute = 0; minute < minutes; minute += 1) {
    calls += (await pace(server, { perSecond, seconds: SECONDS })).calls;
    everyMinute.push(ownMegabytesOf(server.pid));
  }
  const third = Math.floor(minutes / 3);
  const median = (some: readonly number[]): number => quantile(some.toSorted((a, b) => a - b), 0.5);
  return { minutes, calls, megabytes: { middle: median(everyMinute.slice(third, 2 * third)), end: median(everyMinute.slice(-third)) }, everyMinute };
}
