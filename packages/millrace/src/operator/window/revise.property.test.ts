import fc from 'fast-check';
import { expect, test } from 'vitest';
import { every, revise } from '../late-policy.ts';
import type { Table } from '../../stream/table.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { changed } from '../../testing/reference/changed.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { revised } from '../../testing/reference/revised.ts';
import { tumblingAt } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Change, Row } from '../row.ts';

const SIZE_MS = 10;

interface Settings {
  readonly retain: number;
  readonly early: 'each' | number | undefined;
}

const settings: fc.Arbitrary<Settings> = fc.record({
  retain: fc.constantFrom(0, 1, 7, 30, 1000),
  early: fc.constantFrom(undefined, 'each' as const, 1, 4, 7, 25),
});

type Asked = { totals: Table<string, number, Made> };

function program({ partitions, boundMs }: Scenario, { retain, early }: Settings): Program<Asked> {
  return pipeline('windows', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const policy = {
      ...(retain > 0 && { late: revise({ retain }) }),
      ...(early !== undefined && { early: typeof early === 'number' ? every(early) : early }),
    };
    const totals = events.keyBy((e) => e.key).window(tumbling(SIZE_MS)).sum((e) => e.n, { name: 'totals', keep: 'forever', ...policy });
    totals.to(app.sink('changes', readByHand()));
    totals.final().to(app.sink('final', readByHand()));
    totals.late.to(app.sink('late', readByHand()));
    return { totals };
  });
}

function check({ actions, partitions, boundMs }: Scenario, { retain, early }: Settings): (driver: TestDriver<Asked>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const sum = (values: readonly Made[]): number => values.reduce((all, e) => all + e.n, 0);
  const expected = revised(events, { key: (e) => e.key, at: tumblingAt(SIZE_MS), result: sum, retain, ...(early !== undefined && { early }) });
  const rows = valuesOf(expected.changes).map(({ after }) => after);
  const finals = rows.filter(({ finality }) => finality === 'final');
  return (driver) => {
    expect(driver.sink('changes').rows()).toEqual(valuesOf(changed(expected.changes)));
    expect(driver.sink('final').rows()).toEqual(finals);
    expect(driver.sink('late').rows()).toEqual(valuesOf(expected.late));
    expect(sorted(driver.table('totals').scan())).toEqual(sorted([...finals, ...expected.open]));
    expectChained(driver.sink('changes').rows() as Change<string, number>[]);
    // Every event is in a window once, or late, or bad.
    const { sources, states } = driver.status();
    const read = (sources['events'] ?? []).reduce((all, { records, bad }) => all + records - bad, 0);
    expect(read).toBe(valuesOf(events).length);
    expect(states['totals']?.late).toBe(valuesOf(expected.late).length);
  };
}

/** Each change goes on from the one before it, and nothing follows on what is final. */
function expectChained(changes: readonly Change<string, number>[]): void {
  const last = new Map<string, Change<string, number>>();
  for (const change of changes) {
    const place = `${change.key} ${change.window?.end}`;
    const former = last.get(place);
    expect(change.before).toBe(former?.after);
    expect(former?.finality).not.toBe('final');
    last.set(place, change);
  }
}

function sorted(rows: readonly Row<string, number>[]): readonly Row<string, number>[] {
  const place = ({ key, time }: Row<string, number>): string => `${String(time).padStart(9)} ${key}`;
  return rows.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

test('revisions and early rows equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(), settings, (scenario, chosen) => {
    inEveryWay(program(scenario, chosen), scenario, check(scenario, chosen));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('revisions and early rows equal the reference on disk too', () => {
  const property = fc.property(scenarios(), settings, (scenario, chosen) => {
    onDisk(program(scenario, chosen), scenario, check(scenario, chosen));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
