import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count } from '../../aggregation/count.ts';
import { max } from '../../aggregation/extreme.ts';
import { sum } from '../../aggregation/sum.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, onDisk, scenarios, withLittleMemory } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { sameInEveryWay, stepByStep } from '../../testing/fixture-steps.ts';
import { grouped } from '../../testing/reference/grouped.ts';
import { played, valuesIn } from '../../testing/reference/played.ts';
import { tumblingAt } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';
import { drop, every, revise } from '../late-policy.ts';
import type { Change, Row } from '../row.ts';

const SIZE_MS = 10;
const LARGE_MS = 30;
const RETAIN_MS = 12;

interface Settings {
  readonly below: 'newest' | 'windows' | 'early windows' | 'revised windows';
  /** Whether groups are in windows by their rows' times. */
  readonly inWindows: boolean;
  readonly how: 'subtracting' | 'made again' | 'top';
}

const settings: fc.Arbitrary<Settings> = fc.record({
  below: fc.constantFrom('newest' as const, 'windows' as const, 'early windows' as const, 'revised windows' as const),
  inWindows: fc.boolean(),
  how: fc.constantFrom('subtracting' as const, 'made again' as const, 'top' as const),
});

type Asked = { groups: Table<string, unknown> };
type Below = Row<string, number>;

/** Rows move from group to group as their values change. */
const groupOf = ({ value }: Below): string => `g${Math.abs(value) % 3}`;

function program({ partitions, boundMs }: Scenario, { below, inWindows, how }: Settings): Program<Asked> {
  return pipeline('groups', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)).keyBy((e) => e.id);
    const late = below === 'revised windows' ? revise({ retain: RETAIN_MS }) : drop();
    const table: Table<string, number> =
      below === 'newest'
        ? events.toTable({ name: 'below', value: (e) => (e.n % 4 === 0 ? undefined : e.n) })
        : events.window(tumbling(SIZE_MS)).sum((e) => e.n, { name: 'below', late, ...(below === 'early windows' && { early: every(4) }) });
    const grouping = table.groupBy(groupOf);
    const within = inWindows ? grouping.window(tumbling(LARGE_MS)) : grouping;
    const options = { name: 'groups', ...((inWindows || below !== 'newest') && { keep: 5 }), ...(inWindows && below === 'revised windows' && { late: revise({ retain: 20 }) }) } as const;
    const both = { n: count(), sum: sum((row: Below) => row.value) };
    const made = { ...both, max: max((row: Below) => row.value) };
    const groups = (
      how === 'top'
        ? within.top(2, ({ value }) => value, options)
        : how === 'subtracting'
          ? within.aggregate({ ...options, of: both })
          : within.aggregate({ ...options, of: made })
    ) as unknown as Table<string, unknown>;
    table.to(app.sink('below', readByHand()));
    groups.to(app.sink('groups', readByHand()));
    groups.final().to(app.sink('final', readByHand()));
    return { groups };
  });
}

function resultOf(how: Settings['how'], rows: readonly Below[]): unknown {
  const values = rows.map(({ value }) => value);
  if (how === 'top') {
    const inOrder = rows.toSorted((a, b) => b.value - a.value || a.time - b.time || (a.key < b.key ? -1 : 1));
    return inOrder.slice(0, 2).map(({ key, value }) => ({ key, value }));
  }
  const both = { n: rows.length, sum: values.reduce((all, n) => all + n, 0) };
  return how === 'subtracting' ? both : { ...both, max: Math.max(...values) };
}

function look({ below, inWindows, how }: Settings): (driver: TestDriver<Asked>) => void {
  return (driver) => {
    const table = played(driver.sink('below').rows() as readonly Change<string, number>[], { counts: below !== 'early windows' });
    const groups = played(driver.sink('groups').rows() as readonly Change<string, unknown>[]);
    const frontier = Math.min(...(driver.status().sources['events'] ?? []).map((one) => one.frontier));
    const windowOf = (row: Below) => (inWindows ? tumblingAt(LARGE_MS)(row.time) : row.window);
    const shown = new Map([...table].filter(([, row]) => !inWindows || (windowOf(row) as { end: number }).end <= frontier));
    expect(valuesIn(groups)).toEqual(grouped(shown, groupOf, windowOf, (rows) => resultOf(how, rows)));
    for (const { finality, window, key } of groups.values()) {
      const members = [...table.values()].filter((row) => groupOf(row) === key && windowOf(row)?.end === window?.end);
      if (finality === 'final') expect(members.every((row) => row.finality === 'final')).toBe(true);
    }
  };
}

test('after every event groups are of the rows as they are, and each change goes on from the one before', () => {
  const property = fc.property(scenarios(), settings, (scenario, chosen) => {
    const driver = stepByStep(program(scenario, chosen), scenario, look(chosen));
    const { sources, states } = driver.status();
    if (chosen.below === 'newest' || !sources['events']?.[0]?.ended) return;
    const groups = played(driver.sink('groups').rows() as readonly Change<string, unknown>[]);
    expect([...groups.values()].every(({ finality }) => finality === 'final')).toBe(true);
    expect(driver.sink('final').rows()).toHaveLength(groups.size);
    expect(states['groups']?.entries).toBe(0);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('groups are the same whatever the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(), settings, (scenario, chosen) => {
    sameInEveryWay(program(scenario, chosen), scenario, ['groups', 'final'], ['groups']);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('groups are the same on disk too', () => {
  const property = fc.property(scenarios(), settings, (scenario, chosen) => {
    sameInEveryWay(program(scenario, chosen), scenario, ['groups', 'final'], ['groups'], onDisk);
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});

test('groups are the same with memory for one or two keys', () => {
  const property = fc.property(scenarios(), settings, (scenario, chosen) => {
    sameInEveryWay(program(scenario, chosen), scenario, ['groups', 'final'], ['groups'], withLittleMemory);
  });
  fc.assert(property, { numRuns: RUNS });
});
