import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { VersionedTable } from '../../stream/versioned-table.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Halts, decided, haltedInEveryWay, haltedOnDisk, halts } from '../../testing/fixture-halts.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { type Told, heldAt } from '../../testing/reference/as-of.ts';
import { readHeld } from '../../testing/reference/held-input.ts';
import { type HaltScope, halt } from '../late-policy.ts';

interface How {
  readonly scope: HaltScope;
  /** 0: for ever. By key less is forgotten while somebody waits. */
  readonly retention: number;
}

const hows: fc.Arbitrary<How> = fc.oneof(
  fc.constant<How>({ scope: 'key', retention: 0 }),
  fc.record({ scope: fc.constantFrom<HaltScope>('partition', 'pipeline'), retention: fc.constantFrom(0, 4, 13, 60) }),
);

const priceOf = (e: Made): number | undefined => (e.n % 3 === 0 ? undefined : e.n);

type Asked = { prices: VersionedTable<string, number, Made> };

function program({ partitions, boundMs }: Scenario, { scope, retention }: How): Program<Asked> {
  return pipeline('halting', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const prices = events.keyBy((e) => e.key).toTable({ name: 'prices', versioned: retention === 0 ? 'forever' : retention, value: priceOf, late: halt({ scope }) });
    prices.late.to(app.sink('late', readByHand()));
    // What is asked as of its own time: nothing is late, because this waits for what is parked.
    const priced = events.keyBy((e) => e.key).joinTable(prices, { name: 'priced', missing: 'null' }, (e, price) => ({ ...e, price: price ?? null }));
    priced.to(app.sink('priced', readByHand()));
    return { prices };
  });
}

interface Expected {
  readonly told: readonly Told<string, number>[];
  readonly late: readonly Made[];
  readonly horizon: number;
}

function expectedOf(one: Halts, { scope, retention }: How): Expected {
  const { partitions, boundMs } = one.scenario;
  const told: Told<string, number>[] = [];
  const late: Made[] = [];
  let frontier = -1;
  let horizon = -Infinity;
  readHeld(decided(one), { scope, sources: ['events'], partitions, boundMs, time: (e) => e.time }, {
    moved: ([to = -1]) => void (frontier = to),
    take(event) {
      if (event.time < frontier) return true;
      told.push({ at: told.length, key: event.key, time: event.time, value: priceOf(event) });
      if (retention > 0) horizon = Math.max(horizon, frontier - retention);
      return false;
    },
    decide: (event) => void late.push(event),
  });
  return { told, late, horizon };
}

const sorted = (list: readonly unknown[]): readonly string[] => list.map((event) => JSON.stringify(event)).sort();

function check(one: Halts, how: How): (driver: TestDriver<Asked>) => void {
  const { told, late, horizon } = expectedOf(one, how);
  const last = Math.max(0, ...told.map(({ time }) => time));
  return (driver) => {
    expect(sorted(driver.sink('late').rows())).toEqual(sorted(late));
    expect(driver.status().states['prices']?.late).toBe(late.length);
    const table = driver.table('prices');
    for (const key of ['a', 'b', 'c']) {
      for (let time = 0; time <= last + 1; time += 1) {
        const expected = time < horizon ? undefined : heldAt(told, key, time)?.value;
        expect([key, time, table.get(key, time)?.value]).toEqual([key, time, expected]);
      }
    }
    if (how.retention > 0) return;
    for (const { key, time, price } of driver.sink('priced').rows() as (Made & { readonly price: number | null })[]) {
      // Those that had come too late themselves are asked for what is known at once.
      if (late.some((event) => event.key === key && event.time === time)) continue;
      expect([key, time, price]).toEqual([key, time, heldAt(told, key, time)?.value ?? null]);
    }
  };
}

test('whatever is halted and whenever somebody decides, in whatever batches, commits and crashes, the table held what that of the reference did', () => {
  const property = fc.property(halts(), hows, (one, how) => haltedInEveryWay(program(one.scenario, how), one, check(one, how)));
  fc.assert(property, { numRuns: RUNS });
});

test('the same on disk', () => {
  const property = fc.property(halts(), hows, (one, how) => haltedOnDisk(program(one.scenario, how), one, check(one, how)));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
