import type { Made } from '../fixture-scenario.ts';
import type { SimulateOptions } from './simulate.ts';

/** How many events a source of a random program has at most, and how far apart they are, in ms. */
const EVENTS_MAX = 40;
const APART_MS_MAX = 6;
const KEYS = ['a', 'b', 'c'];
const IDS = 12;
/** One of how many runs has bad input, and one of how many of its events. */
const BAD_RUN_ONE_IN = 4;
const BAD_ONE_IN = 10;

/** What happens in a source of a random program. */
export function eventsOf(random: Parameters<SimulateOptions['events']>[0]): readonly Made[] {
  let time = 0;
  const hasBad = random.oneIn(BAD_RUN_ONE_IN);
  return Array.from({ length: random.below(EVENTS_MAX + 1) }, () => {
    time += random.below(APART_MS_MAX + 1);
    return { id: `id${random.below(IDS)}`, key: random.pick(KEYS), time: hasBad && random.oneIn(BAD_ONE_IN) ? -1 : time, n: random.between(-5, 20) };
  });
}
