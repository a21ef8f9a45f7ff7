import fc from 'fast-check';
import { PLACES } from '../port/fixture-places.ts';
import type { Program, Tables } from '../stream/program.ts';
import type { Hold } from '../task/hold.ts';
import { type TestDriver, testDriver } from './driver.ts';
import { type Made, type Scenario, scenarios } from './fixture-scenario.ts';
import type { DecidedAction } from './reference/held-input.ts';

/** A scenario, and after which of its actions somebody decides on the oldest hold. */
export interface Halts {
  readonly scenario: Scenario;
  readonly decides: readonly boolean[];
}

/** More than the actions of any scenario. */
const DECISIONS = 70;

export function halts(sources?: readonly string[]): fc.Arbitrary<Halts> {
  const decides = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  return fc.record({ scenario: scenarios(sources), decides: fc.array(decides, { minLength: DECISIONS, maxLength: DECISIONS }) });
}

/** The same for a reference. */
export function decided({ scenario, decides }: Halts): readonly DecidedAction<Made>[] {
  return scenario.actions.flatMap((action, at): readonly DecidedAction<Made>[] => (decides[at] === true ? [action, { kind: 'decide' }] : [action]));
}

/** Whether somebody accepts a late event, where that is offered: by the event alone, so that when it is makes no difference. */
export const accepts = ({ n }: Made): boolean => n % 3 !== 0;

/** Of a driver after everything has been decided: everything was read, and nothing waits. */
export type Check<T extends Tables> = (driver: TestDriver<T>) => void;

/** Event by event in memory, in batches, and through commits and crashes, also between decisions. */
export function haltedInEveryWay<T extends Tables>(program: Program<T>, one: Halts, check: Check<T>): void {
  for (const way of [{ batches: false, durable: false }, { batches: true, durable: false }, { batches: true, durable: true }]) {
    check(run(testDriver(program, { durable: way.durable }), one, way));
  }
}

/** The same on a store that is on disk. */
export function haltedOnDisk<T extends Tables>(program: Program<T>, one: Halts, check: Check<T>): void {
  const newPlace = PLACES.find(([kind]) => kind === 'lmdb')?.[1];
  if (newPlace === undefined) throw new Error('there is no LMDB backend');
  const place = newPlace();
  const driver = testDriver(program, { durable: true, backend: () => place.open() });
  try {
    check(run(driver, one, { batches: true, durable: true }));
  } finally {
    driver.close();
    place.remove();
  }
}

function run<T extends Tables>(driver: TestDriver<T>, { scenario, decides }: Halts, way: { readonly batches: boolean; readonly durable: boolean }): TestDriver<T> {
  const { actions, toStore, joins } = scenario;
  let batch: Made[] = [];
  actions.forEach((action, at) => {
    const after = way.durable ? toStore[at] : 'nothing';
    if (action.kind === 'promise') driver.advanceFrontier(action.source, action.to, action.partition);
    else if (action.kind === 'end') driver.source(action.source).end();
    else {
      batch.push(action.value);
      const next = actions[at + 1];
      const isSame = next?.kind === 'event' && next.source === action.source && next.partition === action.partition;
      if (way.batches && after === 'nothing' && decides[at] !== true && isSame && joins[at + 1] === true) return;
      driver.source(action.source).sendBatch(batch, { partition: action.partition });
      batch = [];
    }
    if (after === 'commit') driver.commit();
    if (after === 'crash') driver.crash();
    const [oldest] = driver.holds();
    if (decides[at] === true && oldest !== undefined) resolve(driver, oldest);
  });
  for (let [oldest] = driver.holds(); oldest !== undefined; [oldest] = driver.holds()) {
    if (way.durable) driver.crash();
    resolve(driver, oldest);
  }
  driver.commit();
  return driver;
}

function resolve<T extends Tables>(driver: TestDriver<T>, { id, choices, evidence }: Hold): void {
  const { event } = evidence as { readonly event: unknown };
  const choice = accepts(event as Made) && choices.some((one) => one === 'accept') ? 'accept' : 'discard';
  driver.resolve(id, { choice, by: 'somebody', reason: 'by the event' });
}
