import { expect, test } from 'vitest';
import { revise } from '../operator/late-policy.ts';
import { type App, pipeline } from '../stream/pipeline.ts';
import type { Stream } from '../stream/stream.ts';
import type { Table } from '../stream/table.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';

interface Parts {
  readonly app: App;
  readonly events: Stream<number>;
  /** A table without windows. */
  readonly totals: Table<number, number>;
  readonly windows: Table<number, number>;
  readonly revised: Table<number, number>;
}

function written(write: (parts: Parts) => unknown): () => void {
  return () => {
    pipeline('connected', (app) => {
      const events = app.source('events', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0) });
      const keyed = events.keyBy((n): number => n % 2);
      const totals = keyed.count({ name: 'totals' });
      const windows = keyed.window(tumbling(5)).count({ name: 'windows' });
      const revised = keyed.window(tumbling(5)).count({ name: 'revised', late: revise({ retain: 1000 }) });
      write({ app, events, totals, windows, revised });
    });
  };
}

test('a table is no stream: a step that takes facts refuses it by name, and says what to do', () => {
  const merge = written(({ events, totals }) => events.merge(totals as never));
  expect(merge).toThrow(expect.objectContaining({ code: 'NOT_A_STREAM', cure: expect.stringContaining('.changes()') }));
  expect(merge).toThrow("a merge takes facts, and was given the table 'totals', which changes");
});

test('a stream is no table: what takes a table refuses it', () => {
  const streamAsTable = (events: Stream<number>): never => ({ port: events.port }) as never;
  expect(written(({ events, totals }) => totals.join(streamAsTable(events), () => 1))).toThrow('a join takes a table, and was given the facts of a source');
  expect(written(({ events, totals }) => totals.joinForeign(streamAsTable(events.map((n) => n)), () => 1, () => 1))).toThrow(expect.objectContaining({ code: 'NOT_A_TABLE' }));
  expect(written(({ totals }) => totals.join({} as never, () => 1))).toThrow('a join takes a table, and was given nothing');
});

test('tables are joined by window only where both have the same ones', () => {
  expect(written(({ totals, windows }) => totals.join(windows, () => 1))).toThrow('a join of tables needs windows of one kind on both sides, and was given no windows and tumbling 5 ms');
  expect(written(({ windows, events }) => windows.outerJoin(events.keyBy((n): number => n).window(tumbling(10)).count(), () => 1))).toThrow(expect.objectContaining({ code: 'TABLES_UNLIKE' }));
  expect(written(({ windows, revised }) => windows.join(revised.filter(() => true), () => 1))).not.toThrow();
});

test('an aggregation below a table that revises revises too, for as long at least, or stands behind final()', () => {
  const sums = (retain: number | undefined) =>
    written(({ revised }) => revised.groupBy((row) => row.key).window(tumbling(10)).count({ name: 'sums', ...(retain !== undefined && { late: revise({ retain }) }) }));
  expect(sums(undefined)).toThrow("'sums' would be final when its windows close, and the table below it changes for 1 s after that");
  expect(sums(999)).toThrow("'sums' would be final 999 ms after its windows close");
  expect(sums(999)).toThrow(expect.objectContaining({ code: 'FINAL_TOO_EARLY' }));
  expect(sums(1000)).not.toThrow();
  expect(written(({ revised }) => revised.final().keyBy((row) => row.key).window(tumbling(10)).count())).not.toThrow();
});

test('in the windows of the table itself it revises as that does, and without windows for ever', () => {
  expect(written(({ revised }) => revised.groupBy((row) => row.key).count())).not.toThrow();
  expect(written(({ revised }) => revised.groupBy((row) => row.key).count({ late: revise({ retain: 999 }) }))).toThrow(expect.objectContaining({ code: 'FINAL_TOO_EARLY' }));
  expect(written(({ totals }) => totals.groupBy((row) => row.key).window(tumbling(10)).count())).not.toThrow();
  expect(written(({ totals }) => totals.groupBy((row) => row.key).count({ late: revise({ retain: 999 }) }))).toThrow('none: a table without windows changes for ever');
  expect(written(({ totals }) => totals.groupBy((row) => row.key).count({ early: 'each' }))).toThrow('early: groups of a table leave when they change');
});

