import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Halts, decided, haltedInEveryWay, haltedOnDisk, halts } from '../../testing/fixture-halts.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { grouped } from '../../testing/reference/group-windows.ts';
import { readHeld } from '../../testing/reference/held-input.ts';
import type { OwnWindows } from '../../testing/reference/own-windows.ts';
import { type Action, record } from '../../testing/reference/record.ts';
import { type Recorded, valuesOf } from '../../testing/reference/recorded.ts';
import { sessions } from '../../testing/reference/sessions.ts';
import { slid } from '../../testing/reference/slid.ts';
import { group } from '../../time/group-windowing.ts';
import { session, sliding } from '../../time/own-windowing.ts';
import { type PlainWindowing, type Windowing, tumbling } from '../../time/windowing.ts';
import { type HaltScope, halt } from '../late-policy.ts';
import type { Row } from '../row.ts';

type Ids = readonly string[];

interface How {
  readonly scope: HaltScope;
  /** Whether what has left is kept to be asked; else it goes as soon as nothing needs it. */
  readonly kept: boolean;
  readonly windowing: Windowing;
  readonly reference: (events: Recorded<Made>) => OwnWindows<Made, string, Ids>;
}

// Ids are id0 to id9: some open, some close, one does both, and the others are what comes in between.
const open = (e: Made): boolean => ['id0', 'id1', 'id2', 'id3'].includes(e.id);
const close = (e: Made): boolean => ['id3', 'id4', 'id5', 'id6'].includes(e.id);
const idsOf = (events: readonly Made[]): Ids => events.map((e) => `${e.id} ${e.n}`);
const by = { key: (e: Made) => e.key, retain: 0, result: idsOf };

const hows: fc.Arbitrary<How> = fc
  .record({
    scope: fc.constantFrom<HaltScope>('key', 'key', 'partition', 'pipeline'),
    kept: fc.boolean(),
    kind: fc.oneof(
      fc.constantFrom(1, 3, 10).map((gap): Pick<How, 'windowing' | 'reference'> => ({ windowing: session(gap), reference: (events) => sessions(events, { ...by, gap }) })),
      fc.constantFrom(1, 5, 20).map((length): Pick<How, 'windowing' | 'reference'> => ({ windowing: sliding(length), reference: (events) => slid(events, { ...by, length }) })),
      fc.constantFrom(1, 5, 12).map((timeout): Pick<How, 'windowing' | 'reference'> => ({ windowing: group({ open, close, timeout }), reference: (events) => grouped(events, { ...by, open, close, timeout }) })),
    ),
  })
  .map(({ kind, ...how }) => ({ ...how, ...kind }));

type Asked = { lists: Table<string, Ids, Made>; behind: Table<undefined, number, unknown> };

function program({ partitions, boundMs }: Scenario, { scope, windowing, kept }: How): Program<Asked> {
  return pipeline('halting', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const windows = events.keyBy((e) => e.key).window(windowing as PlainWindowing);
    const lists = windows.aggregate({
      name: 'lists',
      late: halt({ scope }),
      keep: kept ? 'forever' : 0,
      create: (): Made[] => [],
      add: (list, e) => [...list, e],
      result: idsOf,
    });
    lists.final().to(app.sink('rows', readByHand()));
    lists.late.to(app.sink('late', readByHand()));
    const behind = lists.final().window(tumbling(20)).count({ name: 'behind', keep: 'forever' });
    return { lists, behind };
  });
}

/** Nothing can be accepted, so all comes to what `drop` comes to, of the input as it was read. */
function expectedOf(one: Halts, { scope, reference }: How): OwnWindows<Made, string, Ids> {
  const { partitions, boundMs } = one.scenario;
  const recorded = (read: readonly Action<Made>[]): Recorded<Made> => record(read, { name: 'events', partitions, boundMs, time: (e: Made) => e.time });
  const lateAmong = (events: Recorded<Made>): number => valuesOf(reference(events).late).length;
  const read = readHeld(decided(one), { scope, sources: ['events'], partitions, boundMs, time: (e) => e.time }, {
    moved: () => undefined,
    // What has waited for an opening event that did not come is late with a step, and is not held.
    take: (_event, _source, soFar) => lateAmong(recorded(soFar)) > lateAmong(recorded(soFar).slice(0, -1)),
    decide: () => undefined,
  });
  return reference(recorded(read));
}

function check(one: Halts, how: How): (driver: TestDriver<Asked>) => void {
  const { changes, late } = expectedOf(one, how);
  const finals = valuesOf(changes).filter(({ finality }) => finality === 'final');
  return (driver) => {
    const rows = driver.sink('rows').rows() as Row<string, Ids>[];
    expect(sorted(rows.map(({ key, window, value }) => ({ key, window, value })))).toEqual(sorted(finals.map(({ key, window, after }) => ({ key, window, value: after }))));
    expect(sorted(driver.sink('late').rows())).toEqual(sorted(valuesOf(late)));
    expect(driver.status().states['lists']?.late).toBe(valuesOf(late).length);
    // Of one key they leave in the order of time.
    for (const key of ['a', 'b', 'c']) expect(rows.filter((row) => row.key === key).map(({ time }) => time)).toEqual(finals.filter((row) => row.key === key).map(({ time }) => time));
    // The frontier behind never passed what had still to leave.
    expect(driver.status().states['behind']?.late).toBe(0);
    expect(driver.table('behind').scan().reduce((sum, { value }) => sum + value, 0)).toBe(rows.length);
  };
}

const sorted = (list: readonly unknown[]): readonly string[] => list.map((one) => JSON.stringify(one)).toSorted();

test.each([['in memory', haltedInEveryWay, RUNS], ['on disk', haltedOnDisk, RUNS_ON_DISK]] as const)('windows of a key\'s own: whatever is halted and whenever somebody decides, the result is that of the reference, %s', (_, ways, numRuns) => {
  const property = fc.property(halts(), hows, (one, how) => {
    ways(program(one.scenario, how), one, check(one, how));
  });
  fc.assert(property, { numRuns });
});
