import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { KeyedStream } from '../../stream/keyed-stream.ts';
import type { Stream } from '../../stream/stream.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { pairingOf } from '../../testing/reference/pairing.ts';
import { type Joined, joined } from '../../testing/reference/stream-joined.ts';
import { record } from '../../testing/reference/record.ts';
import { type Recorded, valuesOf } from '../../testing/reference/recorded.ts';
import { countOf } from '../../testing/reference/results.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';

const SOURCES = ['left', 'right'] as const;
const SIZE_MS = 10;
const BEHIND_MS = 7;

interface Settings {
  readonly kind: 'inner' | 'left' | 'outer';
  readonly span: 'forever' | 'window' | { readonly before: number; readonly after: number };
  readonly both: boolean;
}

const settings: fc.Arbitrary<Settings> = fc.record({
  kind: fc.constantFrom('inner' as const, 'left' as const, 'outer' as const),
  span: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('forever' as const) },
    { weight: 2, arbitrary: fc.constantFrom('window' as const) },
    { weight: 4, arbitrary: fc.record({ before: fc.nat(20), after: fc.nat(20) }) },
  ),
  both: fc.boolean(),
});

/** What leaves: which events, and when. */
type Pair = readonly [left: string, right: string, time: number];
const text = (e: Made | undefined): string => (e === undefined ? '-' : `${e.key} ${e.id} ${e.time} ${e.n}`);
const combine = (l: Made | undefined, r: Made | undefined): Pair => [text(l), text(r), Math.max(l?.time ?? 0, r?.time ?? 0)];

function program({ partitions, boundMs }: Scenario, { kind, span, both }: Settings): Program<Tables> {
  return pipeline('join', (app) => {
    const [left, right] = SOURCES.map((name) => app.source(name, fedByHand<Made>(partitions), madeEvents(boundMs)));
    if (left === undefined || right === undefined) return;
    const method = kind === 'inner' ? 'join' : kind === 'left' ? 'leftJoin' : 'outerJoin';
    const by = (stream: Stream<Made>): KeyedStream<Made, string> =>
      both ? (stream.keyBy({ key: (e) => e.key, odd: (e) => e.n % 2 }) as unknown as KeyedStream<Made, string>) : stream.keyBy((e) => e.key);
    const [keyed, other] = [by(left), by(right)];
    const pairs =
      span === 'window' ? keyed.window(tumbling(SIZE_MS))[method](other, { name: 'join' }, combine) : keyed[method](other, { name: 'join', within: span }, combine);
    pairs.to(app.sink('out', readByHand()));
    pairs.late.to(app.sink('late', readByHand()));
    const counts = pairs.window(tumbling(BEHIND_MS)).count({ name: 'counts' });
    counts.final().to(app.sink('counts', readByHand()));
    counts.late.to(app.sink('refused', readByHand()));
  });
}

function reference({ actions, partitions, boundMs }: Scenario, { kind, span, both }: Settings): Joined<Made, Pair> {
  const [left, right] = SOURCES.map((name) => record(actions, { name, partitions, boundMs, time: (e: Made) => e.time })) as [Recorded<Made>, Recorded<Made>];
  const key = (e: Made): unknown => (both ? { key: e.key, odd: e.n % 2 } : e.key);
  const pairing = pairingOf(kind, span === 'window' ? { windowMs: SIZE_MS } : span);
  return joined(left, right, { ...pairing, kind, left: key, right: key, combine });
}

function check(scenario: Scenario, chosen: Settings): (driver: TestDriver<Tables>) => void {
  const expected = reference(scenario, chosen);
  const out = valuesOf(expected.out);
  const counts = windowed(expected.out, { key: () => undefined, at: tumblingAt(BEHIND_MS), result: countOf });
  return (driver) => {
    expect(driver.sink('out').rows()).toEqual(out);
    expect(driver.sink('late').rows()).toEqual(valuesOf(expected.late));
    expect(driver.status().states['join']?.late).toBe(valuesOf(expected.late).length);
    // The frontier behind the join is where the reference says: what is counted there, and when, is the same.
    expect(driver.sink('counts').rows()).toEqual(valuesOf(counts.rows));
    if (chosen.span !== 'forever' || chosen.kind !== 'inner') expect(driver.sink('refused').rows()).toEqual([]);
    expectNotTakenBack(driver.sink('out').rows() as Pair[]);
  };
}

/** An event that left alone is in no pair, and leaves alone once for each time it came. */
function expectNotTakenBack(pairs: readonly Pair[]): void {
  for (const side of [0, 1] as const) {
    const other = side === 0 ? 1 : 0;
    const alone = pairs.filter((pair) => pair[other] === '-').map((pair) => pair[side]);
    const paired = new Set(pairs.filter((pair) => pair[other] !== '-').map((pair) => pair[side]));
    const both = alone.filter((event) => paired.has(event));
    // Two equal events may differ in what they meet only where the one had come late for the other's partners: none here.
    expect(both).toEqual([]);
  }
}

test('joins equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(SOURCES), settings, (scenario, chosen) => {
    inEveryWay(program(scenario, chosen), scenario, check(scenario, chosen));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('joins equal the reference on disk too', () => {
  const property = fc.property(scenarios(SOURCES), settings, (scenario, chosen) => {
    onDisk(program(scenario, chosen), scenario, check(scenario, chosen));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});

test('without lateness, joins are those of all events at once, in whatever order they come', () => {
  const property = fc.property(scenarios(SOURCES), settings, (scenario, { both, ...chosen }) => {
    const { boundMs } = scenario;
    const late = valuesOf(reference(scenario, { both, ...chosen }).late);
    const ended = scenario.actions.some(({ kind }) => kind === 'end');
    fc.pre(late.length === 0 && ended && chosen.span !== 'window' && boundMs >= 0);
    const of = (name: string): readonly Made[] => scenario.actions.flatMap((one) => (one.kind === 'event' && one.source === name && one.value.time >= 0 ? [one.value] : []));
    const { span } = chosen;
    const near = (l: Made, r: Made): boolean => typeof span === 'string' || (r.time >= l.time - span.before && r.time <= l.time + span.after);
    const equal = (l: Made, r: Made): boolean => l.key === r.key && (!both || l.n % 2 === r.n % 2) && near(l, r);
    const [left, right] = [of('left'), of('right')];
    const all = left.flatMap((l) => right.filter((r) => equal(l, r)).map((r) => combine(l, r)));
    if (chosen.kind !== 'inner') all.push(...left.filter((l) => !right.some((r) => equal(l, r))).map((l) => combine(l, undefined)));
    if (chosen.kind === 'outer') all.push(...right.filter((r) => !left.some((l) => equal(l, r))).map((r) => combine(undefined, r)));
    const inOrder = (pairs: readonly Pair[]): readonly string[] => pairs.map((pair) => pair.join()).toSorted();
    inEveryWay(program(scenario, { both, ...chosen }), scenario, (driver) => {
      expect(inOrder(driver.sink('out').rows() as Pair[])).toEqual(inOrder(all));
    });
  });
  fc.assert(property, { numRuns: RUNS });
});
