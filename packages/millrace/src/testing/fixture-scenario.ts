import fc from 'fast-check';
import { PLACES } from '../port/fixture-places.ts';
import type { Program, Tables } from '../stream/program.ts';
import { type TestDriver, testDriver } from './driver.ts';
import type { Action } from './reference/record.ts';

/** How often a property is tried; more with MILLRACE_RUNS=2000 in the environment. */
export const RUNS: number = Number(process.env['MILLRACE_RUNS'] ?? 200);
/** How often on real disks, where a run costs a folder and many transactions. */
export const RUNS_ON_DISK: number = Math.max(3, Math.ceil(RUNS / 40));

export interface Made {
  readonly id: string;
  readonly key: string;
  /** −1 where the event is bad input. */
  readonly time: number;
  readonly n: number;
}

/** What is done to the store after an action; nothing where there is none. */
type ToStore = 'nothing' | 'commit' | 'crash';

/** A run of a program: what comes in, in which batches, and what the store goes through meanwhile. */
export interface Scenario {
  readonly sources: readonly string[];
  readonly partitions: number;
  readonly boundMs: number;
  readonly actions: readonly Action<Made>[];
  readonly toStore: readonly ToStore[];
  /** Whether an event comes in the batch of the one before it. */
  readonly joins: readonly boolean[];
  /** After which actions everything is counted again; none unless it says so. */
  readonly recounts?: readonly number[];
}

/** What a scenario is made of, as it is drawn; plain data, which gets smaller while a property fails. */
export interface RawScenario {
  readonly raws: readonly RawAction[];
  readonly partitions: number;
  readonly boundMs: number;
  readonly ends: boolean;
}

interface RawAction {
  readonly source: number;
  readonly partition: number;
  readonly forward: number;
  readonly behind: number;
  readonly key: string;
  readonly id: number;
  readonly n: number;
  /** `again`: an event that came before comes again, maybe on another partition. */
  readonly kind: 'event' | 'again' | 'promise' | 'bad';
  readonly toStore: ToStore;
  readonly joins: boolean;
}

/** Times stay below about this, so that windows of 10 and retentions of 30 have company. */
const ACTIONS_MAX = 40;

const raw: fc.Arbitrary<RawAction> = fc.record({
  source: fc.nat(2),
  partition: fc.nat(2),
  forward: fc.oneof({ weight: 6, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.nat(40) }),
  behind: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(15) }, { weight: 1, arbitrary: fc.nat(80) }),
  key: fc.constantFrom('a', 'b', 'c'),
  id: fc.nat(9),
  n: fc.integer({ min: -9, max: 99 }),
  kind: fc.oneof({ weight: 12, arbitrary: fc.constant('event' as const) }, { weight: 2, arbitrary: fc.constantFrom('again' as const, 'promise' as const, 'bad' as const) }),
  toStore: fc.oneof({ weight: 8, arbitrary: fc.constant('nothing' as const) }, { weight: 3, arbitrary: fc.constantFrom('commit' as const, 'crash' as const) }),
  joins: fc.boolean(),
});

/** What happens in a scenario, for one whose shape is drawn elsewhere. */
export function rawActions(most: number = ACTIONS_MAX): fc.Arbitrary<RawAction[]> {
  return fc.array(raw, { maxLength: most, size: 'max' });
}

/** Events with disorder, repetitions, lateness beyond the bound and bad times, on several partitions. */
export function scenarios(sources: readonly string[] = ['events']): fc.Arbitrary<Scenario> {
  const shape = { raws: rawActions(), partitions: fc.integer({ min: 1, max: 3 }), boundMs: fc.nat(12), ends: fc.boolean() };
  return fc.record(shape).map((drawn) => scenarioOf(sources, drawn));
}

