import { describe, expect, test } from 'vitest';
import * as millrace from '../index.ts';
import { listed } from '../testing/fixture-list.ts';

/*
 * Whoever uses no types is told where the program is written what is wrong with it, in a sentence, and never by
 * what an engine says about `undefined`. The surface is taken without its types here, as they would.
 */

// oxlint-disable-next-line typescript/no-explicit-any -- the point of these tests is what types would refuse
type Untyped = any; // any: as above

const M: Untyped = millrace;
const { callback, calendar, collect, count, countWindow, csv, custom, days, group, halt, httpIngest, jsonLines, jsonLinesFile, lmdbBackend, log, minutes, outOfOrder, pipeline, print, reconcile, revise, sequences, sum, top, tumbling } = M;

const times = { time: (e: Untyped) => e.at, complete: outOfOrder(0), maxAhead: 'any' };
const source = (app: Untyped, more: object = {}): Untyped => app.source('s', listed([[{ at: 1, k: 'a', v: 1 }]]), { ...times, ...more });
const never = async (): Promise<boolean> => false;

/** What is written wrong in a program, and what is said. */
const programs: readonly (readonly [string, (s: Untyped, app: Untyped) => unknown, string])[] = [
  ...[undefined, 'x', 5, null, {}].flatMap((bad) => ['map', 'filter', 'flatMap'].map((step) => [`${step}(${JSON.stringify(bad)})`, (s: Untyped) => s[step](bad), `${step}(`] as const)),
  ['map(async)', (s) => s.map(async (e: Untyped) => e), 'map(change): expected a function that answers at once, got an async one'],
  ['filter(async)', (s) => s.filter(never), 'filter(keep): expected a function that answers at once, got an async one'],
  ['flatMap(async *)', (s) => s.flatMap(async function* spread() { yield 1; }), 'flatMap(spread): expected a function that answers at once'],
  ['keyBy(async)', (s) => s.keyBy(never).count(), 'the key of aggregate: expected a function that answers at once'],
  ['keyBy()', (s) => s.keyBy(undefined), 'keyBy(select): expected a function, or functions by the names of parts, got undefined'],
  ['keyBy({ k: 5 })', (s) => s.keyBy({ k: 5 }).count(), 'expected a function, got 5'],
  ['split(5)', (s) => s.split(5), 'split(branches): expected guards by the names of branches, got 5'],
  ['split({ a: 5 })', (s) => s.split({ a: 5 }), 'split(branches), branch a: expected a function, got 5'],
  ['merge(5)', (s) => s.merge(5), 'merge(…others): expected streams, got 5'],
  ['concat()', (s) => s.concat(), 'concat(other): expected a stream, got undefined'],
  ['dedupe()', (s) => s.dedupe(), 'dedupe(options): expected options, got undefined'],
  ['dedupe without id', (s) => s.dedupe({ name: 'd', for: days(1) }), 'dedupe({ id }): expected a function, got undefined'],
  ['dedupe({ typo })', (s) => s.dedupe({ id: (e: Untyped) => e.k, for: days(1), typo: 1 }), "dedupe(options): expected no options but name, id, for, conflicts, content, late, got 'typo'"],
  ['reorder()', (s) => s.reorder(), 'reorder(options): expected options'],
  ['reorder({})', (s) => s.reorder({}), "reorder({ by }), which is 'time' or a function: expected a function, got undefined"],
  ['window()', (s) => s.keyBy((e: Untyped) => e.k).window(), 'window(windowing): expected windows, such as'],
  ['window(5)', (s) => s.window(5), 'window(windowing): expected windows, such as'],
  ['count(5)', (s) => s.window(tumbling(5)).count(5), 'count(options): expected options, got 5'],
  ['count({ typo })', (s) => s.window(tumbling(5)).count({ typo: 1 }), "expected no options but name, keep, history, late, early, fill, got 'typo'"],
  ["count({ name: '' })", (s) => s.window(tumbling(5)).count({ name: '' }), 'the name of window: expected a name, text that is not empty, got an empty text'],
  ['count({ early })', (s) => s.window(tumbling(5)).count({ early: 5 }), "early: expected 'each' or every(period), got 5"],
  ['sum()', (s) => s.keyBy((e: Untyped) => e.k).sum(), 'sum(select): expected a function, got undefined'],
  ['collect({ max }) of a count', (s) => s.keyBy((e: Untyped) => e.k).count({ max: 1 }), "got 'max'"],
  ['aggregate()', (s) => s.window(tumbling(5)).aggregate(), 'aggregate(fields): expected a record, got undefined'],
  ['aggregate({ a: 5 })', (s) => s.window(tumbling(5)).aggregate({ a: 5 }), 'aggregate({ a }): expected an aggregation, such as count() or sum(select), got 5'],
  ['aggregate({ create })', (s) => s.window(tumbling(5)).aggregate({ create: () => 0 }), 'an aggregation of your own, { add }: expected a function, got undefined'],
  ['aggregate(fields, { typo })', (s) => s.window(tumbling(5)).aggregate({ n: count() }, { typo: 1 }), "got 'typo'"],
  ['process()', (s) => s.keyBy((e: Untyped) => e.k).process(), 'process(options): expected options'],
  ['process({ on: async })', (s) => s.keyBy((e: Untyped) => e.k).process({ state: () => 0, on: never }), 'process({ on }): expected a function that answers at once'],
  ['defer()', (s) => s.keyBy((e: Untyped) => e.k).defer(), 'defer(options): expected options'],
  ['defer without until', (s) => s.keyBy((e: Untyped) => e.k).defer({ timeout: 5 }), 'defer({ until }): expected a function, got undefined'],
  ['defer({ until: async })', (s) => s.keyBy((e: Untyped) => e.k).defer({ until: never, timeout: 5 }), 'defer({ until }): expected a function that answers at once'],
  ['defer({ typo })', (s) => s.keyBy((e: Untyped) => e.k).defer({ until: () => true, timeout: 5, typo: 1 }), "defer(options): expected no options but name, until, timeout, late, got 'typo'"],
  ['toTable({ typo })', (s) => s.keyBy((e: Untyped) => e.k).toTable({ typo: 1 }), "got 'typo'"],
  ['toTable({ value: 5 })', (s) => s.keyBy((e: Untyped) => e.k).toTable({ value: 5 }), 'toTable({ value }): expected a function, got 5'],
  ['join()', (s) => s.keyBy((e: Untyped) => e.k).join(), 'join(right): expected a stream by its keys'],
  ['join without options', (s) => s.keyBy((e: Untyped) => e.k).join(s.keyBy((e: Untyped) => e.k)), 'join(right, options): expected options'],
  ['join without within', (s) => s.keyBy((e: Untyped) => e.k).join(s.keyBy((e: Untyped) => e.k), {}, () => 1), 'join({ within }): expected options, got undefined'],
  ['join without combine', (s) => s.keyBy((e: Untyped) => e.k).join(s.keyBy((e: Untyped) => e.k), { within: 5 }), 'join(right, options, combine): expected a function, got undefined'],
  ['joinTable of no table', (s) => s.keyBy((e: Untyped) => e.k).joinTable(s, { missing: 'drop' }, () => 1), 'joinTable(table): expected a table that knows what it held'],
  ['table.map()', (s) => s.keyBy((e: Untyped) => e.k).count().map(), 'map(change): expected a function, got undefined'],
  ['table.join()', (s) => s.keyBy((e: Untyped) => e.k).count().join(), 'join(right): expected a table, got undefined'],
  ['table.groupBy()', (s) => s.keyBy((e: Untyped) => e.k).count().groupBy(), 'groupBy(select): expected a function, or functions'],
  ['to()', (s) => s.to(), 'to(sink): expected a sink, made by app.sink, app.print, app.callback or app.changelog, got undefined'],
  ['to(5)', (s) => s.to(5), 'to(sink): expected a sink'],
  ['sink without spec', (s, app) => s.to(app.sink('x')), "sink(name, spec): expected a sink, such as jsonLinesFile('results.jsonl'), got undefined"],
  ['sink without name', (s, app) => s.to(app.sink('', print('x'))), 'sink(name): expected a name'],
  ['sink({ takes })', (_, app) => app.sink('x', print('x'), { takes: 'x' }), "expected 'revisable' or 'adjustable' or 'irreversible', got 'x'"],
  ['callback()', (_, app) => app.callback('x'), 'callback(call): expected a function, got undefined'],
  ['source without options', (_, app) => app.source('t', listed([[]])), "source('t', …): expected options, got undefined"],
  ['source without name', (_, app) => app.source(undefined, listed([[]]), times), 'source(name): expected a name, text that is not empty, got undefined'],
  ['source with an empty name', (_, app) => app.source('', listed([[]]), times), 'source(name): expected a name, text that is not empty, got an empty text'],
  ['source of nothing', (_, app) => app.source('t', undefined, times), 'source(name, spec): expected a source, such as'],
  ['source of a path', (_, app) => app.source('t', 'events.jsonl', times), "source(name, spec): expected a source, such as jsonLines('events.jsonl'), got 'events.jsonl'"],
  ...Object.entries({ time: undefined, complete: 'x', schema: {}, upcast: 5, version: 5, onBad: 5, typo: 1 }).map(([name, bad]) => [`source({ ${name} })`, (_: Untyped, app: Untyped) => app.source('t', listed([[]]), { ...times, [name]: bad }), `source('t', …)`] as const),
];

