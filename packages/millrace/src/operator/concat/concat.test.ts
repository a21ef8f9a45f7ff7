import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { everyCrash } from '../../testing/fixture-crashes.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';

type Lines = { readonly first: Stream<Marble>; readonly second: Stream<Marble> };
const joined = ({ first, second }: Lines) => first.concat(second, { name: 'all' });
const letters = (lines: Lines) => joined(lines).map((e) => `${e.letter}${e.time}`);
const counts = (lines: Lines) => joined(lines).keyBy((e) => e.letter).window(tumbling(5)).count({ name: 'counts' });

test('what comes of the second before the first has ended waits, and leaves at that end as it came', () => {
  const lines = { first: 'a--b-----|', second: '-xy---z1-----v|' };
  expect(marbles(letters, lines).rows()).toEqual(['a0', 'b3', 'x1', 'y2', 'z1', 'v13']);
  expect(marbles(letters, { ...lines, first: 'a--b------' }).rows()).toEqual(['a0', 'b3']);
});

test('how much waits is told, and nothing is left when it has gone', () => {
  expect(marbles(letters, { first: 'a--b---', second: '-xy---z' }).status().states).toMatchObject({ all: { entries: 3 } });
  expect(marbles(letters, { first: 'a--b---|', second: '-xy---z' }).status().states).toMatchObject({ all: { entries: 0 } });
});

test('the frontier is that of the first until it has ended', () => {
  expect(marbles(counts, { first: 'a-----', second: 'x--------------------y' }).rows()).toEqual([]);
  // The first reaches 5 with c, however far the second is.
  expect(marbles(counts, { first: 'a------c', second: 'x--------------------y' }).rows()).toMatchObject([
    { key: 'a', window: { start: 0, end: 5 }, evidence: ['assumed'] },
  ]);
});

test('what waited closes windows as if it had been read after the first', () => {
  // With bound 0: w12 closes [5, 10), so u7 behind it is late, as it is where nothing waits.
  const waited = marbles(counts, { first: 'a------------|', second: '--x7w12u7-----' }, { bound: 0 });
  const read = marbles(counts, { first: 'a-|------------', second: '--x7w12u7-----' }, { bound: 0 });
  expect(waited.rows()).toMatchObject([{ key: 'a' }, { key: 'x', window: { start: 5, end: 10 } }]);
  expect(waited.rows()).toEqual(read.rows());
  expect(waited.late()).toEqual([{ letter: 'u', time: 7 }]);
  expect(waited.late()).toEqual(read.late());
});

test('the second does not take the frontier back: what is below that of the first is late behind', () => {
  const run = marbles(counts, { first: 'a------c|', second: '---------x1y8' });
  expect(run.late()).toEqual([{ letter: 'x', time: 1 }]);
});

test('the frontier where the first has left it survives a restart', () => {
  // c9 closes [0, 5); x1 is late although the second has promised nothing yet.
  const run = marbles(counts, { first: 'a--c9|', second: '---------x1' }, { store: '------cx' });
  expect(run.late()).toEqual([{ letter: 'x', time: 1 }]);
});

test('evidence: the end of the first, and what is known of the second', () => {
  expect(marbles(counts, { first: 'a|', second: '-x-----y' }).rows()).toMatchObject([
    { key: 'a', evidence: ['ended', 'assumed'] },
    { key: 'x', evidence: ['ended', 'assumed'] },
  ]);
});

test('a stream behind itself comes twice', () => {
  expect(marbles(({ line }) => line.concat(line, { name: 'twice' }).map((e) => e.letter), { line: 'ab|' }).rows()).toEqual(['a', 'b', 'a', 'b']);
});

test('three in a row', () => {
  const run = marbles(({ one, two, three }) => one.concat(two.concat(three)).map((e) => e.letter), { one: 'a----|', two: '-b-|', three: 'c-c----c|' });
  expect(run.rows()).toEqual(['a', 'b', 'c', 'c', 'c']);
});

