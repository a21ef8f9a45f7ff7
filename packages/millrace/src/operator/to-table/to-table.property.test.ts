import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios, withLittleMemory } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { newest } from '../../testing/reference/newest.ts';
import { placeIn, played } from '../../testing/reference/played.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import type { Change, Row } from '../row.ts';

/** One in four events takes its key away. */
const valueOf = (e: Made): number | undefined => (e.n % 4 === 0 ? undefined : e.n);

type Asked = { latest: Table<string, number>; again: Table<string, number> };

function program({ partitions, boundMs }: Scenario, keep: number): Program<Asked> {
  return pipeline('newest', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const latest = events.keyBy((e) => e.key).toTable({ name: 'latest', value: valueOf, keep: keep === Infinity ? 'forever' : keep });
    const again = latest.changes().toTable({ name: 'again' });
    latest.to(app.sink('changes', readByHand()));
    latest.late.to(app.sink('late', readByHand()));
    again.to(app.sink('again', readByHand()));
    return { latest, again };
  });
}

function check({ actions, partitions, boundMs }: Scenario, keep: number): (driver: TestDriver<Asked>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const expected = newest(events, (e) => e.key, valueOf, keep);
  const byPlace = (rows: readonly Row<string, number>[]): readonly Row<string, number>[] => rows.toSorted((a, b) => (placeIn(a) < placeIn(b) ? -1 : 1));
  return (driver) => {
    const changes = driver.sink('changes').rows() as readonly Change<string, number>[];
    expect(byPlace([...played(changes).values()])).toEqual(byPlace(expected.rows));
    expect(driver.sink('late').rows()).toEqual(valuesOf(expected.late));
    // Changes and back again: nothing is lost, and nothing is added.
    expect(driver.sink('again').rows()).toEqual(changes);
    expect(byPlace(driver.table('latest').scan() as readonly Row<string, number>[])).toEqual(byPlace(expected.rows));
    expect(byPlace(driver.table('again').scan() as readonly Row<string, number>[])).toEqual(byPlace(expected.rows));
    for (const row of expected.rows) expect(driver.table('latest').get(row.key)).toEqual(row);
  };
}

const keeps = fc.constantFrom(0, 10, 30, Infinity);

test('the newest of each key equals the reference, and a changelog makes the same table again', () => {
  const property = fc.property(scenarios(), keeps, (scenario, keep) => inEveryWay(program(scenario, keep), scenario, check(scenario, keep)));
  fc.assert(property, { numRuns: RUNS });
});

test('the newest of each key equals the reference on disk too', () => {
  const property = fc.property(scenarios(), keeps, (scenario, keep) => onDisk(program(scenario, keep), scenario, check(scenario, keep)));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});

test('with memory for one or two keys the newest of each key equals the reference too', () => {
  const property = fc.property(scenarios(), keeps, (scenario, keep) => withLittleMemory(program(scenario, keep), scenario, check(scenario, keep)));
  fc.assert(property, { numRuns: RUNS });
});

test('with memory for one key it equals the reference on disk too', () => {
  const property = fc.property(scenarios(), keeps, (scenario, keep) => onDisk(program(scenario, keep), scenario, check(scenario, keep), 1));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
