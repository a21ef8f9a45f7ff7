import { type OwnWindow, type OwnWindows, byTime, ownWindows } from './own-windows.ts';
import type { Fact, Recorded } from './recorded.ts';
import { same } from './same.ts';

export interface GroupedBy<T, K, V> {
  readonly key: (value: T) => K;
  readonly open: (value: T) => boolean;
  readonly close: (value: T) => boolean;
  readonly timeout: number;
  readonly retain: number;
  readonly early?: 'each' | number;
  /** The result of all events of a group, by time, then by position. */
  readonly result: (values: readonly T[]) => V;
}

interface Stretch<T> {
  readonly facts: readonly Fact<T>[];
  readonly end: number;
}

const isProof = (evidence: readonly string[]): boolean => evidence.length > 0 && evidence.every((name) => name === 'proved' || name === 'ended');
const equal = <T>(one: readonly T[], other: readonly T[]): boolean => one.length === other.length && one.every((fact, i) => fact === other[i]);

/** Groups: all events of a key are grouped anew with each fact. */
export function grouped<T, K, V>(stream: Recorded<T>, { key, open, close, timeout, retain, early, result }: GroupedBy<T, K, V>): OwnWindows<T, K, V> {
  let accepted: Fact<T>[] = [];
  let waiting: Fact<T>[] = [];

  /** Where a group begins, it takes what comes up to its closing event, or up to the time-out. */
  const stretches = (facts: readonly Fact<T>[]): readonly Stretch<T>[] => {
    const at = facts.findIndex(({ value }) => open(value));
    const first = facts[at];
    if (first === undefined) return [];
    const within = facts.slice(at).filter(({ time }) => time <= first.time + timeout);
    const closing = within.findIndex(({ value }, i) => i > 0 && close(value));
    const own = closing < 0 ? within : within.slice(0, closing + 1);
    const end = closing < 0 ? first.time + timeout + 1 : (own.at(-1) as Fact<T>).time + 1;
    return [{ facts: own, end }, ...stretches(facts.slice(at + own.length))];
  };

  return ownWindows<T, K, V>(stream, {
    retain,
    ...(early !== undefined && { early }),
    result: ({ facts }) => result(facts.map(({ value }) => value)),
    take: (fact, world) => {
      const ofKey = (one: OwnWindow<T, K, V>): boolean => same(one.key, key(fact.value));
      const facts = byTime([...accepted.filter(({ value }) => same(key(value), key(fact.value))), fact]);
      const found = stretches(facts);
      const mine = world.windows.filter(ofKey);
      const changesFinal = mine.some((window) => window.status === 'final' && !found.some((one) => equal(one.facts, window.facts)));
      const own = found.find((one) => one.facts.includes(fact));
      const isOver = (own?.facts[0] ?? fact).time + timeout < world.frontier;
      const changesClosed = own !== undefined && mine.some((window) => window.status === 'closed' && own.facts.includes(window.facts[0] as Fact<T>));
      if (changesFinal || (isOver && !changesClosed && (own === undefined || !world.mayAppear(own.end)))) return world.late(fact);
      accepted.push(fact);

      const gone = mine.filter((window) => !found.some(({ facts: [first] }) => first === window.facts[0]));
      for (const window of gone.toSorted((a, b) => facts.indexOf(a.facts[0] as Fact<T>) - facts.indexOf(b.facts[0] as Fact<T>))) world.takeBack(window, fact);
      world.windows = world.windows.filter((window) => !gone.includes(window));

      const loose = facts.filter((one) => !found.some((stretch) => stretch.facts.includes(one)));
      waiting = waiting.filter((one) => !found.some((stretch) => stretch.facts.includes(one)));
      for (const one of loose.filter((each) => !waiting.includes(each))) {
        if (one.time + timeout >= world.frontier) waiting.push(one);
        else {
          accepted = accepted.filter((each) => each !== one);
          world.late({ ...one, at: fact.at });
        }
      }

      const changed = found.flatMap((stretch): OwnWindow<T, K, V>[] => {
        const [first] = stretch.facts as readonly [Fact<T>];
        let window = world.windows.find((one) => one.facts[0] === first);
        if (window !== undefined && equal(window.facts, stretch.facts)) return [];
        if (window === undefined) {
          window = { key: key(fact.value), window: { start: first.time, end: stretch.end }, facts: [], left: [], stirred: true, status: 'open' };
          world.windows.push(window);
        }
        window.facts = [...stretch.facts];
        window.window = { start: first.time, end: stretch.end };
        return [window];
      });
      for (const window of changed) {
        const wasClosed = window.status === 'closed';
        const isOpen = window.window.end > world.frontier;
        window.stirred = true;
        if (!isOpen && (window.window.end + retain <= world.frontier || (!wasClosed && isProof(world.evidence)))) {
          world.leave(window, fact, world.evidence);
          continue;
        }
        window.status = isOpen ? 'open' : 'closed';
        if (isOpen && wasClosed) world.takeBack(window, fact);
        world.changed(window, fact);
      }
    },
    tick: {
      times: () => waiting.map(({ time }) => time + timeout + 1),
      at: (time, at, world) => {
        for (const fact of waiting.filter((one) => one.time + timeout + 1 === time)) {
          accepted = accepted.filter((one) => one !== fact);
          waiting = waiting.filter((one) => one !== fact);
          world.late({ ...fact, at, due: time } as Fact<T>);
        }
      },
    },
  });
}
