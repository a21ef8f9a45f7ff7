import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { type Made, RUNS, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { sameInEveryWay, stepByStep } from '../../testing/fixture-steps.ts';
import { played, valuesIn } from '../../testing/reference/played.ts';
import type { Change } from '../row.ts';

test('after every event a filtered table is of the rows as they are', () => {
  const property = fc.property(scenarios(), (scenario) => {
    const program = pipeline('rows', (app) => {
      const events = app.source('events', fedByHand<Made>(scenario.partitions), madeEvents(scenario.boundMs));
      const table = events.keyBy((e) => e.key).toTable({ name: 'newest', value: (e) => (e.n % 5 === 0 ? null : e.n) });
      const filtered = table.filter(({ value }) => value % 2 === 0);
      table.to(app.sink('table', readByHand()));
      filtered.to(app.sink('filtered', readByHand()));
      return { filtered };
    });
    stepByStep(program, scenario, (driver) => {
      const changes = <V>(sink: string): readonly Change<string, V>[] => driver.sink(sink).rows() as readonly Change<string, V>[];
      const rows = played(changes<number>('table'));
      const filtered = new Map([...rows].filter(([, { value }]) => value % 2 === 0));
      expect(valuesIn(played(changes<number>('filtered'), { counts: false }))).toEqual(valuesIn(filtered));
    });
    sameInEveryWay(program, scenario, ['filtered'], ['filtered']);
  });
  fc.assert(property, { numRuns: RUNS });
});
