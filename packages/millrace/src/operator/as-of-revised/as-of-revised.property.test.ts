import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { asOf, versioned } from '../../testing/reference/as-of.ts';
import { asOfRevised } from '../../testing/reference/as-of-revised.ts';
import { record } from '../../testing/reference/record.ts';
import { type Recorded, valuesOf } from '../../testing/reference/recorded.ts';
import type { Change, Row } from '../row.ts';

const SOURCES = ['events', 'prices'] as const;

interface Settings {
  readonly retention: number;
  readonly shift: number;
  readonly missing: 'drop' | 'null';
}

const settings: fc.Arbitrary<Settings> = fc.record({
  retention: fc.constantFrom(20, 41, 1000),
  shift: fc.constantFrom(0, 0, -5, 9),
  missing: fc.constantFrom('drop' as const, 'null' as const),
});

type Priced = readonly [event: string, row: number | undefined];
type Asked = { priced: Table<number, Priced, Made> };

const priceOf = (e: Made): number | undefined => (e.n % 5 === 0 ? undefined : e.n);
const combine = (e: Made, row: number | undefined): Priced => [`${e.key} ${e.id} ${e.time} ${e.n}`, row];
const atOf = (shift: number) => (e: Made): number => Math.max(0, e.time + (e.n % 2 === 0 ? shift : 0));

function program({ partitions, boundMs }: Scenario, { retention, shift, missing }: Settings): Program<Asked> {
  return pipeline('as-of', (app) => {
    const [events, prices] = SOURCES.map((name) => app.source(name, fedByHand<Made>(partitions), madeEvents(boundMs)));
    if (events === undefined || prices === undefined) throw new Error('expected two sources');
    const table = prices.keyBy((e) => e.key).toTable({ name: 'prices', versioned: retention, value: priceOf });
    const priced = events.keyBy((e) => e.key).joinTable(table, { name: 'priced', missing, late: 'revise', at: atOf(shift) }, combine);
    priced.to(app.sink('changes', readByHand()));
    priced.final().to(app.sink('final', readByHand()));
    priced.late.to(app.sink('late', readByHand()));
    return { priced };
  });
}

function check({ actions, partitions, boundMs }: Scenario, { retention, shift, missing }: Settings): (driver: TestDriver<Asked>) => void {
  const [events, prices] = SOURCES.map((name) => record(actions, { name, partitions, boundMs, time: (e: Made) => e.time })) as [Recorded<Made>, Recorded<Made>];
  const table = versioned(prices, { key: (e) => e.key, value: priceOf, retention });
  const how = { key: (e: Made) => e.key, at: atOf(shift), combine };
  const expected = asOfRevised(events, prices, table, { ...how, always: missing === 'null' });
  const waited = asOf(events, prices, table, { ...how, wait: 0, without: missing });
  return (driver) => {
    const changes = driver.sink('changes').rows() as Change<number, Priced>[];
    const seen = ({ before, after, key, revision, finality, evidence, time }: Change<number, Priced>): unknown => ({ before, after, key, revision, finality, evidence, time });
    expect(changes.map(seen)).toEqual(
      expected.changes.map(({ before, after }) => {
        const { key, revision, finality, evidence, time } = (after ?? before) as Row<number, Priced>;
        // That a row goes is a change of it, too.
        return { before: before?.value, after: after?.value, key, revision: after === undefined ? revision + 1 : revision, finality, evidence, time };
      }),
    );
    expect(driver.sink('late').rows()).toEqual(valuesOf(expected.late));
    expect(driver.status().states['priced']).toMatchObject({ late: valuesOf(expected.late).length, missing: expected.missing });
    const byKey = (rows: readonly Row<number, Priced>[]): unknown => rows.toSorted((a, b) => a.key - b.key);
    expect(byKey(driver.table('priced').scan())).toEqual(byKey(expected.open));
    for (const row of expected.open) expect(driver.table('priced').get(row.key)).toEqual(row);
    // In the end it is what waiting would have given.
    const finals = (driver.sink('final').rows() as Row<number, Priced>[]).map(({ value }) => JSON.stringify(value));
    expect(finals.toSorted()).toEqual(valuesOf(waited.out).map((value) => JSON.stringify(value)).toSorted());
    expectChained(changes);
  };
}

/** Each change goes on where the one before it ended, and nothing follows on what is final. */
function expectChained(changes: readonly Change<number, Priced>[]): void {
  const last = new Map<number, Change<number, Priced>>();
  for (const change of changes) {
    const former = last.get(change.key);
    expect(change.before).toEqual(former?.after);
    expect(former?.finality).not.toBe('final');
    last.set(change.key, change);
  }
}

test('revised joins as of a time equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(SOURCES), settings, (scenario, chosen) => {
    inEveryWay(program(scenario, chosen), scenario, check(scenario, chosen));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('revised joins as of a time equal the reference on disk too', () => {
  const property = fc.property(scenarios(SOURCES), settings, (scenario, chosen) => {
    onDisk(program(scenario, chosen), scenario, check(scenario, chosen));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
