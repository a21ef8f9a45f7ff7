import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Stream } from '../../stream/stream.ts';
import type { Table } from '../../stream/table.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { sameInEveryWay, stepByStep } from '../../testing/fixture-steps.ts';
import { joined } from '../../testing/reference/joined.ts';
import { type Played, played, valuesIn } from '../../testing/reference/played.ts';
import { tumbling } from '../../time/windowing.ts';
import { type LatePolicy, drop, every, revise } from '../late-policy.ts';
import type { Change } from '../row.ts';
import type { JoinKind } from './sides.ts';

const SIZE_MS = 10;

interface Settings {
  readonly kind: JoinKind;
  readonly tables: 'newest' | 'totals' | 'windows' | 'early windows' | 'revised windows';
  /** Whether the right table is of a source of its own. */
  readonly apart: boolean;
}

const settings: fc.Arbitrary<Settings> = fc.record({
  kind: fc.constantFrom('inner' as const, 'left' as const, 'outer' as const),
  tables: fc.constantFrom('newest' as const, 'totals' as const, 'windows' as const, 'early windows' as const, 'revised windows' as const),
  apart: fc.boolean(),
});

type Asked = { joined: Table<string, string> };

function tableOf(events: Stream<Made>, name: string, tables: Settings['tables']): Table<string, number> {
  const keyed = events.keyBy((e) => e.key);
  if (tables === 'newest') return keyed.toTable({ name, value: (e) => (e.n % 3 === 0 ? null : e.n) });
  if (tables === 'totals') return keyed.sum((e) => e.n, { name });
  const late: LatePolicy = tables === 'revised windows' ? revise({ retain: name === 'left' ? 25 : 7 }) : drop();
  return keyed.window(tumbling(SIZE_MS)).sum((e) => e.n, { name, late, ...(tables === 'early windows' && { early: every(4) }) });
}

const write = (left: number | undefined, right: number | undefined): string | undefined => (left === 2 ? undefined : `${left ?? '–'} ${right ?? '–'}`);

function program({ partitions, boundMs }: Scenario, { kind, tables, apart }: Settings): Program<Asked> {
  return pipeline('joins', (app) => {
    const source = (name: string): Stream<Made> => app.source(name, fedByHand<Made>(partitions), madeEvents(boundMs));
    const first = source('one');
    const second = source('two');
    const left = tableOf(first.filter((e) => e.n % 2 === 0), 'left', tables);
    const right = tableOf(apart ? second : first.filter((e) => e.n % 5 !== 1), 'right', tables);
    const options = { name: 'joined', ...(tables.endsWith('windows') && { keep: 5 }) };
    const table: Table<string, string> =
      kind === 'inner' ? left.join(right, write, options) : kind === 'left' ? left.leftJoin(right, write, options) : left.outerJoin(right, write, options);
    left.to(app.sink('left', readByHand()));
    right.to(app.sink('right', readByHand()));
    table.to(app.sink('joined', readByHand()));
    table.final().to(app.sink('final', readByHand()));
    return { joined: table };
  });
}

type Changes<V> = readonly Change<string, V>[];

function look({ kind, tables, apart }: Settings): (driver: TestDriver<Asked>) => void {
  const counts = tables !== 'early windows';
  return (driver) => {
    const left: Played<string, number> = played(driver.sink('left').rows() as Changes<number>, { counts, apart });
    const right: Played<string, number> = played(driver.sink('right').rows() as Changes<number>, { counts, apart });
    const table: Played<string, string> = played(driver.sink('joined').rows() as Changes<string>, { apart });
    // After every event the join is that of the two tables as they are.
    expect(valuesIn(table)).toEqual(joined(left, right, kind, write));
    for (const [place, row] of table) {
      const sides = [left.get(place), right.get(place)];
      const times = sides.flatMap((side) => (side === undefined ? [] : [side.time]));
      expect(row.time).toBeGreaterThanOrEqual(Math.max(...times));
      const isFinal = sides.every((side) => side?.finality === 'final');
      if (isFinal) expect(row.finality).toBe('final');
      if (sides.some((side) => side?.finality === 'provisional')) expect(row.finality).toBe('provisional');
      if (isFinal) expect([...row.evidence].sort()).toEqual([...new Set(sides.flatMap((side) => side?.evidence ?? []))].sort());
    }
  };
}

test('after every event a join is that of its tables, and each change goes on from the one before', () => {
  const property = fc.property(scenarios(['one', 'two']), settings, (scenario, chosen) => {
    const driver = stepByStep(program(scenario, chosen), scenario, look(chosen));
    const isWindowed = chosen.tables.includes('windows');
    // When all has ended everything in windows is final, the rows without a partner too.
    if (!isWindowed || !driver.status().sources['one']?.[0]?.ended || !driver.status().sources['two']?.[0]?.ended) return;
    const rows = played(driver.sink('joined').rows() as Changes<string>, chosen);
    expect([...rows.values()].every(({ finality }) => finality === 'final')).toBe(true);
    expect(driver.sink('final').rows()).toHaveLength(rows.size);
    expect(driver.status().states['joined']?.entries).toBe(0);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('a join is the same whatever the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(['one', 'two']), settings, (scenario, chosen) => {
    sameInEveryWay(program(scenario, chosen), scenario, ['joined', 'final'], ['joined']);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('a join is the same on disk too', () => {
  const property = fc.property(scenarios(['one', 'two']), settings, (scenario, chosen) => {
    sameInEveryWay(program(scenario, chosen), scenario, ['joined', 'final'], ['joined'], onDisk);
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
