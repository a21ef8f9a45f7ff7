import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Halts, decided, haltedInEveryWay, haltedOnDisk, halts } from '../../testing/fixture-halts.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { readHeld } from '../../testing/reference/held-input.ts';
import { pairingOf } from '../../testing/reference/pairing.ts';
import { record } from '../../testing/reference/record.ts';
import { type Recorded, valuesOf } from '../../testing/reference/recorded.ts';
import { countOf } from '../../testing/reference/results.ts';
import { joined } from '../../testing/reference/stream-joined.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';
import { type HaltScope, halt } from '../late-policy.ts';

const SOURCES = ['left', 'right'] as const;
const SIZE_MS = 10;
const BEHIND_MS = 7;

interface How {
  readonly scope: HaltScope;
  readonly kind: 'inner' | 'left' | 'outer';
  readonly span: 'window' | { readonly before: number; readonly after: number };
}

const hows: fc.Arbitrary<How> = fc.record({
  scope: fc.constantFrom<HaltScope>('key', 'key', 'partition', 'pipeline'),
  kind: fc.constantFrom('inner' as const, 'left' as const, 'outer' as const),
  span: fc.oneof({ weight: 1, arbitrary: fc.constant('window' as const) }, { weight: 2, arbitrary: fc.record({ before: fc.nat(20), after: fc.nat(20) }) }),
});

/** What leaves: which events, and when. */
type Pair = readonly [left: string, right: string, time: number];
const text = (e: Made | undefined): string => (e === undefined ? '-' : `${e.key} ${e.id} ${e.time} ${e.n}`);
const combine = (l: Made | undefined, r: Made | undefined): Pair => [text(l), text(r), Math.max(l?.time ?? 0, r?.time ?? 0)];

function program({ partitions, boundMs }: Scenario, { scope, kind, span }: How): Program<Tables> {
  return pipeline('halting', (app) => {
    const [left, right] = SOURCES.map((name) => app.source(name, fedByHand<Made>(partitions), madeEvents(boundMs)).keyBy((e) => e.key));
    if (left === undefined || right === undefined) return;
    const method = kind === 'inner' ? 'join' : kind === 'left' ? 'leftJoin' : 'outerJoin';
    const options = { name: 'join', late: halt({ scope }) };
    const pairs = span === 'window' ? left.window(tumbling(SIZE_MS))[method](right, options, combine) : left[method](right, { ...options, within: span }, combine);
    pairs.to(app.sink('out', readByHand()));
    pairs.late.to(app.sink('late', readByHand()));
    const counts = pairs.window(tumbling(BEHIND_MS)).count({ name: 'counts' });
    counts.final().to(app.sink('counts', readByHand()));
    counts.late.to(app.sink('refused', readByHand()));
  });
}

interface Expected {
  readonly out: readonly Pair[];
  readonly late: readonly Made[];
  readonly counts: readonly unknown[];
}

/**
 * What is late can only be discarded. So a halt changes nothing but the order in which input is read; and by key,
 * where all is as if the decision had been there at once, not even that.
 */
function expectedOf(one: Halts, { scope, kind, span }: How): Expected {
  const { partitions, boundMs } = one.scenario;
  const time = (e: Made): number => e.time;
  let frontier = -1;
  const read = readHeld(decided(one), { scope, sources: SOURCES, partitions, boundMs, time }, {
    moved: (frontiers) => void (frontier = Math.min(...frontiers)),
    take: (event) => (span === 'window' ? Math.floor(event.time / SIZE_MS) * SIZE_MS + SIZE_MS <= frontier : event.time < frontier),
    decide: () => undefined,
  });
  const [left, right] = SOURCES.map((name) => record(read, { name, partitions, boundMs, time })) as [Recorded<Made>, Recorded<Made>];
  const key = (e: Made): unknown => e.key;
  const { out, late } = joined(left, right, { ...pairingOf(kind, span === 'window' ? { windowMs: SIZE_MS } : span), kind, left: key, right: key, combine });
  const { rows } = windowed(out, { key: () => undefined, at: tumblingAt(BEHIND_MS), result: countOf });
  return { out: valuesOf(out), late: valuesOf(late), counts: valuesOf(rows).map(({ window, value }) => [window?.start, value]) };
}

const sorted = (list: readonly unknown[]): readonly string[] => list.map((row) => JSON.stringify(row)).sort();

function check(one: Halts, how: How): (driver: TestDriver<Tables>) => void {
  const expected = expectedOf(one, how);
  const same = how.scope === 'key' ? sorted : (list: readonly unknown[]): readonly unknown[] => list;
  return (driver) => {
    expect(same(driver.sink('out').rows())).toEqual(same(expected.out));
    expect(same(driver.sink('late').rows())).toEqual(same(expected.late));
    // The frontier behind never passed what had still to leave, and in the end it is where it would have been.
    expect(driver.sink('refused').rows()).toEqual([]);
    const counts = driver.sink('counts').rows() as readonly { readonly window: { readonly start: number }; readonly value: number }[];
    expect(counts.map(({ window, value }) => [window.start, value])).toEqual(expected.counts);
    const { join, 'join parked': parked } = driver.status().states;
    expect([join?.late, parked?.entries ?? 0]).toEqual([expected.late.length, 0]);
  };
}

test('whatever is halted and whenever somebody decides, in whatever batches, commits and crashes, pairs are those of the reference', () => {
  const property = fc.property(halts(SOURCES), hows, (one, how) => haltedInEveryWay(program(one.scenario, how), one, check(one, how)));
  fc.assert(property, { numRuns: RUNS });
});

test('the same on disk', () => {
  const property = fc.property(halts(SOURCES), hows, (one, how) => haltedOnDisk(program(one.scenario, how), one, check(one, how)));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
