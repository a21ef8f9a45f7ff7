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
import { filtered } from '../../testing/reference/stateless.ts';
import { Filter } from './filter.ts';

test('filter equals the reference', () => {
  const wanted = (e: Made): boolean => e.n > 20 && e.key !== 'c';
  const property = fc.property(scenarios(), (scenario) => {
    const { actions, partitions, boundMs } = scenario;
    const program = pipeline('filter', (app) => {
      app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)).filter(wanted).to(app.sink('out', readByHand()));
    });
    const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
    inEveryWay(program, scenario, (driver) => {
      expect(driver.sink('out').rows()).toEqual(valuesOf(filtered(events, wanted)));
    });
  });
  fc.assert(property, { numRuns: RUNS });
});

test('the net of filtered revisions is the filtered net', () => {
  const property = fc.property(revisions, fc.integer({ min: 2, max: 5 }), (list, divisor) => {
    const wanted = (n: number): boolean => n % divisor === 0;
    const out = new Recorder<number>();
    const there = revise(new Filter(wanted, out), list);
    expect(ascending(out.net())).toEqual(ascending(there.filter(wanted)));
  });
  fc.assert(property, { numRuns: RUNS });
});
