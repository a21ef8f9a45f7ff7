import fc from 'fast-check';
import { expect, test } from 'vitest';
import { max } from '../../aggregation/extreme.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { RUNS, type Made, inEveryWay, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { record } from '../../testing/reference/record.ts';
import { filled } from '../../testing/reference/filled.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { hopping, session } from '../../time/own-windowing.ts';
import { tumbling } from '../../time/windowing.ts';
import { revise } from '../late-policy.ts';
import type { Row } from '../row.ts';

/** `fill`: empty windows leave too. */

const told = (rows: readonly Row<string, number>[]) => rows.map(({ key, window, value }) => [key, window?.start, value]);

test('between a key\'s windows, and for a while after its last one, the empty ones leave with a result of no events', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).count({ fill: 10 }), { line: 'ab---------a---------------------c' });
  expect(told(run.rows())).toEqual([
    ['a', 0, 1],
    ['b', 0, 1],
    ['a', 5, 0],
    ['b', 5, 0],
    // The b is carried on for ten, the a goes on.
    ['a', 10, 1],
    ['b', 10, 0],
    ['a', 15, 0],
    ['a', 20, 0],
  ]);
});

test('hopping windows are filled too', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(hopping(4, 2)).sum((e) => e.time, { fill: 4 }), { line: '--a-------b' });
  expect(told(run.rows())).toEqual([['a', 0, 2], ['a', 2, 2], ['a', 4, 0], ['a', 6, 0]]);
});

test('an empty row that left is revised when a late event comes', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).count({ fill: 5, late: revise({ retain: 20 }) }), { line: 'a----------ba6' });
  expect(run.changes().filter(({ window }) => window?.start === 5)).toMatchObject([
    { key: 'a', before: undefined, after: 0, revision: 0 },
    { key: 'a', before: 0, after: 1, revision: 1 },
  ]);
});

test('what has no result of no events cannot be filled, nor what has no empty windows', () => {
  const fill = (write: (line: Stream<Marble>) => unknown) => () =>
    pipeline('filled', (app) => void write(app.source('line', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) })));
  expect(fill((line) => line.window(tumbling(5)).max((e) => e.time, { fill: 5 }))).toThrow('no result of no events');
  expect(fill((line) => line.window(tumbling(5)).aggregate({ of: { latest: max((e: Marble) => e.time) }, fill: 5 }))).toThrow('no result of no events');
  expect(fill((line) => line.window(session(5)).count({ fill: 5 }))).toThrow('not there where nothing happens');
  expect(fill((line) => line.window(tumbling(5)).count({ fill: 0 }))).toThrow('expected a positive whole number');
  expect(fill((line) => line.keyBy(() => 1).count({ fill: 5 }))).toThrow('no empty ones');
});

const SIZE_MS = 5;

test('filled windows equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(), fc.constantFrom(3, 5, 12, 40), (scenario, fill) => {
    const { actions, partitions, boundMs } = scenario;
    const program = pipeline('filled', (app) => {
      const source = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
      source.keyBy((e) => e.key).window(tumbling(SIZE_MS)).count({ name: 'counts', fill }).final().to(app.sink('rows', readByHand()));
    });
    const events = record(actions, { name: 'events', partitions, boundMs, time: (e: Made) => e.time });
    const { changes } = filled(events, { key: (e) => e.key, size: SIZE_MS, fill, result: (all) => all.length });
    const expected = told(valuesOf(changes).map(({ after }) => after));
    inEveryWay(program, scenario, (driver) => expect(told(driver.sink('rows').rows() as readonly Row<string, number>[])).toEqual(expected));
  });
  fc.assert(property, { numRuns: RUNS });
});