test('a crash in any column changes nothing', () => {
  const lines = { first: 'a---c9---b7--|', second: '-x---y6z2---u-w--v|' };
  const expected = marbles(counts, lines, { bound: 2 });
  for (const store of everyCrash(lines.second.length)) {
    const run = marbles(counts, lines, { bound: 2, store });
    expect(run.rows()).toEqual(expected.rows());
    expect(run.late()).toEqual(expected.late());
  }
});

test('changes behind it are caused by the event that waited, not by the end that let it go', () => {
  const run = marbles((lines) => joined(lines).keyBy((e) => e.letter).count({ name: 'total' }), { first: 'a--|', second: '-xx--' });
  expect(run.changes()).toMatchObject([
    { key: 'a', cause: { source: 'first', offset: 0 } },
    { key: 'x', time: 1, cause: { kind: 'event', source: 'second', offset: 0 } },
    { key: 'x', time: 2, cause: { kind: 'event', source: 'second', offset: 1 } },
  ]);
});

test('a table behind it says of each event that waited what it would have said if that had been read only then', () => {
  const doubled = ({ first, second }: Lines) => first.concat(second.flatMap((e) => [e, e]), { name: 'all' });
  const table = (lines: Lines) => doubled(lines).keyBy((e) => e.letter).count({ name: 'total' });
  const lines = { first: 'a----|', second: '-xxy----x' };
  const run = marbles(table, lines);
  expect(run.changes()).toMatchObject([
    { key: 'a', after: 1 },
    { key: 'x', after: 2, cause: { source: 'second', offset: 0 } },
    { key: 'x', before: 2, after: 4, cause: { source: 'second', offset: 1 } },
    { key: 'y', after: 2, cause: { source: 'second', offset: 2 } },
    { key: 'x', before: 4, after: 6, cause: { source: 'second', offset: 3 } },
  ]);
  // And says it when it leaves, not with the next event.
  expect(marbles(table, lines, { store: '-----cx' }).changes()).toEqual(run.changes());
  expect(marbles(table, { first: 'a----|', second: '-xxy' }).changes()).toEqual(run.changes().slice(0, 4));
});

test('an event that fails when it leaves is set aside under its own position, and the others leave all the same', () => {
  const refuse = (e: Marble): string => {
    if (e.letter === 'x') throw new Error('no x');
    return e.letter;
  };
  const run = marbles((lines) => joined(lines).map(refuse), { first: 'a---|', second: '-bxc-' }, { store: '---c-' });
  expect(run.rows()).toEqual(['a', 'b', 'c']);
  expect(run.bad()).toMatchObject([{ source: 'second', offset: 1, reason: 'threw', message: 'Error: no x' }]);
});

test('a table that fails with what one step brought fails with the last event of that step', () => {
  const few = ({ n }: { n: number }): number => {
    if (n > 1) throw new Error('too many');
    return n;
  };
  const counted = { create: () => ({ n: 0 }), add: (kept: { n: number }) => ({ n: kept.n + 1 }), result: few };
  const table = ({ first, second }: Lines) => first.concat(second.flatMap((e) => [e, e]), { name: 'all' }).keyBy((e) => e.letter).aggregate(counted, { name: 'few' });
  expect(() => marbles(table, { first: 'a---|', second: '-b' })).toThrow(/event 1 below 4096 of those that waited in 'all' failed .*too many/);
});

test('a durable program names its concat', async () => {
  const program = pipeline('nameless', (app) => {
    const source = (name: string) => app.source(name, fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
    source('one').concat(source('two')).to(app.sink('all', readByHand()));
  });
  await expect(program.start({ store: 'nowhere' })).rejects.toMatchObject({ code: 'STATE_WITHOUT_NAME', data: { operator: 'concat' } });
  expect(testDriver(program).status().states).toMatchObject({ 'concat-2': { entries: 0 } });
});
