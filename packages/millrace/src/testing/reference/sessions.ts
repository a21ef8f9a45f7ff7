import type { Fact, Recorded } from './recorded.ts';
import { type OwnWindows, type OwnWindow, byTime, ownWindows } from './own-windows.ts';
import { same } from './same.ts';

export interface SessionsBy<T, K, V> {
  readonly key: (value: T) => K;
  readonly gap: number;
  readonly retain: number;
  readonly early?: 'each' | number;
  /** The result of all events of a session, by time, then by position. */
  readonly result: (values: readonly T[]) => V;
}

/** Sessions: an event is in all that it touches, and makes one of them. */
export function sessions<T, K, V>(stream: Recorded<T>, { key, gap, retain, early, result }: SessionsBy<T, K, V>): OwnWindows<T, K, V> {
  return ownWindows<T, K, V>(stream, {
    retain,
    ...(early !== undefined && { early }),
    result: ({ facts }) => result(byTime(facts).map(({ value }) => value)),
    take: (fact: Fact<T>, world) => {
      const { time } = fact;
      const touched = world.windows.filter((one) => same(one.key, key(fact.value)) && one.window.start < time + gap && time < one.window.end);
      const [oldest] = touched;
      if (oldest === undefined ? time + gap <= world.frontier && !world.mayAppear(time + gap) : touched.some(({ status }) => status === 'final')) return world.late(fact);
      const facts = byTime([...touched.flatMap((one) => one.facts), fact]);
      const window = { start: (facts[0] as Fact<T>).time, end: (facts.at(-1) as Fact<T>).time + gap };
      const wasClosed = touched.some(({ status }) => status === 'closed');
      const isOpen = window.end > world.frontier;
      const left = touched.flatMap((one) => one.left).toSorted((a, b) => a.time - b.time);
      const all: OwnWindow<T, K, V> = { key: oldest?.key ?? key(fact.value), window, facts: [...facts], left, stirred: true, status: isOpen ? 'open' : 'closed' };
      // In the place of the oldest of those that it is made of.
      world.windows = oldest === undefined ? [...world.windows, all] : world.windows.flatMap((one) => (one === oldest ? [all] : touched.includes(one) ? [] : [one]));
      if (isOpen && wasClosed) world.takeBack(all, fact);
      world.changed(all, fact);
    },
  });
}
