import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import type { Table } from '../stream/table.ts';
import { type TestDriver, testDriver } from '../testing/driver.ts';
import { type Made, RUNS, type Scenario, scenarios } from '../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../testing/fixture-source.ts';
import { tumbling } from '../time/windowing.ts';
import { drop, revise } from './late-policy.ts';
import type { Row } from './row.ts';

type Asked = { sums: Table<string, number, Made>; total: Table<{ key: string; odd: boolean }, number, Made> };

interface Settings {
  readonly history: number;
  readonly keep: number | 'forever';
  readonly retain: number;
  readonly hotKeys: number | undefined;
}

const settings: fc.Arbitrary<Settings> = fc.record({
  history: fc.constantFrom(1, 30, 1_000_000),
  keep: fc.constantFrom(0, 15, 'forever' as const),
  retain: fc.constantFrom(0, 20),
  hotKeys: fc.constantFrom(undefined, 1, 2),
});

function program({ partitions, boundMs }: Scenario, { history, keep, retain }: Settings): Program<Asked> {
  return pipeline('history', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const late = retain === 0 ? drop() : revise({ retain });
    const sums = events.keyBy((e) => e.key).window(tumbling(10)).sum((e) => e.n, { name: 'sums', keep, late, history });
    const total = events.keyBy({ key: (e) => e.key, odd: (e) => e.n % 2 !== 0 }).count({ name: 'total', history });
    sums.to(app.sink('changes', readByHand()));
    return { sums, total };
  });
}

const KEYS = ['a', 'b', 'c'];
const ODD = [true, false];

/** Everything that can be asked of both tables now, or as of a commit. */
function answers(driver: TestDriver<Asked>, times: readonly number[], asKnownAt?: number): unknown {
  const sums = KEYS.flatMap((key) => times.map((time) => driver.table('sums').get(key, time, asKnownAt)));
  const total = KEYS.flatMap((key) => ODD.map((odd) => driver.table('total').get({ key, odd }, undefined, asKnownAt)));
  return { sums, total };
}

function check(scenario: Scenario, chosen: Settings): void {
  const { actions, toStore } = scenario;
  const { hotKeys } = chosen;
  const driver = testDriver(program(scenario, chosen), { durable: true, ...(hotKeys !== undefined && { hotKeys }) });
  const times = [...new Set(actions.flatMap((action) => (action.kind === 'event' && action.value.time >= 0 ? [action.value.time - (action.value.time % 10)] : [])))];
  const seen = new Map<number, unknown>();
  actions.forEach((action, at) => {
    if (action.kind === 'promise') driver.advanceFrontier(action.source, action.to, action.partition);
    else if (action.kind === 'end') driver.source(action.source).end();
    else driver.source(action.source).sendBatch([action.value], { partition: action.partition });
    if (toStore[at] === 'commit') {
      driver.commit();
      seen.set(driver.status().commit, answers(driver, times));
    }
    if (toStore[at] === 'crash') driver.crash();
    if (toStore[at] !== 'nothing') expectKnown(driver, times, seen);
  });
  expectKnown(driver, times, seen);
}

function expectKnown(driver: TestDriver<Asked>, times: readonly number[], seen: ReadonlyMap<number, unknown>): void {
  let isForgotten = true;
  for (const [commit, answer] of seen) {
    try {
      expect(answers(driver, times, commit)).toEqual(answer);
      isForgotten = false;
    } catch (error) {
      // What is forgotten is older than everything that is known.
      expect(error).toMatchObject({ code: 'HISTORY_FORGOTTEN' });
      expect(isForgotten).toBe(true);
    }
  }
}

test('what was seen at a commit can be asked for at every later one, until it is forgotten, also after crashes', () => {
  fc.assert(fc.property(scenarios(), settings, check), { numRuns: RUNS });
});

test('with a long history nothing is forgotten, and a row that has become final since was provisional then', () => {
  const scenario = { partitions: 1, boundMs: 0 } as Scenario;
  const driver = testDriver(program(scenario, { history: 1_000_000, keep: 'forever', retain: 0, hotKeys: undefined }), { durable: true });
  const made = (time: number, n: number): Made => ({ id: `id${time}`, key: 'a', time, n });
  const ask = (commit: number): unknown => {
    const row = driver.table('sums').get('a', 5, commit) as Row<string, number> | undefined;
    return row === undefined ? undefined : [row.value, row.finality];
  };
  driver.commit();
  driver.source('events').send(made(1, 4));
  driver.commit();
  driver.source('events').send(made(2, 5));
  driver.commit();
  driver.source('events').send(made(30, 1));
  driver.commit();
  expect([1, 2, 3, 4].map(ask)).toEqual([undefined, [4, 'provisional'], [9, 'provisional'], [9, 'final']]);
  driver.crash();
  expect([1, 2, 3, 4].map(ask)).toEqual([undefined, [4, 'provisional'], [9, 'provisional'], [9, 'final']]);
});
