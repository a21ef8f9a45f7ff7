import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { type Made, RUNS, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { sameInEveryWay, stepByStep } from '../../testing/fixture-steps.ts';
import { played, valuesIn } from '../../testing/reference/played.ts';
import type { Change } from '../row.ts';

test('after every event a mapped table is made of the rows as they are', () => {
  const property = fc.property(scenarios(), (scenario) => {
    const program = pipeline('rows', (app) => {
      const events = app.source('events', fedByHand<Made>(scenario.partitions), madeEvents(scenario.boundMs));
      const table = events.keyBy((e) => e.key).toTable({ name: 'newest', value: (e) => (e.n % 5 === 0 ? null : e.n) });
      const mapped = table.map(({ key, value }) => (value % 3 === 0 ? undefined : `${key}${value}`));
      table.to(app.sink('table', readByHand()));
      mapped.to(app.sink('mapped', readByHand()));
      return { mapped };
    });
    stepByStep(program, scenario, (driver) => {
      const changes = <V>(sink: string): readonly Change<string, V>[] => driver.sink(sink).rows() as readonly Change<string, V>[];
      const rows = played(changes<number>('table'));
      const mapped = new Map([...rows].filter(([, { value }]) => value % 3 !== 0).map(([place, row]) => [place, { ...row, value: `${row.key}${row.value}` }]));
      expect(valuesIn(played(changes<string>('mapped'), { counts: false }))).toEqual(valuesIn(mapped));
    });
    sameInEveryWay(program, scenario, ['mapped'], ['mapped']);
  });
  fc.assert(property, { numRuns: RUNS });
});
