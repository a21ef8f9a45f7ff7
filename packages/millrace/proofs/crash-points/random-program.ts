import { isDeepStrictEqual } from 'node:util';
import type { Plan, SourceNode } from '../../src/plan/node.ts';
import type { Backend } from '../../src/port/backend.ts';
import { type TestDriver, testDriver } from '../../src/testing/driver.ts';
import type { Program, Tables } from '../../src/stream/program.ts';
import { Chance } from '../../src/testing/simulate/chance.ts';
import { Fortune } from '../../src/testing/simulate/fortune.ts';
import { arriving } from '../../src/testing/simulate/input.ts';
import { randomProgram } from '../../src/testing/simulate/fixture-random-program.ts';
import { type Rows, difference, shown } from '../../src/testing/simulate/rows-difference.ts';
import type { Scenario } from './scenario.ts';
import { atLast, once, surviving } from './survival.ts';

/** A source has so many events at most: the time of a run grows with them, and so does the number of runs. */
const EVENTS_MAX = 8;
/** A commit follows one of so many batches, and a batch has at most so many events. */
const COMMIT_ONE_IN = 3;
const BATCH_MAX = 4;
/** One in so many programs has memory for one key of a table. */
const HOT_ONE_IN = 3;

interface Given {
  readonly source: string;
  readonly partition: number;
  /** Empty: the partition has ended. */
  readonly rows: readonly unknown[];
  readonly commits: boolean;
}

/** A random program that is given random events, in batches, with commits in between. */
export function randomScenario(seed: number): Scenario {
  const { program, name, given } = fedProgram(seed);
  return {
    name,
    run: (store) => {
      const driver = surviving(() => testDriver(program, { durable: true, backend: () => store.open(), ...(seed % HOT_ONE_IN === 0 && { hotKeys: 1 }) }));
      for (const { source, partition, rows, commits } of given) {
        once(driver, () => (rows.length === 0 ? driver.endOf(source, partition) : driver.source(source).sendBatch(rows, { partition })));
        if (commits) once(driver, () => driver.commit());
      }
      return atLast(driver, () => {
        driver.commit();
        const seen = seenOf(driver, program.plan);
        driver.close();
        return seen;
      });
    },
    differs: (came, expected) => differs(came as Seen, expected as Seen),
  };
}

/** The same in one life, which commits by `commit`. */
export function livedThrough(seed: number): { readonly name: string; readonly run: (open: () => Backend, commit: (driver: TestDriver<Tables>, plan: Plan) => void) => Seen } {
  const { program, name, given } = fedProgram(seed);
  return {
    name,
    run: (open, commit) => {
      const driver = testDriver(program, { durable: true, backend: open });
      for (const { source, partition, rows, commits } of given) {
        if (rows.length === 0) driver.endOf(source, partition);
        else driver.source(source).sendBatch(rows, { partition });
        if (commits) commit(driver, program.plan);
      }
      commit(driver, program.plan);
      const seen = seenOf(driver, program.plan);
      driver.close();
      return seen;
    },
  };
}

function fedProgram(seed: number): { readonly program: Program<Tables>; readonly name: string; readonly given: readonly Given[] } {
  const { program, spec, events } = randomProgram(seed);
  const given = givenTo(program.plan, events(new Chance(seed).branch('events')) as Readonly<Record<string, readonly unknown[]>>, seed);
  return { program, name: `the random program ${seed}: ${JSON.stringify(spec)}`, given };
}

/** Everything that can be seen of it in the end. */
export interface Seen {
  /** Without how much a state holds: a window that is over goes at some commit after its time. */
  readonly counted: unknown;
  readonly sinks: ReadonlyMap<string, readonly unknown[]>;
  readonly tables: ReadonlyMap<string, Rows>;
  readonly bad: unknown;
}

function seenOf(driver: TestDriver<Tables>, plan: Plan): Seen {
  const { sources, holds, states } = driver.status();
  const sinks = plan.nodes.flatMap((node) => (node.kind === 'sink' ? [[node.name, driver.sink(node.name).rows()] as const] : []));
  const tables = [...plan.tables.keys()].map((name) => [name, (driver.table(name as never) as { scan(): Rows }).scan()] as const);
  const counted = { sources, holds, states: Object.entries(states).map(([name, { entries: _entries, ...counters }]) => [name, counters]) };
  return { counted, sinks: new Map(sinks), tables: new Map(tables), bad: driver.bad() };
}

export function differs(came: Seen, expected: Seen): string | undefined {
  for (const [name, rows] of expected.sinks) if (!isDeepStrictEqual(came.sinks.get(name), rows)) return `sink '${name}' was given ${shown(came.sinks.get(name))}, expected ${shown(rows)}`;
  for (const [name, rows] of expected.tables) {
    const wrong = difference(came.tables.get(name) ?? [], rows);
    if (wrong !== undefined) return `table '${name}' ${wrong}`;
  }
  if (!isDeepStrictEqual(came.counted, expected.counted)) return `it counted ${shown(came.counted)}, expected ${shown(expected.counted)}`;
  return isDeepStrictEqual(came.bad, expected.bad) ? undefined : `it set aside ${shown(came.bad)}, expected ${shown(expected.bad)}`;
}

function givenTo({ nodes }: Plan, events: Readonly<Record<string, readonly unknown[]>>, seed: number): readonly Given[] {
  const chance = new Chance(seed).branch('batches');
  const fortune = new Fortune(chance.branch('input'), new Set(['duplicate', 'reordered', 'late']), 0, () => {});
  const queues = nodes
    .filter((node): node is SourceNode => node.kind === 'source')
    .flatMap((node) => arriving(node, (events[node.name] ?? []).slice(0, EVENTS_MAX), chance.branch(node.name), fortune).map((list, partition) => ({ source: node.name, partition, rows: list.map(({ row }) => row) })));
  const given: Given[] = [];
  let open = queues;
  while (open.length > 0) {
    const queue = chance.pick(open);
    const { source, partition } = queue;
    const rows = queue.rows.splice(0, chance.between(1, BATCH_MAX));
    given.push({ source, partition, rows, commits: chance.oneIn(COMMIT_ONE_IN) });
    if (rows.length === 0) open = open.filter((other) => other !== queue);
  }
  return given;
}
