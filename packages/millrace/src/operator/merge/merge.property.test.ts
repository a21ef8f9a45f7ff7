import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { type Made, RUNS, inEveryWay, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { merged } from '../../testing/reference/merged.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { countOf } from '../../testing/reference/results.ts';
import { filtered } from '../../testing/reference/stateless.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';

test('merge, and the windows behind it, equal the reference', () => {
  const names = ['one', 'two', 'three'];
  const property = fc.property(scenarios(names), (scenario) => {
    const { actions, partitions, boundMs } = scenario;
    const program = pipeline('merge', (app) => {
      const [one, two, three] = names.map((name) => app.source(name, fedByHand<Made>(partitions), madeEvents(boundMs)));
      if (one === undefined || two === undefined || three === undefined) return;
      const all = one.merge(two.filter((e) => e.n > 0)).merge(three);
      all.to(app.sink('all', readByHand()));
      const counts = all.keyBy((e) => e.key).window(tumbling(10)).count({ name: 'counts' });
      counts.final().to(app.sink('counts', readByHand()));
      counts.late.to(app.sink('late', readByHand()));
    });
    const [one, two, three] = names.map((name) => record(actions, { name, partitions, boundMs, time: (e: Made) => e.time }));
    if (one === undefined || two === undefined || three === undefined) return;
    const all = merged(merged(one, filtered(two, (e) => e.n > 0)), three);
    const counts = windowed(all, { key: (e) => e.key, at: tumblingAt(10), result: countOf });
    inEveryWay(program, scenario, (driver) => {
      expect(driver.sink('all').rows()).toEqual(valuesOf(all));
      expect(driver.sink('counts').rows()).toEqual(valuesOf(counts.rows));
      expect(driver.sink('late').rows()).toEqual(valuesOf(counts.late));
    });
  });
  fc.assert(property, { numRuns: RUNS });
});