describe('in a program', () => {
  test.each(programs)('%s', (_, write, said) => {
    const written = (): unknown => pipeline('p', (app: Untyped) => void write(source(app), app));
    expect(written).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT', message: expect.stringContaining(said), cure: expect.any(String) }));
  });
});

const calls: readonly (readonly [string, () => unknown, string])[] = [
  ['pipeline()', () => pipeline(), 'pipeline(name, write): expected a name'],
  ["pipeline('p')", () => pipeline('p'), 'pipeline(name, write): expected a function, got undefined'],
  ['pipeline(async)', () => pipeline('p', never), 'pipeline(name, write): expected a function that answers at once'],
  ['pipeline that returns a promise', () => pipeline('p', () => Promise.resolve()), 'what write returns: expected tables by their names, or nothing, got a promise'],
  ['pipeline that returns no table', () => pipeline('p', () => ({ a: 5 })), "what write returns as 'a': expected a table, got 5"],
  ['pipeline({ typo })', () => pipeline('p', () => {}, { typo: 1 }), "got 'typo'"],
  ['minutes(null)', () => minutes(null), 'minutes(n): expected a number, got null'],
  ['jsonLines([])', () => jsonLines([]), 'jsonLines(path): expected the path of a file, or a list of them, got an empty list'],
  ['jsonLines(5)', () => jsonLines(5), 'jsonLines(path): expected the path of a file, or a list of them, got 5'],
  ['jsonLines([5])', () => jsonLines([5]), 'jsonLines(path): expected the path of a file'],
  ["jsonLines('')", () => jsonLines(''), 'got an empty text'],
  ['csv({ columns })', () => csv('x.csv', { columns: 'a,b' }), "csv(path, { columns }): expected a list of names, got 'a,b'"],
  ['csv({ parse })', () => csv('x.csv', { parse: 'x' }), 'csv(path, { parse }): expected a function'],
  ['jsonLinesFile()', () => jsonLinesFile(), 'jsonLinesFile(path): expected the path of a file'],
  ['log({ keep })', () => log({ keep: 'x' }), "log({ keep }): expected 'processed' or 'forever', got 'x'"],
  ['httpIngest()', () => httpIngest(), 'httpIngest(options): expected options'],
  ['httpIngest({ port })', () => httpIngest({ port: '80' }), "httpIngest({ port }): expected a port from 0 to 65535, got '80'"],
  ['httpIngest({ limits })', () => httpIngest({ port: 0, limits: { eventsMax: 0 } }), 'httpIngest({ limits: { eventsMax } }): expected a whole number'],
  ['callback()', () => callback(), 'callback(call): expected a function'],
  ['print()', () => print(), 'print(name): expected a name'],
  ["lmdbBackend('')", () => lmdbBackend(''), 'lmdbBackend(path): expected the path of a folder, got an empty text'],
  ['sequences()', () => sequences(), 'sequences(options): expected options'],
  ['sequences({ roster })', () => sequences({ silentAfter: 5, roster: 'a' }), 'sequences({ roster }): expected a list of names'],
  ['outOfOrder({ typo })', () => outOfOrder(0, { typo: 1 }), "outOfOrder(bound, options): expected no options but idleAfter, got 'typo'"],
  ['group()', () => group(), 'group(by): expected options'],
  ['group({ open })', () => group({ open: 5, close: () => true, timeout: 5 }), 'group({ open }): expected a function, got 5'],
  ['countWindow({ typo })', () => countWindow(5, { typo: 1 }), "got 'typo'"],
  ['revise()', () => revise(), 'revise(options): expected options'],
  ['reconcile({ at })', () => reconcile({ at: '02:00', keep: 5 }), 'reconcile({ at }): expected a schedule'],
  ['halt()', () => halt(), 'halt(options): expected options'],
  ['custom()', () => custom(), 'custom(own): expected a record'],
  ['top(n)', () => top(3), 'top(n, by): expected a function'],
  ['sum(async)', () => sum(never), 'sum(select): expected a function that answers at once'],
  ['collect(async)', () => collect(never), 'collect(select): expected a function that answers at once'],
];

