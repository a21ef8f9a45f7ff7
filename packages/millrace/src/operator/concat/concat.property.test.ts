import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { concatenated } from '../../testing/reference/concatenated.ts';
import { record } from '../../testing/reference/record.ts';
import { type Recorded, valuesOf } from '../../testing/reference/recorded.ts';
import { countOf } from '../../testing/reference/results.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';

const names = ['first', 'second'];

/** The scenario, with the end of the first source somewhere in it. */
const endingEarly: fc.Arbitrary<Scenario> = fc.tuple(scenarios(names), fc.option(fc.nat(40), { nil: undefined, freq: 4 })).map(([scenario, end]) => {
  if (end === undefined) return scenario;
  const ended = (at: number): boolean => scenario.actions[at]?.source === 'first' && at >= end;
  const places = scenario.actions.map((_, at) => at).filter((at) => !ended(at));
  const [before, after] = [places.filter((at) => at < end), places.filter((at) => at >= end)];
  const pick = <V>(list: readonly V[], extra: V): readonly V[] => [...before.map((at) => list[at] as V), extra, ...after.map((at) => list[at] as V)];
  return {
    ...scenario,
    actions: pick(scenario.actions, { kind: 'end', source: 'first' }),
    toStore: pick(scenario.toStore, 'nothing'),
    joins: pick(scenario.joins, false),
  };
});

function program({ partitions, boundMs }: Scenario): Program<Tables> {
  return pipeline('concat', (app) => {
    const first = app.source('first', fedByHand<Made>(partitions), madeEvents(boundMs));
    const second = app.source('second', fedByHand<Made>(partitions), madeEvents(boundMs));
    const all = first.concat(second.filter((e) => e.n > 0), { name: 'all' });
    all.to(app.sink('all', readByHand()));
    const counts = all.keyBy((e) => e.key).window(tumbling(10)).count({ name: 'counts' });
    counts.final().to(app.sink('counts', readByHand()));
    counts.late.to(app.sink('late', readByHand()));
  });
}

function check({ actions, partitions, boundMs }: Scenario): (driver: TestDriver<Tables>) => void {
  const [first, second] = names.map((name) => record(actions, { name, partitions, boundMs, time: (e: Made) => e.time })) as [Recorded<Made>, Recorded<Made>];
  const kept = second.filter((entry) => entry.kind === 'step' || entry.value.n > 0);
  const all = concatenated(first, kept);
  const counts = windowed(all, { key: (e) => e.key, at: tumblingAt(10), result: countOf });
  const ended = first.some((entry) => entry.kind === 'step' && entry.to === Infinity);
  return (driver) => {
    expect(driver.sink('all').rows()).toEqual(valuesOf(all));
    expect(driver.sink('counts').rows()).toEqual(valuesOf(counts.rows));
    expect(driver.sink('late').rows()).toEqual(valuesOf(counts.late));
    expect(driver.status().states['all']?.entries).toBe(ended ? 0 : valuesOf(kept).length);
  };
}

test('concat, and the windows behind it, equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  fc.assert(fc.property(endingEarly, (scenario) => inEveryWay(program(scenario), scenario, check(scenario))), { numRuns: RUNS });
});

test('concat equals the reference on disk too', () => {
  fc.assert(fc.property(endingEarly, (scenario) => onDisk(program(scenario), scenario, check(scenario))), { numRuns: RUNS_ON_DISK });
});
