import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { tumbling } from '../../time/windowing.ts';
import { revise } from '../late-policy.ts';

type Tables = { windows: Table<string, number>; again: Table<string, number> };

function program({ partitions, boundMs }: Scenario): Program<Tables> {
  return pipeline('again', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const windows = events.keyBy((e) => e.key).window(tumbling(10)).sum((e) => e.n, { name: 'windows', late: revise({ retain: 20 }) });
    // Rows go, too: those that stop passing.
    const some = windows.filter((row) => row.value % 3 !== 0);
    const again = some.changes().toTable({ name: 'again' });
    some.to(app.sink('changes', readByHand()));
    again.to(app.sink('changes again', readByHand()));
    again.final().to(app.sink('final', readByHand()));
    return { windows, again };
  });
}

/** The changes of the table made again: the same, but that a row that comes back is counted as it was. */
function check(driver: TestDriver<Tables>): void {
  expect(driver.sink('changes again').rows()).toEqual(driver.sink('changes').rows());
  const finals = (driver.sink('changes').rows() as readonly { readonly finality: string; readonly after: unknown }[]).filter(({ finality, after }) => finality === 'final' && after !== undefined);
  expect(driver.sink('final').rows()).toHaveLength(finals.length);
}

test('changes of windows that are revised make the same table again', () => {
  const property = fc.property(scenarios(), (scenario) => inEveryWay(program(scenario), scenario, check));
  fc.assert(property, { numRuns: RUNS });
});

test('changes make the same table again on disk too', () => {
  const property = fc.property(scenarios(), (scenario) => onDisk(program(scenario), scenario, check));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
