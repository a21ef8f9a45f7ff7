import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { type Made, RUNS, inEveryWay, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { finalOf } from '../../testing/reference/final.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { sumOf } from '../../testing/reference/results.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Row } from '../row.ts';

test('a cascade of final rows, tens into fifties, equals the reference; nothing final comes twice', () => {
  const property = fc.property(scenarios(), (scenario) => {
    const { actions, partitions, boundMs } = scenario;
    const program = pipeline('final', (app) => {
      const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
      const tens = events.keyBy((e) => e.key).window(tumbling(10)).sum((e) => e.n, { name: 'tens' }).final();
      const fifties = tens.keyBy((row) => row.key).window(tumbling(50)).sum((row) => row.value, { name: 'fifties' });
      tens.to(app.sink('tens', readByHand()));
      fifties.final().to(app.sink('fifties', readByHand()));
      fifties.late.to(app.sink('late', readByHand()));
    });
    const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
    const tens = windowed(events, { key: (e) => e.key, at: tumblingAt(10), result: (values) => sumOf(values, (e) => e.n) });
    const fifties = windowed(finalOf(tens.rows), { key: (row) => row.key, at: tumblingAt(50), result: (rows) => sumOf(rows, (row) => row.value) });
    inEveryWay(program, scenario, (driver) => {
      expect(driver.sink('tens').rows()).toEqual(valuesOf(tens.rows));
      expect(driver.sink('fifties').rows()).toEqual(valuesOf(fifties.rows));
      expect(driver.sink('late').rows()).toEqual([]);
      const names = (driver.sink('tens').rows() as readonly Row<string, number>[]).map(({ key, time }) => `${key} ${time}`);
      expect(new Set(names).size).toBe(names.length);
    });
  });
  fc.assert(property, { numRuns: RUNS });
});
