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
import { placeIn, played } from '../../testing/reference/played.ts';
import { type HaltScope, halt } from '../late-policy.ts';
import type { Change, Row } from '../row.ts';

interface How {
  readonly scope: HaltScope;
  readonly keep: number;
}

/** By key a going that is parked is forgotten later than it would have been: other keys would be judged by that. */
const hows: fc.Arbitrary<How> = fc.oneof(
  fc.constant<How>({ scope: 'key', keep: Infinity }),
  fc.record({ scope: fc.constantFrom<HaltScope>('partition', 'pipeline'), keep: fc.constantFrom(0, 10, 30, Infinity) }),
);

/** One in four events takes its key away. */
const valueOf = (e: Made): number | undefined => (e.n % 4 === 0 ? undefined : e.n);

type Asked = { latest: Table<string, number> };

function program({ partitions, boundMs }: Scenario, { scope, keep }: How): Program<Asked> {
  return pipeline('halting', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const latest = events.keyBy((e) => e.key).toTable({ name: 'latest', value: valueOf, keep: keep === Infinity ? 'forever' : keep, late: halt({ scope }) });
    latest.to(app.sink('changes', readByHand()));
    latest.late.to(app.sink('late', readByHand()));
    return { latest };
  });
}

/** toTable under `halt`, as it is meant; see testing/reference/newest. */
function expectedOf(one: Halts, { scope, keep }: How): { readonly rows: readonly Row<string, number>[]; readonly late: readonly Made[] } {
  const { partitions, boundMs } = one.scenario;
  const known = new Map<string, { time: number; value: number | undefined; revision: number }>();
  const offered = new Map<Made, boolean[]>();
  const late: Made[] = [];
  let frontier = -1;
  let forgotten = -Infinity;
  const forget = (): void => {
    for (const [key, { time, value }] of known) {
      if (value !== undefined || time + keep > frontier) continue;
      known.delete(key);
      forgotten = Math.max(forgotten, time);
    }
  };
  const put = (event: Made): void => {
    const former = known.get(event.key);
    known.set(event.key, { time: event.time, value: valueOf(event), revision: former?.value === undefined ? 0 : former.revision + 1 });
    forget();
  };
  readHeld(decided(one), { scope, sources: ['events'], partitions, boundMs, time: (e) => e.time }, {
    moved([to = -1]) {
      frontier = to;
      forget();
    },
    take(event) {
      const former = known.get(event.key);
      const isLate = event.time < (former?.time ?? forgotten);
      if (isLate) offered.set(event, [...(offered.get(event) ?? []), former === undefined]);
      else put(event);
      return isLate;
    },
    decide(event) {
      const isOffered = offered.get(event)?.shift() === true;
      if (isOffered && accepts(event) && event.time >= (known.get(event.key)?.time ?? -Infinity)) put(event);
      else late.push(event);
    },
  });
  const rows = [...known].flatMap(([key, { time, value, revision }]): Row<string, number>[] =>
    value === undefined ? [] : [{ key, window: undefined, value, time, revision, finality: 'provisional', evidence: [] }],
  );
  return { rows, late };
}

function check(one: Halts, how: How): (driver: TestDriver<Asked>) => void {
  const expected = expectedOf(one, how);
  const byPlace = (rows: readonly Row<string, number>[]): readonly Row<string, number>[] => rows.toSorted((a, b) => (placeIn(a) < placeIn(b) ? -1 : 1));
  const sorted = (list: readonly unknown[]): readonly string[] => list.map((event) => JSON.stringify(event)).sort();
  return (driver) => {
    expect(byPlace([...played(driver.sink('changes').rows() as readonly Change<string, number>[]).values()])).toEqual(byPlace(expected.rows));
    expect(byPlace(driver.table('latest').scan() as readonly Row<string, number>[])).toEqual(byPlace(expected.rows));
    expect(sorted(driver.sink('late').rows())).toEqual(sorted(expected.late));
    expect(driver.status().states['latest']?.late).toBe(expected.late.length);
    expect(driver.status().states['latest parked']?.entries ?? 0).toBe(0);
  };
}

test('whatever is halted and whenever somebody decides, in whatever batches, commits and crashes, the table is that of the reference', () => {
  const property = fc.property(halts(), hows, (one, how) => haltedInEveryWay(program(one.scenario, how), one, check(one, how)));
  fc.assert(property, { numRuns: RUNS });
});

test('the same on disk', () => {
  const property = fc.property(halts(), hows, (one, how) => haltedOnDisk(program(one.scenario, how), one, check(one, how)));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
