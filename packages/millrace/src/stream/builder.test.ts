import { expect, test } from 'vitest';
import { count } from '../aggregation/count.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import { type App, pipeline } from './pipeline.ts';
import type { Stream } from './stream.ts';
import type { Table, TableOptions } from './table.ts';

const numbers = (app: App, name = 'numbers'): Stream<number> => app.source(name, fedByHand<number>(), { time: (n: number) => n, complete: outOfOrder(0) });

test.each<[string, (app: App) => void, object]>([
  ['sources', (app) => [numbers(app), numbers(app)], { name: 'numbers', what: 'sources' }],
  ['sinks', (app) => [1, 2].forEach((n) => numbers(app, `n${n}`).to(app.sink('out', readByHand()))), { name: 'out', what: 'sinks' }],
  ['states', (app) => [numbers(app, 'a'), numbers(app, 'b')].forEach((s) => s.window(tumbling(5)).count({ name: 'counts' })), { name: 'counts', what: 'states' }],
  ['states of different kinds', (app) => [numbers(app).dedupe({ name: 'once', id: (n) => n, for: 5 }).keyBy((n) => n).count({ name: 'once' })], { name: 'once', what: 'states' }],
])('two %s of one name are refused, and the error says which', (_, write, data) => {
  expect(() => pipeline('p', (app) => void write(app))).toThrow(expect.objectContaining({ code: 'NAME_TAKEN', data }));
});

test('a source, a state and a sink may share a name', () => {
  const write = () => pipeline('p', (app) => numbers(app, 'n').window(tumbling(5)).count({ name: 'n' }).to(app.sink('n', readByHand())));
  expect(write).not.toThrow();
});

test('nothing is added once the program has been written', () => {
  let kept: Stream<number> | undefined;
  pipeline('p', (app) => {
    kept = numbers(app);
  });
  expect(() => kept?.filter((n) => n > 1)).toThrow(expect.objectContaining({ code: 'PROGRAM_COMPLETE', data: { pipeline: 'p', step: 'filter' } }));
});

test('with a store every state needs a name; without one none does', async () => {
  const program = pipeline('p', (app) => numbers(app).window(tumbling(5)).count().to(app.sink('out', readByHand())));
  await expect(program.start({ store: memoryBackend() })).rejects.toMatchObject({ code: 'STATE_WITHOUT_NAME', data: { operator: 'window', node: 1 } });
});

test('a key of no parts and an aggregation of no results are refused', () => {
  expect(() => pipeline('p', (app) => void numbers(app).keyBy({}))).toThrow('names no part');
  expect(() => pipeline('p', (app) => void numbers(app).window(tumbling(5)).aggregate({}))).toThrow('names no result');
});

test.each([-1, 0.5, Number.NaN])('a window cannot be kept for %d ms', (keep) => {
  expect(() => pipeline('p', (app) => void numbers(app).window(tumbling(5)).count({ keep }))).toThrow('expected a non-negative whole number of ms');
});

test('what would have no effect is refused: a table without windows is not kept for a while', () => {
  expect(() => pipeline('p', (app) => void numbers(app).keyBy((n) => n).count({ keep: 5 }))).toThrow('a table without windows keeps every row');
});

test.each<[string, (table: Table<number, number>, options: TableOptions) => unknown]>([
  ['a join', (table, options) => table.join(table, (a, b) => a + b, options)],
  ['a join by reference', (table, options) => table.joinForeign(table, (row) => row.key, (a, b) => a + b, options)],
  ['a group', (table, options) => table.groupBy((row) => row.value).count(options)],
  ['the greatest', (table, options) => table.top(2, options)],
])('what would have no effect is refused: %s of a table without windows is not kept for a while', (_, write) => {
  expect(() => pipeline('p', (app) => void write(numbers(app).keyBy((n) => n).count(), { keep: 5 }))).toThrow('keep: a table without windows keeps every row');
  expect(() => pipeline('p', (app) => void write(numbers(app).keyBy((n) => n).window(tumbling(5)).count(), { keep: 5 }))).not.toThrow();
});

test('what would have no effect is refused: groups of a table have no history, and none is empty', () => {
  const grouped = (app: App) => numbers(app).keyBy((n) => n).window(tumbling(5)).count().groupBy((row) => row.value);
  expect(() => pipeline('p', (app) => void grouped(app).count({ history: 5 }))).toThrow('history: groups of a table have none');
  expect(() => pipeline('p', (app) => void grouped(app).count({ fill: 5 }))).toThrow('fill: a group without rows is not there');
});

test('a record of aggregations of groups has its options behind it, as one of a stream has', () => {
  const program = pipeline('p', (app) => {
    const rows = numbers(app).keyBy((n) => n).window(tumbling(5)).count({ name: 'n' }).groupBy((row) => row.value);
    rows.aggregate({ n: count() }, { name: 'groups', keep: 7 }).to(app.sink('out', readByHand()));
  });
  expect(program.describe()).toContain("group 'groups'");
  expect(program.describe()).toContain('kept 7 ms');
});

test.each([-1, 0.5, Number.NaN])('an event cannot be at most %d ms ahead', (maxAhead) => {
  expect(() => pipeline('p', (app) => void app.source('s', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0), maxAhead }))).toThrow('expected a non-negative whole number of ms');
});

test.each([{ everyMs: Number.NaN }, { everyMs: -1 }, { everyEvents: Number.NaN }, { everyEvents: 0 }])('nothing can be committed by %o', async (commit) => {
  const program = pipeline('p', (app) => numbers(app).to(app.sink('out', readByHand())));
  await expect(program.start({ store: memoryBackend(), commit })).rejects.toThrow(RangeError);
});

test('a plan is frozen data', () => {
  const { plan } = pipeline('p', (app) => numbers(app).to(app.sink('out', readByHand())));
  expect([plan, plan.nodes, ...plan.nodes].every((part) => Object.isFrozen(part))).toBe(true);
});
