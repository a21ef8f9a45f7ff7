import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import type { Marble } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import type { Change } from '../row.ts';

test.each([1, 2])('an event that waited is the cause of what it changes, and not the one that let it go; it comes %d times in its step', (times) => {
  const program = pipeline('causes', (app) => {
    const events = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) }).reorder({ name: 'order', by: 'time' });
    const all = times === 1 ? events : events.merge(events);
    all.keyBy((e) => e.letter).count({ name: 'counts' }).to(app.sink('out', readByHand()));
  });
  const driver = testDriver(program);
  driver.source('events').send({ letter: 'a', time: 5 }, { letter: 'late', time: 3 }, { letter: 'b', time: 9 });
  driver.source('events').end();
  const changes = driver.sink('out').rows() as readonly Change<string, number>[];
  expect(changes.map(({ key, after, cause }) => [key, after, cause])).toEqual([
    ['a', times, { kind: 'event', source: 'events', partition: 0, offset: 0 }],
    ['b', times, { kind: 'event', source: 'events', partition: 0, offset: 2 }],
  ]);
});
