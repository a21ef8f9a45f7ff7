import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reconcile } from '../late-policy.ts';
import { PLACES } from '../../port/fixture-places.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { record } from '../../testing/reference/record.ts';
import { reconciled } from '../../testing/reference/reconciled.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { daily } from '../../time/schedule.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Adjustment } from './adjustment.ts';

const SIZE_MS = 10;

function program({ partitions, boundMs }: Scenario, keep: number): Program<Tables> {
  return pipeline('reconciled', (app) => {
    const again = { ...fedByHand<Made>(partitions), again: () => Promise.reject(new Error('the test driver reads again by itself')) };
    const events = app.source('events', again, madeEvents(boundMs));
    const sums = events.keyBy((e) => e.key).window(tumbling(SIZE_MS)).sum((e) => e.n, { name: 'sums', late: reconcile({ at: daily('02:00', 'UTC'), keep }) });
    sums.final().to(app.sink('rows', readByHand(), { takes: 'irreversible' }));
    sums.adjustments.to(app.sink('adjustments', readByHand(), { takes: 'adjustable' }));
    sums.late.to(app.sink('late', readByHand()));
  });
}

/** After which actions there is a recount. */
const recounts = fc.array(fc.nat(60), { maxLength: 4 });
const keeps = fc.constantFrom(5, 40, 100_000);

function check(driver: TestDriver<Tables>, scenario: Scenario, after: readonly number[], keep: number, isDurable: boolean): void {
  const { actions, toStore, partitions, boundMs } = scenario;
  actions.forEach((action, at) => {
    if (action.kind === 'promise') driver.advanceFrontier(action.source, action.to, action.partition);
    else if (action.kind === 'event') driver.source(action.source).sendBatch([action.value], { partition: action.partition });
    else return;
    if (after.includes(at)) driver.reconcile();
    if (isDurable && toStore[at] === 'commit') driver.commit();
    if (isDurable && toStore[at] === 'crash') driver.crash();
  });
  driver.reconcile();
  if (isDurable) driver.commit();

  const open = actions.filter(({ kind }) => kind !== 'end');
  const events = record(open, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const by = { key: (e: Made) => e.key, at: tumblingAt(SIZE_MS), result: (values: readonly Made[]) => values.reduce((sum, e) => sum + e.n, 0) };
  const counts = [...open.keys()].filter((at) => after.includes(at)).map((at) => events.filter((entry) => entry.at <= at).length);
  const expected = reconciled(events, by, [...counts, events.length], keep);
  const { rows, late } = windowed(events, by);
  expect(driver.sink('rows').rows()).toEqual(valuesOf(rows));
  expect(driver.sink('late').rows()).toEqual(valuesOf(late));
  const adjustments = driver.sink('adjustments').rows() as Adjustment<string, number>[];
  expect(adjustments.map(({ adjusts: { key, window, revision }, before, after: now }) => ({ key, end: window.end, revision, before, after: now }))).toEqual(expected.flat());
  expectNet(driver, events, by, keep);
}

/** What left, and its adjustments, come to the batch, in every window that is closed and compared. */
function expectNet(driver: TestDriver<Tables>, events: ReturnType<typeof record<Made>>, by: Parameters<typeof windowed<Made, string, number>>[1], keep: number): void {
  const frontier = driver.status().sources['events']?.reduce((least, partition) => Math.min(least, partition.frontier), Infinity) ?? -1;
  const net = new Map<string, number | undefined>();
  for (const { key, window, value } of driver.sink('rows').rows() as { key: string; window: { end: number }; value: number }[]) net.set(`${window.end} ${key}`, value);
  for (const { adjusts, before, after, finality } of driver.sink('adjustments').rows() as Adjustment<string, number>[]) {
    const place = `${adjusts.window.end} ${adjusts.key}`;
    expect(net.get(place)).toBe(before);
    expect(finality).toBe('final');
    net.set(place, after);
  }
  const batch = windowed(events.filter(({ kind }) => kind === 'fact'), by).open.map(({ key, window, value }) => ({ key, end: window?.end as number, value }));
  for (const { key, end, value } of batch) if (end <= frontier && end + keep > frontier) expect(net.get(`${end} ${key}`)).toBe(value);
}

test('what left and its adjustments come to the batch, whatever the commits and the crashes, and nothing final changes', () => {
  const property = fc.property(scenarios(), recounts, keeps, (scenario, after, keep) => {
    check(testDriver(program(scenario, keep)), scenario, after, keep, false);
    check(testDriver(program(scenario, keep), { durable: true }), scenario, after, keep, true);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('and on disk too', () => {
  const newPlace = PLACES.find(([kind]) => kind === 'lmdb')?.[1];
  const property = fc.property(scenarios(), recounts, keeps, (scenario, after, keep) => {
    const place = newPlace?.() as NonNullable<ReturnType<NonNullable<typeof newPlace>>>;
    const driver = testDriver(program(scenario, keep), { durable: true, backend: () => place.open() });
    try {
      check(driver, scenario, after, keep, true);
    } finally {
      driver.close();
      place.remove();
    }
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