export function scenarioOf(sources: readonly string[], { raws, partitions, boundMs, ends }: RawScenario): Scenario {
  const newest = new Map<string, number>();
  const promised = new Map<string, number>();
  const sent = new Map<string, Made[]>();
  const actions = raws.map((one): Action<Made> => {
    const source = sources[one.source % sources.length] as string;
    const partition = one.partition % partitions;
    const place = `${source} ${partition}`;
    const clock = (newest.get(place) ?? 0) + one.forward;
    const promise = (to: number): void => void promised.set(place, Math.max(promised.get(place) ?? -1, to));
    if (one.kind === 'promise') {
      promise(clock - boundMs + one.behind);
      return { kind: 'promise', source, partition, to: promised.get(place) as number };
    }
    if (one.kind === 'bad') return { kind: 'event', source, partition, value: { id: `id${one.id}`, key: one.key, time: -1, n: one.n } };
    const former = sent.get(source) ?? [];
    const value = (one.kind === 'again' ? former.at(-1 - (one.id % Math.max(1, former.length))) : undefined) ?? eventOf(one, Math.max(0, clock - one.behind));
    sent.set(source, [...former, value]);
    newest.set(place, Math.max(clock, value.time));
    promise(value.time - boundMs);
    return { kind: 'event', source, partition, value };
  });
  const ending = ends ? sources.map((source): Action<Made> => ({ kind: 'end', source })) : [];
  return {
    sources,
    partitions,
    boundMs,
    actions: [...actions, ...ending],
    toStore: [...raws.map(({ toStore }) => toStore), ...ending.map(() => 'nothing' as const)],
    joins: [...raws.map(({ joins }) => joins), ...ending.map(() => false)],
  };
}

function eventOf({ id, key, n }: RawAction, time: number): Made {
  return { id: `id${id}`, key, time, n };
}

/** Runs a scenario in memory event by event, in memory in batches, and through commits and crashes. */
export function inEveryWay<T extends Tables>(program: Program<T>, scenario: Scenario, check: (driver: TestDriver<T>) => void): void {
  const oneByOne = { ...scenario, joins: scenario.joins.map(() => false) };
  check(run(testDriver(program), oneByOne, false));
  check(run(testDriver(program), scenario, false));
  check(run(testDriver(program, { durable: true }), scenario, true));
}

/** Runs a scenario through commits and crashes with memory for one key of each table, and for two. Tables are in no order then. */
export function withLittleMemory<T extends Tables>(program: Program<T>, scenario: Scenario, check: (driver: TestDriver<T>) => void): void {
  for (const hotKeys of [1, 2]) check(run(testDriver(program, { durable: true, hotKeys }), scenario, true));
}

/** Runs a scenario through commits and crashes on a store that is on disk. */
export function onDisk<T extends Tables>(program: Program<T>, scenario: Scenario, check: (driver: TestDriver<T>) => void, hotKeys?: number): void {
  const newPlace = PLACES.find(([kind]) => kind === 'lmdb')?.[1];
  if (newPlace === undefined) throw new Error('there is no LMDB backend');
  const place = newPlace();
  const driver = testDriver(program, { durable: true, backend: () => place.open(), ...(hotKeys !== undefined && { hotKeys }) });
  try {
    check(run(driver, scenario, true));
  } finally {
    driver.close();
    place.remove();
  }
}

function run<T extends Tables>(driver: TestDriver<T>, { actions, toStore, joins, recounts = [] }: Scenario, durable: boolean): TestDriver<T> {
  let batch: Made[] = [];
  actions.forEach((action, at) => {
    const after = durable ? toStore[at] : 'nothing';
    if (action.kind === 'promise') driver.advanceFrontier(action.source, action.to, action.partition);
    else if (action.kind === 'end') driver.source(action.source).end();
    else {
      batch.push(action.value);
      const next = actions[at + 1];
      const same = next?.kind === 'event' && next.source === action.source && next.partition === action.partition;
      if (after === 'nothing' && same && joins[at + 1] === true && !recounts.includes(at)) return;
      driver.source(action.source).sendBatch(batch, { partition: action.partition });
      batch = [];
    }
    if (recounts.includes(at)) driver.reconcile();
    if (after === 'commit') driver.commit();
    if (after === 'crash') driver.crash();
  });
  if (durable) driver.commit();
  return driver;
}
