import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { every } from '../late-policy.ts';
import type { Program } from '../../stream/program.ts';
import type { Stream } from '../../stream/stream.ts';
import type { Table } from '../../stream/table.ts';
import { type Made, RUNS, type Scenario, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { sameInEveryWay, stepByStep } from '../../testing/fixture-steps.ts';
import { played, valuesIn } from '../../testing/reference/played.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Change } from '../row.ts';

/** One step may bring an aggregation, or a toTable, several events: what they were before it, and what they are after it, is all that leaves. */

type Way = 'spread' | 'merged';
type Made2 = { readonly key: string; readonly n: number };
type Asked = { totals: Table<string, number>; unheard: Table<string, number> };

/** What an event becomes: none, one or several, over the same key or over others. */
const parts = ({ key, n }: Made): readonly Made2[] => (n % 3 === 0 ? [] : [{ key, n }, { key, n: -n }, { key: n > 0 ? 'positive' : 'negative', n }]);

function spreadOf(events: Stream<Made>, way: Way): Stream<Made2> {
  if (way === 'spread') return events.flatMap(parts);
  const part = (i: number): Stream<Made2> => events.filter((e) => parts(e).length > 0).map((e) => parts(e)[i] as Made2);
  return part(0).merge(part(1), part(2));
}

function program({ partitions, boundMs }: Scenario, way: Way): Program<Asked> {
  return pipeline('several', (app) => {
    const events = spreadOf(app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)), way).keyBy((e) => e.key);
    const totals = events.sum((e) => e.n, { name: 'totals' });
    totals.to(app.sink('totals', readByHand()));
    events.toTable({ name: 'last', value: (e) => e.n }).to(app.sink('last', readByHand()));
    return { totals, unheard: events.sum((e) => e.n, { name: 'unheard' }) };
  });
}

const ways = fc.constantFrom('spread' as const, 'merged' as const);

test('what one event brings a key leaves as one change: the net', () => {
  const property = fc.property(scenarios(), ways, (scenario, way) => {
    stepByStep(program(scenario, way), scenario, (driver, seen) => {
      const totals = played(driver.sink('totals').rows() as readonly Change<string, number>[]);
      const all = seen.flatMap(parts);
      const expected = [...new Set(all.map(({ key }) => key))].map((key) => [JSON.stringify(key), all.filter((e) => e.key === key).reduce((sum, { n }) => sum + n, 0)]);
      expect(valuesIn(totals)).toEqual(Object.fromEntries(expected));
      // In the same revisions, too.
      expect(driver.table('unheard').scan()).toEqual(driver.table('totals').scan());
      // Of several at one time the last counts; two changes because of one event would not pass.
      played(driver.sink('last').rows() as readonly Change<string, number>[]);
    });
  });
  fc.assert(property, { numRuns: RUNS });
});

test('the net is the same whatever the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(), ways, (scenario, way) => sameInEveryWay(program(scenario, way), scenario, ['totals', 'last'], ['totals', 'unheard']));
  fc.assert(property, { numRuns: RUNS });
});

test('what windows that close at one time bring leaves as one change', () => {
  const property = fc.property(scenarios(), (scenario) => {
    const closing = pipeline('closing', (app) => {
      const events = app.source('events', fedByHand<Made>(scenario.partitions), madeEvents(scenario.boundMs));
      const counts = events.keyBy((e) => e.key).window(tumbling(10)).count({ name: 'counts', early: every(4) });
      counts.changes().keyBy(() => 'all').sum((c) => (c.after ?? 0) - (c.before ?? 0), { name: 'total' }).to(app.sink('total', readByHand()));
    });
    stepByStep(closing, scenario, (driver) => {
      played(driver.sink('total').rows() as readonly Change<string, number>[]);
    });
    sameInEveryWay(closing, scenario, ['total'], []);
  });
  fc.assert(property, { numRuns: RUNS });
});
