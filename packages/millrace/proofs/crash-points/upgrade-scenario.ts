import { pipeline } from '../../src/stream/pipeline.ts';
import type { Program } from '../../src/stream/program.ts';
import { discard, migrate } from '../../src/stream/upgrades.ts';
import { testDriver } from '../../src/testing/driver.ts';
import { fedByHand, readByHand } from '../../src/testing/fixture-source.ts';
import { outOfOrder } from '../../src/time/completeness.ts';
import { tumbling } from '../../src/time/windowing.ts';
import { atLast, once, surviving } from './survival.ts';
import type { Scenario } from './scenario.ts';

const NUMBERS = [1, 2, 13, 14, 25, 26];
const MORE = [27, 38, 39, 50];

/** The former version counts by ten and by key; the later one by twenty, and has another name for the keys. */
function counting(sizeMs: number, perKey: string): Program {
  return pipeline('upgraded', (app) => {
    const numbers = app.source('numbers', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0) }).keyBy((n) => n % 2);
    const windows = numbers.window(tumbling(sizeMs)).count({ name: 'windows' });
    windows.final().map(({ window, value }) => [window?.end, value]).to(app.sink('out', readByHand()));
    return { keys: numbers.count({ name: perKey }) };
  }) as unknown as Program;
}

/** A program that is started as another version of itself: what is given up begins empty once, and what has another name is there. */
export const upgradeScenario: Scenario = {
  name: 'a program that is another version of the stored one',
  run: (store) => {
    const former = surviving(() => testDriver(counting(10, 'by key'), { durable: true, backend: () => store.open() }));
    for (const n of NUMBERS) {
      once(former, () => former.source('numbers').send(n));
      once(former, () => former.commit());
    }
    atLast(former, () => {
      former.commit();
      former.close();
    });
    const upgrade = { windows: discard(), keys: migrate({ from: 'by key' }) };
    const later = surviving(() => testDriver(counting(20, 'keys'), { durable: true, backend: () => store.open(), upgrade }));
    for (const n of MORE) {
      once(later, () => later.source('numbers').send(n));
      once(later, () => later.commit());
    }
    return atLast(later, () => {
      later.commit();
      const said = { keys: (later.table('keys' as never) as { scan(): readonly { key: unknown; value: unknown }[] }).scan().map(({ key, value }) => [key, value]), out: later.sink('out').rows() };
      later.close();
      return said;
    });
  },
};
