import type { Recorded } from './recorded.ts';
import { type OwnWindows, ownWindows } from './own-windows.ts';
import { same } from './same.ts';

export interface CountedBy<T, K, V> {
  readonly key: (value: T) => K;
  readonly events: number;
  readonly partial: boolean;
  readonly early?: 'each' | number;
  /** The result of all events of a window, in the order in which they came. */
  readonly result: (values: readonly T[]) => V;
}

/** Windows of so many events of a key, in the order in which they come. */
export function counted<T, K, V>(stream: Recorded<T>, { key, events, partial, early, result }: CountedBy<T, K, V>): OwnWindows<T, K, V> {
  return ownWindows<T, K, V>(stream, {
    retain: 0,
    ...(early !== undefined && { early }),
    closes: partial ? 'at the end' : false,
    result: ({ facts }) => result(facts.map(({ value }) => value)),
    take: (fact, world) => {
      const { time, value } = fact;
      let window = world.windows.find((one) => same(one.key, key(value)) && one.status === 'open');
      if (window === undefined) {
        window = { key: key(value), window: { start: time, end: time + 1 }, facts: [], left: [], stirred: false, status: 'open' };
        world.windows.push(window);
      }
      window.facts.push(fact);
      window.window = { start: Math.min(time, window.window.start), end: Math.max(time + 1, window.window.end) };
      window.stirred = true;
      if (window.facts.length === events) world.leave(window, fact, []);
      else world.changed(window, fact);
    },
  });
}