describe('elsewhere', () => {
  test.each(calls)('%s', (_, call, said) => {
    expect(call).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT', message: expect.stringContaining(said) }));
  });

  test.each([undefined, 5, ''])('calendar.month(%s) names the zone', (zone) => {
    expect(() => calendar.month(zone)).toThrow('is not an IANA time zone');
  });

  test.each([
    [{ store: '' }, "run({ store }): expected the path of a folder, or a backend such as lmdbBackend('data'), got an empty text"],
    [{ store: 5 }, 'got 5'],
    [{ commit: 5 }, 'run({ commit }): expected options, got 5'],
    [{ hotKeys: 5 }, 'run({ store }) with hotKeys: expected the path of a folder'],
    [{ store: 'data', hotKeys: 5 }, "run({ hotKeys }): expected a program with a table without windows: of 'p' all that is kept is kept in memory"],
    [{ clock: {} }, 'run({ clock }): expected a clock, such as systemClock, got an object'],
    [{ typo: 1 }, "got 'typo'"],
  ])('run(%j)', async (options, said) => {
    const program = pipeline('p', (app: Untyped) => void source(app));
    await expect(program.run(options)).rejects.toMatchObject({ code: 'BAD_ARGUMENT', message: expect.stringContaining(said) });
  });
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5'])('run({ hotKeys: %s }) is out of range', async (hotKeys) => {
  const program = pipeline('p', (app: Untyped) => void source(app).keyBy((e: Untyped) => e).count({ name: 'counts' }));
  await expect(program.run({ store: 'data', hotKeys } as never)).rejects.toThrow('expected a whole number from 1 on');
});

test('a promise where yes or no was asked for makes the event bad', async () => {
  for (const write of [(s: Untyped) => s.filter(() => never()), (s: Untyped) => s.split({ a: () => never() }).a]) {
    const program = pipeline('p', (app: Untyped) => void write(source(app)).to(app.callback('out', () => expect.unreachable())));
    expect((await program.run()).bad).toBe(1);
  }
});
