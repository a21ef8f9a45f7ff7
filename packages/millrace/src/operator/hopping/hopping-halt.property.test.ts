import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Halts, accepts, decided, haltedInEveryWay, haltedOnDisk, halts } from '../../testing/fixture-halts.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { readHeld } from '../../testing/reference/held-input.ts';
import { windowsOf } from '../../testing/reference/hopped.ts';
import { hopping } from '../../time/own-windowing.ts';
import { tumbling } from '../../time/windowing.ts';
import { type HaltScope, halt } from '../late-policy.ts';
import type { Adjustment } from '../ledger/adjustment.ts';
import type { Row } from '../row.ts';

interface How {
  readonly scope: HaltScope;
  readonly hop: readonly [size: number, advance: number];
  readonly keep: number;
}

const hows: fc.Arbitrary<How> = fc.record({
  scope: fc.constantFrom<HaltScope>('key', 'key', 'partition', 'pipeline'),
  hop: fc.constantFrom<How['hop']>([10, 5], [10, 3], [7, 4], [10, 10]),
  keep: fc.constantFrom(8, 60),
});

type Asked = { counts: Table<string, number, Made>; behind: Table<undefined, number, unknown> };

function program({ partitions, boundMs }: Scenario, { scope, hop, keep }: How): Program<Asked> {
  return pipeline('halting', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const counts = events.keyBy((e) => e.key).window(hopping(...hop)).count({ name: 'counts', late: halt({ scope, keep }), keep: 'forever' });
    counts.final().to(app.sink('rows', readByHand()));
    counts.late.to(app.sink('late', readByHand()));
    counts.adjustments.to(app.sink('adjustments', readByHand()));
    const behind = counts.final().window(tumbling(20)).count({ name: 'behind', keep: 'forever' });
    return { counts, behind };
  });
}

interface Counted {
  readonly key: string;
  readonly end: number;
  count: number;
  adjusted: number;
  left: number | undefined;
}

/** hopping + count under `halt`, as it is meant. */
function expectedOf(one: Halts, { scope, hop, keep }: How): { readonly rows: readonly unknown[]; readonly late: readonly Made[]; readonly adjustments: readonly { readonly key: string }[] } {
  const { partitions, boundMs } = one.scenario;
  const counts: Counted[] = [];
  const judged = new Map<Made, number[]>();
  const late: Made[] = [];
  const adjustments: { key: string; end: number; revision: number; before: number | undefined; after: number }[] = [];
  let frontier = -1;
  const known = (key: string, end: number): Counted | undefined => counts.find((other) => other.key === key && other.end === end);
  const added = (key: string, end: number): Counted => {
    const row = known(key, end) ?? { key, end, count: 0, adjusted: 0, left: undefined };
    if (!counts.includes(row)) counts.push(row);
    row.count += 1;
    return row;
  };
  const endsAt = (e: Made): readonly number[] => windowsOf(e.time, ...hop).map(({ end }) => end);
  readHeld(decided(one), { scope, sources: ['events'], partitions, boundMs, time: (e) => e.time }, {
    moved([to = -1]) {
      frontier = to;
      for (const row of counts) if (row.end <= frontier && row.left === undefined && row.adjusted === 0) row.left = row.count;
    },
    take(e) {
      for (const end of endsAt(e)) if (end > frontier) added(e.key, end);
      const isLate = endsAt(e).some((end) => end <= frontier);
      if (isLate) judged.set(e, [...(judged.get(e) ?? []), frontier]);
      return isLate;
    },
    decide(e) {
      const at = judged.get(e)?.shift() as number;
      const closed = endsAt(e).filter((end) => end <= at);
      if (!accepts(e) || Math.min(...closed) + keep <= at) return void late.push(e);
      for (const end of closed) {
        const before = known(e.key, end)?.count;
        const row = added(e.key, end);
        adjustments.push({ key: e.key, end, revision: row.adjusted, before, after: row.count });
        row.adjusted += 1;
      }
    },
  });
  return { rows: counts.flatMap(({ key, end, left }) => (left === undefined ? [] : [{ key, end, count: left }])), late, adjustments };
}

function check(one: Halts, how: How): (driver: TestDriver<Asked>) => void {
  const expected = expectedOf(one, how);
  return (driver) => {
    const rows = (driver.sink('rows').rows() as Row<string, number>[]).map(({ key, window, value }) => ({ key, end: window?.end, count: value }));
    expect(sorted(rows)).toEqual(sorted(expected.rows));
    expect(sorted(driver.sink('late').rows())).toEqual(sorted(expected.late));
    const adjustments = (driver.sink('adjustments').rows() as Adjustment<string, number>[]).map(({ adjusts: { key, window, revision }, before, after }) => ({ key, end: window.end, revision, before, after }));
    for (const key of ['a', 'b', 'c']) expect(adjustments.filter((other) => other.key === key)).toEqual(expected.adjustments.filter((other) => other.key === key));
    // What has left is what is seen, adjusted or not.
    for (const row of driver.table('counts').scan()) if (row.finality === 'final') expect(expected.rows).toContainEqual({ key: row.key, end: row.window?.end, count: row.value });
    // The frontier behind never passed what had still to leave.
    expect(driver.status().states['behind']?.late).toBe(0);
    expect(driver.table('behind').scan().reduce((sum, { value }) => sum + value, 0)).toBe(rows.length);
  };
}

const sorted = (list: readonly unknown[]): readonly string[] => list.map((one) => JSON.stringify(one)).toSorted();

test.each([['in memory', haltedInEveryWay, RUNS], ['on disk', haltedOnDisk, RUNS_ON_DISK]] as const)('whatever is halted and whenever somebody decides, the result is that of the reference, %s', (_, ways, numRuns) => {
  const property = fc.property(halts(), hows, (one, how) => {
    ways(program(one.scenario, how), one, check(one, how));
  });
  fc.assert(property, { numRuns });
});
