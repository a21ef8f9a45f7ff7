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
import { branch } from '../../testing/reference/stateless.ts';
import { Split } from './split.ts';

test('the branches and the rest equal the reference, and add up to the input', () => {
  const ofA = (e: Made): boolean => e.key === 'a';
  const many = (e: Made): boolean => e.n > 40;
  const property = fc.property(scenarios(), (scenario) => {
    const { actions, partitions, boundMs } = scenario;
    const program = pipeline('split', (app) => {
      const streams = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)).split({ ofA, many });
      for (const [name, stream] of Object.entries(streams)) stream.to(app.sink(name, readByHand()));
    });
    const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
    inEveryWay(program, scenario, (driver) => {
      const rows = (name: string): readonly unknown[] => driver.sink(name).rows();
      expect(rows('ofA')).toEqual(valuesOf(branch(events, ofA, [])));
      expect(rows('many')).toEqual(valuesOf(branch(events, many, [ofA])));
      expect(rows('rest')).toEqual(valuesOf(branch(events, () => true, [ofA, many])));
      expect(rows('ofA').length + rows('many').length + rows('rest').length).toBe(valuesOf(events).length);
    });
  });
  fc.assert(property, { numRuns: RUNS });
});

test('after any revisions each value that is there is in exactly one branch', () => {
  const property = fc.property(revisions, (list) => {
    const [negative, even, rest] = [new Recorder<number>(), new Recorder<number>(), new Recorder<number>()];
    const branches = [
      { takes: (n: number) => n < 0, next: negative },
      { takes: (n: number) => n % 2 === 0, next: even },
    ];
    const there = revise(new Split(branches, rest), list);
    expect(ascending(negative.net())).toEqual(ascending(there.filter((n) => n < 0)));
    expect(ascending(even.net())).toEqual(ascending(there.filter((n) => n >= 0 && n % 2 === 0)));
    expect(ascending(rest.net())).toEqual(ascending(there.filter((n) => n >= 0 && n % 2 !== 0)));
  });
  fc.assert(property, { numRuns: RUNS });
});
