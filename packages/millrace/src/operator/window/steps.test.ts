import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import type { Marble } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';
import { revise } from '../late-policy.ts';

/** Windows over the changes of windows that revise: a final change comes `retain` after the window's end, and the frontier behind has waited for it. */
function program(): Program<Tables> {
  return pipeline('steps', (app) => {
    const events = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
    const counts = events.keyBy((e) => e.letter).window(tumbling(10)).count({ name: 'counts', late: revise({ retain: 20 }) });
    const changes = counts.changes().keyBy((change) => change.key).window(tumbling(10)).count({ name: 'changes' });
    changes.to(app.sink('out', readByHand()));
    changes.late.map(({ finality }) => finality).to(app.sink('late', readByHand()));
  });
}

test('how far a frontier moves at once changes nothing', () => {
  const runs = [[50], [10, 30, 50], Array.from({ length: 49 }, (_, i) => i + 2)].map((steps) => {
    const driver = testDriver(program());
    driver.source('events').send({ letter: 'a', time: 1 });
    for (const to of steps) driver.advanceFrontier('events', to);
    return { out: driver.sink('out').rows(), late: driver.sink('late').rows() };
  });
  expect(runs[0]).toMatchObject({ out: [{ key: 'a', before: undefined, after: 2, finality: 'final' }], late: [] });
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).toEqual(runs[0]);
});
