import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { Recorder } from '../../testing/fixture-recorder.ts';
import { revise, revisions } from '../../testing/fixture-revisions.ts';
import { type Made, RUNS, inEveryWay, scenarios } from '../../testing/fixture-scenario.ts';
import { ascending } from '../../testing/fixture-sorted.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { spread } from '../../testing/reference/stateless.ts';
import { FlatMap } from './flat-map.ts';

test('flatMap equals the reference', () => {
  const all = (e: Made): readonly string[] => Array.from({ length: Math.max(0, e.n % 4) }, (_, i) => `${e.key}${i}`);
  const property = fc.property(scenarios(), (scenario) => {
    const { actions, partitions, boundMs } = scenario;
    const program = pipeline('flatMap', (app) => {
      app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)).flatMap(all).to(app.sink('out', readByHand()));
    });
    const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
    inEveryWay(program, scenario, (driver) => {
      expect(driver.sink('out').rows()).toEqual(valuesOf(spread(events, all)));
    });
  });
  fc.assert(property, { numRuns: RUNS });
});

test('the net of spread revisions is the spread net', () => {
  const all = (n: number): readonly number[] => (n < 0 ? [] : Array.from({ length: n % 4 }, (_, i) => n - i));
  const property = fc.property(revisions, (list) => {
    const out = new Recorder<number>();
    const there = revise(new FlatMap(all, out), list);
    expect(ascending(out.net())).toEqual(ascending(there.flatMap(all)));
  });
  fc.assert(property, { numRuns: RUNS });
});
