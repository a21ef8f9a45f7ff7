import { pipeline } from '../../src/stream/pipeline.ts';
import { testDriver } from '../../src/testing/driver.ts';
import { fedByHand, readByHand } from '../../src/testing/fixture-source.ts';
import { outOfOrder } from '../../src/time/completeness.ts';
import { atLast, once, surviving } from './survival.ts';
import type { Scenario } from './scenario.ts';

/** More rows are logged than a state keeps, so that old blocks go: at 4,096, and at twice what is live. */
const KEYS = 700;
const COMMITS = 10;

/** A table whose every row changes with every commit: the oldest blocks of its changelog are deleted. */
export const compactionScenario: Scenario = {
  name: 'a changelog that is cleaned',
  run: (store) => {
    const program = pipeline('cleaned', (app) => {
      const numbers = app.source('numbers', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0) });
      const counts = numbers.keyBy((n) => n % KEYS).count({ name: 'counts' });
      counts.filter(({ key }) => key === 0).to(app.sink('first', readByHand()));
      return { counts };
    });
    const driver = surviving(() => testDriver(program, { durable: true, backend: () => store.open() }));
    for (let commit = 0; commit < COMMITS; commit += 1) {
      const rows = Array.from({ length: KEYS }, (_, i) => commit * KEYS + i);
      once(driver, () => driver.source('numbers').sendBatch(rows));
      once(driver, () => driver.commit());
    }
    return atLast(driver, () => {
      driver.commit();
      const said = { rows: driver.table('counts').scan().map(({ key, value }) => [key, value]), first: driver.sink('first').rows() };
      driver.close();
      return said;
    });
  },
};