test('what is made of a join is final as late as the later of its tables', () => {
  const grouped = (retain: number) =>
    written(({ windows, revised }) => windows.join(revised, (a, b) => a + b).groupBy((row) => row.key).window(tumbling(5)).count({ late: revise({ retain }) }));
  expect(grouped(999)).toThrow(expect.objectContaining({ code: 'FINAL_TOO_EARLY' }));
  expect(grouped(1000)).not.toThrow();
});

test('what is made of a table may be taken back: a sink that cannot do that does not get it', () => {
  const connect = (make: (parts: Parts) => Table<number, number>) => written((parts) => (make(parts) as unknown as { to(sink: unknown): void }).to(parts.app.sink('mail', readByHand(), { takes: 'irreversible' })));
  const made: readonly ((parts: Parts) => unknown)[] = [
    ({ totals }) => totals.map((row) => row.value),
    ({ totals }) => totals.filter(() => true),
    ({ windows }) => windows.join(windows, (a) => a),
    ({ windows }) => windows.joinForeign(windows, () => 1, (a) => a),
    ({ windows }) => windows.groupBy((row) => row.key).count(),
    ({ windows }) => windows.changes().toTable(),
    ({ events }) => events.keyBy((n) => n).toTable(),
  ];
  for (const make of made) {
    expect(connect(make as never)).toThrow("'mail' cannot take back a provisional result");
    expect(written((parts) => (make(parts) as Table<number, number>).final().to(parts.app.sink('mail', readByHand(), { takes: 'irreversible' })))).not.toThrow();
  }
});

test('state that is durable has a name, whichever step keeps it', async () => {
  for (const make of [
    ({ totals }: Parts) => totals.join(totals, () => 1),
    ({ totals }: Parts) => totals.leftJoinForeign(totals, () => 1, () => 1),
    ({ totals }: Parts) => totals.top(3),
    ({ totals }: Parts) => totals.changes().toTable(),
    ({ events }: Parts) => events.keyBy((n) => n).toTable(),
  ]) {
    const program = pipeline('named', (app) => {
      const events = app.source('events', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0) });
      const totals = events.keyBy((n): number => n % 2).count({ name: 'totals' });
      const keyed = totals.groupBy((row) => row.key).window(tumbling(5));
      make({ app, events, totals, windows: keyed.count({ name: 'windows' }), revised: totals });
    });
    await expect(program.start({ store: './never-opened' })).rejects.toThrow(expect.objectContaining({ code: 'STATE_WITHOUT_NAME' }));
  }
});

test('describe says what each step of a table does', () => {
  const program = pipeline('described', (app) => {
    const events = app.source('events', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0) });
    const keyed = events.keyBy({ parity: (n) => n % 2 });
    const windows = keyed.window(tumbling(5)).count({ name: 'windows' });
    const newest = keyed.toTable({ name: 'newest', keep: 1000 });
    windows.leftJoin(windows.filter(() => true), (a) => a, { name: 'both', keep: 'forever' }).map((row) => row.value).groupBy((row) => row.key.parity).window(tumbling(10)).count({ name: 'groups', late: revise({ retain: 5 }) });
    newest.changes().toTable({ name: 'again' }).joinForeign(newest, () => undefined, (a) => a, { name: 'told' });
    return { windows };
  });
  expect(program.describe().split('\n').slice(2).map((line) => line.trim())).toEqual([
    "1  window 'windows' tumbling 5 ms by parity: count, late: drop, asked as 'windows'  ← 0",
    "2  table 'newest' by parity: the newest, late: drop, kept 1 s  ← 0",
    '3  filter of a table  ← 1',
    "4  left join 'both', kept forever  ← 1, 3",
    '5  map of a table  ← 4',
    "6  group 'groups' tumbling 10 ms: count, late: revise for 5 ms  ← 5",
    '7  changes  ← 2',
    "8  table 'again': of changes  ← 7",
    "9  inner join 'told' by reference  ← 8, 2",
  ]);
});
