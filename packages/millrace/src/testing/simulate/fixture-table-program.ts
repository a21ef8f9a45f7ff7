import type { AggregateOptions } from '../../stream/aggregates.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { Stream } from '../../stream/stream.ts';
import type { Table } from '../../stream/table.ts';
import type { SourceSpec } from '../../task/source.ts';
import { revise } from '../../operator/late-policy.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { group } from '../../time/group-windowing.ts';
import { countWindow } from '../../time/own-windowing.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Made } from '../fixture-scenario.ts';
import { readByHand } from '../fixture-source.ts';
import { Chance } from './chance.ts';
import { eventsOf } from './fixture-random-events.ts';
import type { SimulateOptions } from './simulate.ts';

/** Of two sources tables are made, joined, grouped, and asked as of a time. */
const SOURCES = ['left', 'right'];
const BOUNDS_MS = [0, 3, 12];
const WINDOW_MS = [5, 12];
const RETAIN_MS = 20;
/** A way is there in one of so many programs. */
const WAY_ONE_IN = 4;

/** A table or a stream. */
type Output = object;

interface Maker {
  readonly app: Parameters<Parameters<typeof pipeline>[1]>[0];
  readonly left: Stream<Made>;
  readonly right: Stream<Made>;
  /** Of both sides: made in the same windows, or without. */
  readonly tables: readonly [Table<string, number, unknown>, Table<string, number, unknown>];
}

/** One way to make something of two streams and two tables, each with names of its own. */
const WAYS: { readonly [name: string]: (maker: Maker) => Output } = {
  joined: ({ tables: [one, other] }) => one.join(other, (a, b) => a * 100 + b, { name: 'joined' }),
  'left joined': ({ tables: [one, other] }) => one.leftJoin(other, (a, b) => `${a} ${b ?? 'none'}`, { name: 'left joined' }),
  'outer joined': ({ tables: [one, other] }) => one.outerJoin(other, (a, b) => `${a ?? 'none'} ${b ?? 'none'}`, { name: 'outer joined' }),
  grouped: ({ tables: [one] }) => one.groupBy((row) => row.value % 3).aggregate({ create: () => 0, add: (sum: number, row) => sum + row.value, result: (sum: number) => sum }, { name: 'grouped' }),
  counted: ({ tables: [one] }) => one.groupBy((row) => row.value % 2 === 0).count({ name: 'counted' }),
  first: ({ tables: [one] }) => one.top(2, { name: 'first' }),
  mapped: ({ tables: [one] }) => one.filter(({ value }) => value % 3 !== 0).map(({ value }) => (value === 1 ? undefined : value * 2)),
  replayed: ({ tables: [one] }) => one.changes().toTable({ name: 'replayed' }),
  newest: ({ left }) => left.keyBy((made) => made.key).toTable({ name: 'newest', value: (made) => (made.n < 0 ? undefined : made.n), keep: 10 }),
  referring: ({ left, right }) => {
    const items = left.keyBy((made) => made.id).toTable({ name: 'items', delete: (made) => made.n < -3 });
    return items.joinForeign(right.keyBy((made) => made.key).toTable({ name: 'owners' }), (row) => row.value.key, (item, owner) => `${item.id} ${owner.n}`, { name: 'referring' });
  },
  'as of': ({ left, right }) => {
    const versions = right.keyBy((made) => made.key).toTable({ name: 'versions', versioned: 30, value: (made) => (made.n < 0 ? undefined : made.n) });
    return left.keyBy((made) => made.key).joinTable(versions, { name: 'as of', missing: 'null' }, (made, n) => `${made.n} at ${made.time}: ${n}`);
  },
  'as of, revised': ({ left, right }) => {
    const versions = right.keyBy((made) => made.key).toTable({ name: 'revised versions', versioned: 30, value: (made) => made.n });
    return left.keyBy((made) => made.key).joinTable(versions, { name: 'as of, revised', missing: 'null', late: 'revise' }, (made, n) => `${made.n} at ${made.time}: ${n}`);
  },
  concatenated: ({ left, right }) => left.concat(right, { name: 'concatenated' }).keyBy((made) => made.key).count({ name: 'of both' }),
  'numbered again': ({ left }) => left.numbered({ name: 'numbered again', producer: 'simulated', epoch: 1, every: 10 }),
  'in fours': ({ left }) => left.keyBy((made) => made.key).window(countWindow(4)).sum((made) => made.n, { name: 'in fours' }),
  'in groups': ({ left }) => left.keyBy((made) => made.key).window(group({ open: (made: Made) => made.n % 3 === 0, close: (made: Made) => made.n % 5 === 0, timeout: 15 })).count({ name: 'in groups' }),
};

/** A random program of tables, the same for the same seed. */
export function tableProgram(seed: number): { readonly spec: object; readonly program: Program<Tables>; readonly events: SimulateOptions['events'] } {
  const chance = new Chance(seed).branch('a program of tables');
  const ways = Object.keys(WAYS).filter(() => chance.oneIn(WAY_ONE_IN));
  const partitions = chance.between(1, 3);
  const boundMs = chance.pick(BOUNDS_MS);
  const windowMs = chance.oneIn(2) ? undefined : chance.pick(WINDOW_MS);
  const late = chance.oneIn(2) ? revise({ retain: RETAIN_MS }) : undefined;
  const program = pipeline('tables', (app) => {
    const read = (name: string): Stream<Made> => app.source(name, never(partitions), { time: (made) => made.time, complete: outOfOrder(boundMs), maxAhead: 'any' }) as unknown as Stream<Made>;
    const [left, right] = [read('left'), read('right')];
    const options = { ...(late !== undefined && windowMs !== undefined && { late }), ...(windowMs !== undefined && { keep: 1000 }) } as AggregateOptions;
    const sums = (stream: Stream<Made>, name: string): Table<string, number, unknown> => {
      const keyed = stream.keyBy((made) => made.key);
      return (windowMs === undefined ? keyed.count({ name }) : keyed.window(tumbling(windowMs)).count({ name, ...options })) as Table<string, number, unknown>;
    };
    const tables = [sums(left, 'of left'), sums(right, 'of right')] as const;
    const made = ways.map((way) => [way, (WAYS[way] as (maker: Maker) => Output)({ app, left, right, tables })] as const);
    for (const [way, output] of made) (output as Stream<unknown>).to(app.sink(way, readByHand<unknown>()));
    const asked = [...made, ['of left', tables[0]], ['of right', tables[1]]] as const;
    return Object.fromEntries(asked.filter(([, output]) => 'final' in output)) as unknown as Tables;
  }) as Program<Tables>;
  return { spec: { ways, partitions, boundMs, windowMs, revises: late !== undefined }, program, events: (random) => Object.fromEntries(SOURCES.map((name) => [name, eventsOf(random)])) };
}

/** The simulation puts another in its place. */
function never(partitions: number): SourceSpec<Made> {
  return { text: 'simulated', partitions, open: () => Promise.reject(new Error('this source is simulated')) };
}
