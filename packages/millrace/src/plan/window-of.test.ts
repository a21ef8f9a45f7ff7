import { expect, test } from 'vitest';
import { drop, halt, reconcile, revise } from '../operator/late-policy.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Stream } from '../stream/stream.ts';
import type { Table } from '../stream/table.ts';
import { listed } from '../testing/fixture-list.ts';
import { fedByHand } from '../testing/fixture-source.ts';
import { type Marble, marbles } from '../testing/marbles.ts';
import { outOfOrder } from '../time/completeness.ts';
import { group } from '../time/group-windowing.ts';
import { countWindow, hopping, session, sliding } from '../time/own-windowing.ts';
import { daily } from '../time/schedule.ts';
import { TIME_END } from '../time/time-max.ts';
import { type PlainWindowing, type Windowing, global, tumbling } from '../time/windowing.ts';

const byPairs = group({ open: () => true, close: () => true, timeout: 5 });
const others: readonly Windowing[] = [hopping(4, 2), session(3), sliding(3), countWindow(2), byPairs, global()];

function counted(windowing: Windowing, options: object): () => unknown {
  return () =>
    pipeline('refused', (app) => {
      const events = app.source('events', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0) });
      events.window(windowing as PlainWindowing).count({ name: 'n', ...options });
    });
}

test.each(others)('$text: a history is refused where the program is written, and a hold that keeps what has left but for hopping windows', (windowing) => {
  const halts = counted(windowing, { late: halt({ scope: 'key', keep: 1000 }) });
  if (windowing.kind === 'hopping') expect(halts).not.toThrow();
  else expect(halts).toThrow(expect.objectContaining({ code: 'LATE_NOT_POSSIBLE' }));
  expect(counted(windowing, { history: 1000 })).toThrow(`windows of '${windowing.text}' have none`);
  expect(counted(windowing, { late: drop(), keep: 1000 })).not.toThrow();
});

const recounted = { late: reconcile({ at: daily('02:00', 'Europe/Berlin'), keep: 1000 }) };

test.each(others.filter(({ kind }) => kind !== 'count'))('$text: a recount needs sources that can be read again', (windowing) => {
  expect(counted(windowing, recounted)).toThrow(expect.objectContaining({ code: 'NOT_READ_AGAIN' }));
});

test('windows of so many events in the order of arrival are not counted again: a recount reads in another order', () => {
  expect(counted(countWindow(2), recounted)).toThrow(expect.objectContaining({ code: 'LATE_NOT_POSSIBLE' }));
});

test('a key that stands still is not filled in', () => {
  expect(counted(tumbling(5), { late: halt({ scope: 'key', keep: 1000 }), fill: 10 })).toThrow('a key that stands still has no empty windows');
});

test('windows of so many events have nothing to revise', () => {
  expect(counted(countWindow(2), { late: revise({ retain: 5 }) })).toThrow('nothing is late for windows of so many events');
});

