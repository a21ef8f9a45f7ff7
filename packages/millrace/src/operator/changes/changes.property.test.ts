import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { type Made, RUNS, inEveryWay, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import type { Change } from '../row.ts';

test('a changelog is lossless: played back it is the table, and each change goes on where the one before it ended', () => {
  const property = fc.property(scenarios(), (scenario) => {
    const program = pipeline('changes', (app) => {
      const events = app.source('events', fedByHand<Made>(scenario.partitions), madeEvents(scenario.boundMs));
      const totals = events.keyBy((e) => e.key).sum((e) => e.n, { name: 'totals' });
      totals.to(app.sink('changes', readByHand()));
      return { totals };
    });
    inEveryWay(program, scenario, (driver) => {
      const played = new Map<string, Change<string, number>>();
      for (const change of driver.sink('changes').rows() as readonly Change<string, number>[]) {
        const last = played.get(change.key);
        expect(change.before).toBe(last?.after);
        expect(change.revision).toBe(last === undefined ? 0 : last.revision + 1);
        played.set(change.key, change);
      }
      const rows = driver.table('totals').scan();
      expect(rows.map(({ key, value, revision, time }) => ({ key, value, revision, time }))).toEqual(
        [...played.values()].map(({ key, after, revision, time }) => ({ key, value: after, revision, time })),
      );
    });
  });
  fc.assert(property, { numRuns: RUNS });
});
