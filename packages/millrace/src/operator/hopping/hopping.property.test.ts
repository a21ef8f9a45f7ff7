import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Policies, policies } from '../../testing/fixture-own-windows.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { changed } from '../../testing/reference/changed.ts';
import { hopped } from '../../testing/reference/hopped.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { sumOf } from '../../testing/reference/results.ts';
import { hopping } from '../../time/own-windowing.ts';
import { drop, every, revise } from '../late-policy.ts';
import type { Row } from '../row.ts';

interface Hops extends Policies {
  readonly size: number;
  readonly advance: number;
}

const hops: fc.Arbitrary<Hops> = fc
  .record({ hop: fc.constantFrom([10, 2], [10, 5], [10, 10], [10, 3], [7, 4], [12, 8], [1, 1]), chosen: policies })
  .map(({ hop: [size, advance], chosen }) => ({ size, advance, ...chosen }) as Hops);

type Asked = { sums: Table<string, number, Made> };

/** Asked, so window by window; and with nobody to ask, so in panes where rows leave once. */
function program({ partitions, boundMs }: Scenario, { size, advance, retain, early }: Hops): Program<Asked> {
  return pipeline('hops', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const windows = events.keyBy((e) => e.key).window(hopping(size, advance));
    const policy = { late: retain > 0 ? revise({ retain }) : drop(), ...(early !== undefined && { early: typeof early === 'number' ? every(early) : early }) };
    const sums = windows.sum((e) => e.n, { name: 'sums', keep: 'forever', ...policy });
    const unasked = windows.sum((e) => e.n, { name: 'unasked', ...policy });
    sums.to(app.sink('sums', readByHand()));
    sums.late.to(app.sink('late sums', readByHand()));
    unasked.to(app.sink('unasked', readByHand()));
    unasked.late.to(app.sink('late unasked', readByHand()));
    return { sums };
  });
}

function check({ actions, partitions, boundMs }: Scenario, settings: Hops): (driver: TestDriver<Asked>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e: Made) => e.time });
  const { changes, late, open } = hopped(events, { key: (e) => e.key, result: (values) => sumOf(values, (e) => e.n), ...settings });
  const finals = valuesOf(changes).map(({ after }) => after).filter(({ finality }) => finality === 'final');
  return (driver) => {
    for (const name of ['sums', 'unasked']) {
      expect(driver.sink(name).rows()).toEqual(valuesOf(changed(changes)));
      expect(driver.sink(`late ${name}`).rows()).toEqual(valuesOf(late));
      expect(driver.status().states[name]?.late).toBe(valuesOf(late).length);
    }
    const asked = driver.table('sums').scan();
    expect(sorted(asked)).toEqual(sorted([...finals, ...open]));
    for (const row of asked) expect(driver.table('sums').get(row.key, row.time)).toEqual(row);
  };
}

function sorted(rows: readonly Row<string, number>[]): readonly Row<string, number>[] {
  const place = ({ key, time }: Row<string, number>): string => `${String(time).padStart(9)} ${key}`;
  return rows.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

test('hopping windows equal the reference, in panes and window by window', () => {
  const property = fc.property(scenarios(), hops, (scenario, settings) => {
    inEveryWay(program(scenario, settings), scenario, check(scenario, settings));
  });
  fc.assert(property, { numRuns: RUNS });
});

test('hopping windows equal the reference on disk too', () => {
  const property = fc.property(scenarios(), hops, (scenario, settings) => {
    onDisk(program(scenario, settings), scenario, check(scenario, settings));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