test.each<readonly [Windowing, readonly unknown[]]>([
  [tumbling(4), [['a', 0, 4, 2], ['a', 8, 12, 1], ['b', 4, 8, 1]]],
  [hopping(4, 2), [['a', -2, 2, 1], ['a', 0, 4, 2], ['a', 2, 6, 1], ['a', 6, 10, 1], ['a', 8, 12, 1], ['b', 2, 6, 1], ['b', 4, 8, 1]]],
  [session(3), [['a', 1, 6, 2], ['a', 9, 12, 1], ['b', 5, 8, 1]]],
  [sliding(3), [['a', -1, 2, 1], ['a', 1, 4, 2], ['a', 7, 10, 1], ['b', 3, 6, 1]]],
  [countWindow(2), [['a', 3, 10, 2], ['a', 1, 2, 1], ['b', 5, 6, 1]]],
  [byPairs, [['a', 1, 4, 2], ['a', 9, 15, 1], ['b', 5, 11, 1]]],
  [global(), [['a', 0, TIME_END, 3], ['b', 0, TIME_END, 1]]],
])('$text: a batch has its rows, however late the events come', async (windowing, rows) => {
  const events = ([['a', 9], ['a', 3], ['b', 5], ['a', 1]] as const).map(([letter, time]): Marble => ({ letter, time }));
  const program = pipeline('batch', (app) => {
    const source = app.source('events', listed([events]), { time: (e: Marble) => e.time, complete: outOfOrder(0), maxAhead: 'any' });
    return { n: source.keyBy((e) => e.letter).window(windowing as PlainWindowing).count({ name: 'n' }) as Table<string, number, Marble> };
  });
  const { tables, status } = await program.batch();
  const found = tables.n.map(({ key, window, value }) => [key, window?.start, window?.end, value]);
  const inOrder = (list: readonly unknown[]): readonly string[] => list.map((row) => JSON.stringify(row)).sort();
  expect(inOrder(found)).toEqual(inOrder(rows));
  expect(status.states).toMatchObject({ n: { late: 0 } });
});

const keyed = (line: Stream<Marble>, windowing: Windowing): Table<string, number, Marble> =>
  line.keyBy((e) => e.letter).window(windowing as PlainWindowing).count({ name: 'n' }) as Table<string, number, Marble>;

test.each([sliding(3), countWindow(2), byPairs])('$text: what keeps the rows of a table refuses them, for key and window do not tell them apart', (windowing) => {
  const refused = (write: (table: Table<string, number, Marble>) => object): (() => unknown) => () =>
    marbles(({ line }) => write(keyed(line, windowing)) as never, { line: 'a|' });
  const what = `of a table with windows '${windowing.text}'`;
  expect(refused((table) => table.join(table, (one, other) => one + other))).toThrow(`join ${what}`);
  expect(refused((table) => table.map(({ value }) => value).groupBy(({ key }) => key).count())).toThrow(`group ${what}`);
  expect(refused((table) => table.changes().toTable())).toThrow(`changesTable ${what}`);
  expect(refused((table) => table.filter(({ value }) => value > 0))).not.toThrow();
});

test('tables of sessions: joined by key and session, and grouped in windows by the time at which they end', () => {
  const line = 'ab-a-----a|';
  const joined = marbles(({ line: stream }: { line: Stream<Marble> }) => {
    const sums = stream.keyBy((e) => e.letter).window(session(4)).sum((e) => e.time, { name: 'times' });
    return keyed(stream, session(4)).join(sums, (n, times) => `${n}, ${times}`);
  }, { line });
  const finals = joined.changes().filter(({ finality }) => finality === 'final');
  expect(finals.map(({ key, window, after }) => [key, window?.start, window?.end, after])).toEqual([
    ['b', 1, 5, '1, 1'],
    ['a', 0, 7, '2, 3'],
    ['a', 9, 13, '1, 9'],
  ]);
  const ended = marbles(({ line: stream }: { line: Stream<Marble> }) => keyed(stream, session(4)).groupBy(() => 'all').window(tumbling(10)).sum(({ value }) => value, { name: 'ended' }), { line });
  expect(ended.rows().map(({ window, value }) => [window?.start, value])).toEqual([[0, 3], [10, 1]]);
});

test('groups of a table take windows that are the same for all keys', () => {
  const write = ({ line }: { line: Stream<Marble> }): never => keyed(line, tumbling(5)).groupBy(() => 'all').window(session(3) as never).count() as never;
  expect(() => marbles(write, { line: 'a|' })).toThrow("expected tumbling or calendar windows, got 'session 3 ms'");
});

test('streams are joined in windows that are the same for all keys, and in no others', () => {
  pipeline('joins', (app) => {
    const events = app.source('events', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0) }).keyBy((n) => n);
    expect(events.window(tumbling(5))).toHaveProperty('join');
    expect(events.window(session(5))).not.toHaveProperty('join');
  });
});
