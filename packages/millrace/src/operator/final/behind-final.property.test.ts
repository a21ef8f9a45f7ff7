import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import type { SourceSpec } from '../../task/source.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { listed } from '../../testing/fixture-list.ts';
import type { Action } from '../../testing/reference/record.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { group } from '../../time/group-windowing.ts';
import { countWindow, hopping, session, sliding } from '../../time/own-windowing.ts';
import { type PlainWindowing, type Windowing, calendar, tumbling } from '../../time/windowing.ts';
import { type LatePolicy, drop, revise } from '../late-policy.ts';
import type { Row } from '../row.ts';

/*
 * Behind `.final()` everything is on time: whatever the windows, the policy and the retention, a window over
 * final rows has all of them when it closes.
 */

type Rows = readonly Row<string, number>[];
type Asked = { readonly sums: Table<string, number, Made>; readonly behind: Table<string, number> };

interface Kind {
  readonly windowing: Windowing;
  /** How long a millisecond of the scenario is. */
  readonly unitMs: number;
}

const HOUR_MS = 3_600_000;

const kinds: readonly Kind[] = [
  { windowing: tumbling(10), unitMs: 1 },
  { windowing: calendar.day('Europe/Berlin'), unitMs: HOUR_MS },
  { windowing: hopping(20, 7), unitMs: 1 },
  { windowing: session(5), unitMs: 1 },
  { windowing: sliding(9), unitMs: 1 },
  { windowing: group<Made>({ open: (e) => e.n % 3 === 0, close: (e) => e.n % 4 === 0, timeout: 13 }), unitMs: 1 },
  { windowing: group<Made>({ open: (e) => e.n % 2 === 0, close: (e) => e.n % 3 === 0, timeout: 40 }), unitMs: 1 },
];

/** Longer than any run. */
const LONG = 1000;

interface Setting {
  readonly kind: Kind;
  readonly retain: number;
  readonly size: number;
}

const settings: fc.Arbitrary<Setting> = fc.record({ kind: fc.constantFrom(...kinds), retain: fc.constantFrom(0, 0, 1, 7, 30, LONG), size: fc.constantFrom(1, 4, 10, 50) });

/** The same in longer times, for windows that are long. */
function stretched(scenario: Scenario, { kind: { unitMs } }: Setting): Scenario {
  const actions = scenario.actions.map((action): Action<Made> => {
    if (action.kind === 'promise') return { ...action, to: action.to < 0 ? action.to : action.to * unitMs };
    if (action.kind !== 'event' || action.value.time < 0) return action;
    return { ...action, value: { ...action.value, time: action.value.time * unitMs } };
  });
  return { ...scenario, actions, boundMs: scenario.boundMs * unitMs };
}

function programOf({ boundMs }: Scenario, { kind: { windowing, unitMs }, retain, size }: Setting, source: SourceSpec<Made>): Program<Asked> {
  return pipeline('behind final', (app) => {
    const events = app.source('events', source, { time: ({ time }) => time, complete: outOfOrder(boundMs), maxAhead: 'any' });
    const late: LatePolicy = retain === 0 ? drop() : revise({ retain: retain * unitMs });
    const sums = events.keyBy((e) => e.key).window(windowing as PlainWindowing).sum((e) => e.n, { name: 'sums', late });
    const finals = sums.final();
    const behind = finals.keyBy((row) => row.key).window(tumbling(size * unitMs)).sum((row) => row.value, { name: 'behind' });
    finals.to(app.sink('finals', readByHand()));
    behind.final().to(app.sink('behind', readByHand()));
    behind.late.to(app.sink('late', readByHand()));
    return { sums, behind };
  });
}

/** What the final rows come to in their windows, whenever they came. */
function together(finals: Rows, sizeMs: number): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { key, value, time } of finals) {
    const place = `${key} ${(Math.floor(time / sizeMs) + 1) * sizeMs}`;
    sums.set(place, (sums.get(place) ?? 0) + value);
  }
  return sums;
}

const placed = (rows: Rows): ReadonlyMap<string, number> => new Map(rows.map(({ key, window, value }) => [`${key} ${window?.end}`, value]));

function check({ actions }: Scenario, { kind: { unitMs }, size }: Setting): (driver: TestDriver<Asked>) => void {
  const ends = actions.at(-1)?.kind === 'end';
  return (driver) => {
    const [finals, behind] = [driver.sink('finals').rows() as Rows, driver.sink('behind').rows() as Rows];
    expect([driver.sink('late').rows(), driver.status().states['behind']?.late]).toEqual([[], 0]);
    const expected = together(finals, size * unitMs);
    expect(placed(behind).size).toBe(behind.length);
    for (const [place, value] of placed(behind)) expect([place, value]).toEqual([place, expected.get(place)]);
    if (ends) expect(placed(behind)).toEqual(expected);
  };
}

/** As a batch, of all events in whatever order. */
async function inBatch(scenario: Scenario, setting: Setting): Promise<Rows> {
  const lists = Array.from({ length: scenario.partitions }, (_, partition) =>
    scenario.actions.flatMap((action) => (action.kind === 'event' && action.partition === partition ? [action.value] : [])),
  );
  const { tables } = await programOf(scenario, setting, listed(lists)).batch({ anyTime: true });
  return tables.behind as Rows;
}

test('windows over final rows have all of them, and nothing is late for them', async () => {
  const property = fc.asyncProperty(scenarios(), settings, async (drawn, setting) => {
    const scenario = stretched(drawn, setting);
    let ran: TestDriver<Asked> | undefined;
    inEveryWay(programOf(scenario, setting, fedByHand(scenario.partitions)), scenario, (driver) => {
      check(scenario, setting)(driver);
      ran = driver;
    });
    // Where the retention covered what was late, in every window, all of this is what a batch comes to.
    if (setting.retain !== LONG || scenario.actions.at(-1)?.kind !== 'end' || ran?.status().states['sums']?.late !== 0) return;
    expect(placed(ran.sink('behind').rows() as Rows)).toEqual(placed(await inBatch(scenario, setting)));
  });
  await fc.assert(property, { numRuns: RUNS });
});

test('and on disk too', () => {
  const property = fc.property(scenarios(), settings, (drawn, setting) => {
    const scenario = stretched(drawn, setting);
    onDisk(programOf(scenario, setting, fedByHand(scenario.partitions)), scenario, check(scenario, setting));
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});

test('of counts that leave when the input ends nothing is late either', () => {
  const property = fc.property(scenarios(), fc.constantFrom(1, 4, 50), (scenario, size) => {
    // Older than the frontier is what was older when it came: a count takes it, whatever its time.
    const inOrder = { ...scenario, boundMs: 200 };
    const setting: Setting = { kind: { windowing: countWindow(3, { partial: true }), unitMs: 1 }, retain: 0, size };
    inEveryWay(programOf(inOrder, setting, fedByHand(scenario.partitions)), { ...inOrder, actions: inOrder.actions.filter(({ kind }) => kind !== 'promise') }, check(inOrder, setting));
  });
  fc.assert(property, { numRuns: RUNS });
});
