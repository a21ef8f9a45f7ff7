import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PLACES } from '../../port/fixture-places.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import type { Hold } from '../../task/hold.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { type HaltedAction, halted } from '../../testing/reference/halted.ts';
import { tumbling } from '../../time/windowing.ts';
import { type HaltScope, halt } from '../late-policy.ts';
import type { Adjustment } from '../ledger/adjustment.ts';
import type { Row } from '../row.ts';

const SIZE_MS = 10;
const KEEP_MS = 60;

type Tables = { counts: Table<string, number, Made>; behind: Table<undefined, number, unknown> };

interface Policy {
  readonly scope: HaltScope;
  readonly parkingMax: number;
}

/** A scenario, and after which of its actions somebody decides on the oldest hold. */
interface Halts {
  readonly scenario: Scenario;
  readonly decides: readonly boolean[];
  readonly policy: Policy;
}

const halts: fc.Arbitrary<Halts> = fc.record({
  scenario: scenarios(),
  decides: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }), { minLength: 70, maxLength: 70 }),
  policy: fc.record({ scope: fc.constantFrom<HaltScope>('key', 'key', 'partition', 'pipeline'), parkingMax: fc.constant(1000) }),
});

function program({ partitions, boundMs }: Scenario, policy: Policy): Program<Tables> {
  return pipeline('halting', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const counts = events.keyBy((e) => e.key).window(tumbling(SIZE_MS)).count({ name: 'counts', late: halt({ ...policy, keep: KEEP_MS }), keep: 'forever' });
    counts.final().to(app.sink('rows', readByHand()));
    counts.late.to(app.sink('late', readByHand()));
    counts.adjustments.to(app.sink('adjustments', readByHand()));
    const behind = counts.final().window(tumbling(2 * SIZE_MS)).count({ name: 'behind', keep: 'forever' });
    return { counts, behind };
  });
}

const accepts = ({ n }: Made): boolean => n % 3 !== 0;

/** Decides on a hold as the reference does: by the event alone. */
function resolve(driver: TestDriver<Tables>, { id, choices, evidence }: Hold): void {
  const { event } = evidence as { readonly event: unknown };
  const choice = accepts(event as Made) && choices.some((one) => one === 'accept') ? 'accept' : 'discard';
  driver.resolve(id, { choice, by: 'somebody', reason: 'by the event' });
}

/** Every event that came is counted, discarded, adjusted, parked or waiting in a hold, or not read yet: exactly once. */
function checkAccounts(driver: TestDriver<Tables>, sent: number): void {
  driver.commit();
  const { states, sources, holds } = driver.status();
  const read = sources['events'] ?? [];
  const events = read.reduce((sum, one) => sum + one.events, 0);
  const records = read.reduce((sum, one) => sum + one.records, 0);
  const counted = driver.table('counts').scan().reduce((sum, { value }) => sum + value, 0);
  const adjusted = driver.sink('adjustments').rows().length;
  expect(counted + (states['counts']?.late ?? 0) + adjusted + (states['counts parked']?.entries ?? 0) + holds.length).toBe(events);
  expect(records).toBeLessThanOrEqual(sent);
  if (holds.length === 0) expect(records).toBe(sent);
  // The frontier behind never passed what had still to leave.
  expect(states['behind']?.late).toBe(0);
}

