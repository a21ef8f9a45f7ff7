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
import { mapped } from '../../testing/reference/stateless.ts';
import { MapValues } from './map.ts';

test('map equals the reference', () => {
  const change = (e: Made): object => ({ label: `${e.key}/${e.id}`, n: e.n * 2 });
  const property = fc.property(scenarios(), (scenario) => {
    const { actions, partitions, boundMs } = scenario;
    const program = pipeline('map', (app) => {
      app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)).map(change).to(app.sink('out', readByHand()));
    });
    const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
    inEveryWay(program, scenario, (driver) => {
      expect(driver.sink('out').rows()).toEqual(valuesOf(mapped(events, change)));
    });
  });
  fc.assert(property, { numRuns: RUNS });
});

test('the net of mapped revisions is the mapped net', () => {
  const property = fc.property(revisions, fc.integer({ min: 1, max: 5 }), (list, divisor) => {
    const change = (n: number): number => Math.abs(n) % divisor;
    const out = new Recorder<number>();
    const there = revise(new MapValues(change, out), list);
    expect(ascending(out.net())).toEqual(ascending(there.map(change)));
  });
  fc.assert(property, { numRuns: RUNS });
});
