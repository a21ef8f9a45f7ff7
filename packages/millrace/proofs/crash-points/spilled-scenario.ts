import { pipeline } from '../../src/stream/pipeline.ts';
import { testDriver } from '../../src/testing/driver.ts';
import { fedByHand } from '../../src/testing/fixture-source.ts';
import { outOfOrder } from '../../src/time/completeness.ts';
import type { Scenario } from './scenario.ts';
import { atLast, once, surviving } from './survival.ts';

interface Event {
  readonly key: number;
  /** Zero takes the key out of `newest`. */
  readonly n: number;
  readonly time: number;
}

/** Each key comes, leaves memory, comes back, goes, and comes again. */
const EVENTS: readonly Event[] = Array.from({ length: 30 }, (_, i) => ({ key: (i * 7) % 5, n: i % 4, time: i }));
const HOT_KEYS = 1;
const COMMIT_EVERY = 2;

/** Tables of five keys with memory for one: rows go to the tree, come back, and are deleted from it. */
export const spilledScenario: Scenario = {
  name: 'rows that leave memory and come back',
  run: (store) => {
    const program = pipeline('spilled', (app) => {
      const keyed = app.source('events', fedByHand<Event>(), { time: (e) => e.time, complete: outOfOrder(0) }).keyBy((e) => e.key);
      const newest = keyed.toTable({ name: 'newest', value: (e) => (e.n === 0 ? undefined : e.n), keep: 2 });
      return { counts: keyed.count({ name: 'counts' }), newest, groups: newest.groupBy(({ value }) => value).count({ name: 'groups' }) };
    });
    const driver = surviving(() => testDriver(program, { durable: true, backend: () => store.open(), hotKeys: HOT_KEYS }));
    EVENTS.forEach((event, i) => {
      once(driver, () => driver.source('events').send(event));
      if (i % COMMIT_EVERY === 0) once(driver, () => driver.commit());
    });
    return atLast(driver, () => {
      driver.commit();
      const names = ['counts', 'newest', 'groups'] as const;
      const said = names.map((name) => [name, driver.status().states[name]?.entries, driver.table(name).scan().map((row) => JSON.stringify(row)).sort()]);
      driver.close();
      return said;
    });
  },
};
