import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { ReorderOptions } from '../../stream/stream-options.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { reorderedBySequence, reorderedByTime } from '../../testing/reference/reordered.ts';
import { countOf } from '../../testing/reference/results.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';

function program({ partitions, boundMs }: Scenario, options: ReorderOptions<Made>): Program<Tables> {
  return pipeline('reorder', (app) => {
    const ordered = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)).reorder(options);
    ordered.to(app.sink('out', readByHand()));
    ordered.late.to(app.sink('late', readByHand()));
    const counts = ordered.keyBy((e) => e.key).window(tumbling(10)).count({ name: 'counts' });
    counts.final().to(app.sink('counts', readByHand()));
    counts.late.to(app.sink('late for a window', readByHand()));
  });
}

function check({ actions, partitions, boundMs }: Scenario, { by, ...options }: ReorderOptions<Made>): (driver: TestDriver<Tables>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const from = 'from' in options ? (options.from ?? 0) : 0;
  const expected = by === 'time' ? { ...reorderedByTime(events), duplicates: 0 } : reorderedBySequence(events, by, from);
  const counts = windowed(expected.out, { key: (e) => e.key, at: tumblingAt(10), result: countOf });
  return (driver) => {
    expect(driver.sink('out').rows()).toEqual(valuesOf(expected.out));
    expect(driver.sink('late').rows()).toEqual(valuesOf(expected.late));
    expect(driver.sink('counts').rows()).toEqual(valuesOf(counts.rows));
    expect(driver.sink('late for a window').rows()).toEqual(valuesOf(counts.late));
    const { entries, late = 0, duplicates } = driver.status().states['order'] ?? {};
    expect(duplicates).toBe(expected.duplicates);
    expect(late).toBe(valuesOf(expected.late).length - expected.duplicates);
    expect(entries).toBe(valuesOf(events).length - valuesOf(expected.late).length - valuesOf(expected.out).length);
    if (by === 'time') {
      const times = (driver.sink('out').rows() as readonly Made[]).map(({ time }) => time);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(valuesOf(counts.late)).toEqual([]);
    }
  };
}

/** Numbers that come out of order, more than once, with gaps, and below the first one. */
const bySequence = fc.record({ from: fc.nat(2), spread: fc.integer({ min: 3, max: 40 }) }).map(
  ({ from, spread }): ReorderOptions<Made> => ({ name: 'order', by: (e) => Math.floor((e.n + 9) / spread), from }),
);
const settings: fc.Arbitrary<ReorderOptions<Made>> = fc.oneof(fc.constant<ReorderOptions<Made>>({ name: 'order', by: 'time' }), bySequence);

test('reorder, and the windows behind it, equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  fc.assert(
    fc.property(scenarios(), settings, (scenario, options) => inEveryWay(program(scenario, options), scenario, check(scenario, options))),
    { numRuns: 2 * RUNS },
  );
});

test('reorder equals the reference on disk too', () => {
  fc.assert(
    fc.property(scenarios(), settings, (scenario, options) => onDisk(program(scenario, options), scenario, check(scenario, options))),
    { numRuns: RUNS_ON_DISK },
  );
});