function run(driver: TestDriver<Tables>, { scenario, decides }: Halts, way: { readonly batches: boolean; readonly durable: boolean }): void {
  const { actions, toStore, joins } = scenario;
  let batch: Made[] = [];
  let sent = 0;
  actions.forEach((action, at) => {
    const after = way.durable ? toStore[at] : 'nothing';
    if (action.kind === 'promise') driver.advanceFrontier(action.source, action.to, action.partition);
    else if (action.kind === 'end') driver.source(action.source).end();
    else {
      batch.push(action.value);
      sent += 1;
      const next = actions[at + 1];
      const isSame = next?.kind === 'event' && next.source === action.source && next.partition === action.partition;
      if (way.batches && after === 'nothing' && decides[at] !== true && isSame && joins[at + 1] === true) return;
      driver.source(action.source).sendBatch(batch, { partition: action.partition });
      batch = [];
    }
    if (after === 'commit') checkAccounts(driver, sent);
    if (after === 'crash') driver.crash();
    const [oldest] = driver.holds();
    if (decides[at] === true && oldest !== undefined) resolve(driver, oldest);
  });
  for (let [oldest] = driver.holds(); oldest !== undefined; [oldest] = driver.holds()) {
    if (way.durable) driver.crash();
    resolve(driver, oldest);
    checkAccounts(driver, sent);
  }
  checkAccounts(driver, sent);
}

function check(driver: TestDriver<Tables>, { scenario, decides, policy }: Halts): void {
  const { actions, partitions, boundMs } = scenario;
  const decided = actions.flatMap((action, at): readonly HaltedAction<Made>[] => (decides[at] === true ? [action, { kind: 'decide' }] : [action]));
  const expected = halted(decided, { scope: policy.scope, partitions, boundMs, keepMs: KEEP_MS, sizeMs: SIZE_MS, time: (e) => e.time, key: (e) => e.key, accepts });
  const rows = (driver.sink('rows').rows() as Row<string, number>[]).map(({ key, window, value }) => ({ key, start: window?.start, count: value }));
  expect(sorted(rows)).toEqual(sorted(expected.rows));
  expect(sorted(driver.sink('late').rows())).toEqual(sorted(expected.late));
  const adjustments = (driver.sink('adjustments').rows() as Adjustment<string, number>[]).map(({ adjusts, before, after }) => ({ key: adjusts.key, start: adjusts.window.start, revision: adjusts.revision, before, after }));
  for (const key of ['a', 'b', 'c']) expect(adjustments.filter((one) => one.key === key)).toEqual(expected.adjustments.filter((one) => one.key === key));
  // What has left is what is seen, adjusted or not.
  for (const row of driver.table('counts').scan()) if (row.finality === 'final') expect(expected.rows).toContainEqual({ key: row.key, start: row.window?.start, count: row.value });
  const behind = driver.table('behind').scan().reduce((sum, { value }) => sum + value, 0);
  expect(behind).toBe(rows.length);
}

const sorted = (list: readonly unknown[]): readonly string[] => list.map((one) => JSON.stringify(one)).sort();

test('whatever is halted and whenever somebody decides, in whatever batches, commits and crashes, the result is that of the reference', () => {
  const property = fc.property(halts, (one) => {
    for (const way of [{ batches: false, durable: false }, { batches: true, durable: false }, { batches: true, durable: true }]) {
      const driver = testDriver(program(one.scenario, one.policy), { durable: way.durable });
      run(driver, one, way);
      check(driver, one);
    }
  });
  fc.assert(property, { numRuns: RUNS });
});

test('the same on disk', () => {
  const newPlace = PLACES.find(([kind]) => kind === 'lmdb')?.[1];
  if (newPlace === undefined) throw new Error('there is no LMDB backend');
  const property = fc.property(halts, (one) => {
    const place = newPlace();
    const driver = testDriver(program(one.scenario, one.policy), { durable: true, backend: () => place.open() });
    try {
      run(driver, one, { batches: true, durable: true });
      check(driver, one);
    } finally {
      driver.close();
      place.remove();
    }
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});

test('where little may be parked and partitions stop, every event is still somewhere, exactly once', () => {
  const property = fc.property(halts, fc.integer({ min: 1, max: 4 }), (one, parkingMax) => {
    const driver = testDriver(program(one.scenario, { scope: 'key', parkingMax }), { durable: true });
    run(driver, one, { batches: true, durable: true });
  });
  fc.assert(property, { numRuns: RUNS });
});
