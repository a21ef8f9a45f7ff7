import { describe, expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { seconds } from '../../time/duration.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Missing } from './missing.ts';

interface Request {
  readonly at: number;
  readonly model: string;
  /** The time it asks for, where that is not its own. */
  readonly asOf?: number;
}
interface Price {
  readonly at: number;
  readonly model: string;
  readonly price: number | null;
}

const request = (at: number, asOf?: number): Request => (asOf === undefined ? { at, model: 'm' } : { at, model: 'm', asOf });
const price = (at: number, value: number | null, model = 'm'): Price => ({ at, model, price: value });
const text = (r: Request, p: number | undefined): string => `${r.at}:${p ?? 'null'}`;

const program = (missing: Missing, bound = 0): Program =>
  pipeline('priced', (app) => {
    const prices = app.source('prices', fedByHand<Price>(), { time: (p) => p.at, complete: outOfOrder(bound) });
    const requests = app.source('requests', fedByHand<Request>(), { time: (r) => r.at, complete: outOfOrder(bound) });
    const table = prices.keyBy((p) => p.model).toTable({ name: 'prices', versioned: 1000, value: (p) => p.price });
    const priced = requests.keyBy((r) => r.model).joinTable(table, { name: 'priced', missing, at: (r) => r.asOf ?? r.at }, text);
    priced.to(app.sink('out', readByHand()));
    priced.late.to(app.sink('late', readByHand()));
    priced.bad.to(app.sink('bad', readByHand()));
    priced.window(tumbling(10)).count({ name: 'counts' }).final().map(({ window, value }) => [window?.start, value]).to(app.sink('counts', readByHand()));
  });

const out = (driver: TestDriver<Record<never, never>>): readonly unknown[] => driver.sink('out').rows();

interface Fact {
  readonly time: number;
  readonly value: string | null;
}

describe('the published results of joins of two inputs', () => {
  const published: readonly (readonly [t: number, side: 'left' | 'right', value: string | null])[] = [
    [3, 'left', 'A'], [4, 'right', 'a'], [5, 'left', 'B'], [6, 'right', 'b'], [7, 'left', null], [8, 'right', null], [9, 'left', 'C'],
    [10, 'right', 'c'], [11, 'right', null], [12, 'left', null], [14, 'right', 'd'], [15, 'left', 'D'],
  ];
  const results = (missing: 'drop' | 'null'): readonly unknown[] => {
    const run = pipeline('published', (app) => {
      const [left, right] = ['left', 'right'].map((name) =>
        app.source(name, fedByHand<Fact>(), { time: (e) => e.time, complete: outOfOrder(0) }).map((e) => e.value).keyBy(() => 'key'),
      );
      if (left === undefined || right === undefined) return;
      const table = right.toTable({ versioned: seconds(60) });
      left.joinTable(table, { missing }, (l, r) => `${l},${r ?? 'null'}`).to(app.sink('out', readByHand()));
    });
    const driver = testDriver(run);
    for (const [t, side, value] of published) driver.source(side).send({ time: seconds(t), value });
    driver.source('right').end();
    return driver.sink('out').rows();
  };

  test('stream–table, inner', () => {
    expect(results('drop')).toEqual(['B,a', 'D,d']);
  });

  test('stream–table, left', () => {
    expect(results('null')).toEqual(['A,null', 'B,a', 'C,null', 'D,d']);
  });
});

describe('waiting', () => {
  test('an event waits until the table can have nothing older, and gets what held at its time', () => {
    const driver = testDriver(program('drop'));
    driver.source('prices').send(price(0, 1));
    driver.source('requests').send(request(5), request(10), request(12));
    expect(out(driver)).toEqual([]);
    driver.source('prices').send(price(10, 2));
    expect(out(driver)).toEqual(['5:1']);
    driver.source('prices').send(price(11, 3));
    expect(out(driver)).toEqual(['5:1', '10:2']);
    driver.source('prices').end();
    expect(out(driver)).toEqual(['5:1', '10:2', '12:3']);
    driver.source('requests').send(request(13));
    expect(out(driver)).toEqual(['5:1', '10:2', '12:3', '13:3']);
  });

  test('results leave in the order of the times asked for, and windows behind wait for them', () => {
    const driver = testDriver(program('drop', 100));
    driver.source('prices').send(price(0, 1));
    driver.source('requests').send(request(8), request(3), request(25), request(3, 30));
    driver.source('requests').end();
    driver.advanceFrontier('prices', 28);
    expect(out(driver)).toEqual(['3:1', '8:1', '25:1']);
    expect(driver.sink('counts').rows()).toEqual([]);
    driver.source('prices').end();
    expect(driver.sink('counts').rows()).toEqual([[0, 3], [20, 1]]);
  });

  test('it is durable, and so is what it holds back', () => {
    const run = (stops: readonly number[]): unknown => {
      const driver = testDriver(program({ wait: 50 }, 0), { durable: true });
      const steps = [
        () => driver.source('requests').send(request(5), request(25, 40)),
        () => driver.source('prices').send(price(10, 7, 'other')),
        () => driver.source('requests').send(request(60), request(24)),
        () => driver.source('prices').send(price(41, 3)),
        () => driver.source('requests').send(request(70)),
        () => driver.source('prices').send(price(43, 4)),
        () => driver.source('prices').send(price(90, 5)),
        () => driver.source('requests').end(),
        () => driver.source('prices').end(),
      ];
      steps.forEach((step, i) => {
        step();
        if (stops.includes(i)) {
          driver.commit();
          driver.crash();
        }
      });
      driver.commit();
      return [out(driver), driver.sink('counts').rows(), driver.sink('bad').rows(), driver.status().states['priced']];
    };
    const expected = run([]);
    expect(expected).toEqual([['5:3', '25:3', '24:3', '60:4', '70:4'], [[0, 1], [20, 2], [60, 1], [70, 1]], [], { entries: 0, late: 0, duplicates: 0, conflicts: 0, missing: 0 }]);
    for (let i = 0; i < 9; i += 1) expect([i, run([i])]).toEqual([i, expected]);
    expect(run([0, 1, 2, 3, 4, 5, 6, 7, 8])).toEqual(expected);
  });

  test('an event that came below the frontier holds nothing back, after a crash neither', () => {
    const run = (crash: boolean): unknown => {
      const driver = testDriver(program('null'), { durable: true });
      driver.source('requests').send(request(30, 10));
      driver.source('prices').send(price(20, 1));
      driver.source('requests').send(request(5, 40));
      driver.commit();
      if (crash) driver.crash();
      // The window that this one belongs to is closed.
      driver.source('requests').send(request(6, 10));
      driver.source('requests').end();
      driver.source('prices').end();
      driver.commit();
      return [out(driver), driver.sink('counts').rows(), driver.status().states['counts']?.late];
    };
    expect(run(false)).toEqual([['30:null', '6:null', '5:1'], [[30, 1]], 2]);
    expect(run(true)).toEqual(run(false));
  });

  test('one that makes a function throw is set aside, and the others leave all the same', () => {
    const throwing = pipeline('throwing', (app) => {
      const prices = app.source('prices', fedByHand<Price>(), { time: (p) => p.at, complete: outOfOrder(0) });
      const requests = app.source('requests', fedByHand<Request>(), { time: (r) => r.at, complete: outOfOrder(0) });
      const table = prices.keyBy((p) => p.model).toTable({ versioned: 1000, value: (p) => p.price });
      const priced = requests.keyBy((r) => r.model).joinTable(table, { missing: 'null' }, (r) => {
        if (r.at === 6) throw new Error('no 6');
        return r.at;
      });
      priced.to(app.sink('out', readByHand()));
    });
    const driver = testDriver(throwing);
    driver.source('requests').send(request(5), request(6), request(7));
    driver.source('prices').send(price(10, 1));
    expect(driver.sink('out').rows()).toEqual([5, 7]);
    expect(driver.bad()).toMatchObject([{ reason: 'threw', message: 'Error: no 6' }]);
  });
});

describe('where there is no row', () => {
  const run = (missing: Missing): { driver: TestDriver<Record<never, never>> } => {
    const driver = testDriver(program(missing));
    driver.source('prices').send(price(0, 1, 'other'));
    driver.source('requests').send(request(5), request(20));
    driver.source('prices').send(price(10, 2), price(15, null), price(30, 4));
    return { driver };
  };

  test('it is dropped and counted', () => {
    const { driver } = run('drop');
    expect(out(driver)).toEqual([]);
    expect(driver.status().states['priced']).toMatchObject({ missing: 2, late: 0 });
  });

  test('or joined with undefined', () => {
    const { driver } = run('null');
    expect(out(driver)).toEqual(['5:null', '20:null']);
    expect(driver.status().states['priced']).toMatchObject({ missing: 0 });
  });

  test('or on .bad with the time it asked for', () => {
    const { driver } = run('bad');
    expect(driver.sink('bad').rows()).toEqual([
      { event: request(5), at: 5, reason: 'no-row' },
      { event: request(20), at: 20, reason: 'no-row' },
    ]);
  });

  test('or it waits for the first row there is, for so long', () => {
    const { driver } = run({ wait: 6, else: 'null' });
    expect(out(driver)).toEqual(['5:2', '20:null']);
    const patient = run({ wait: 10 }).driver;
    expect(out(patient)).toEqual(['5:2']);
    expect(patient.sink('bad').rows()).toEqual([]);
    patient.source('prices').send(price(31, 4));
    expect(out(patient)).toEqual(['5:2', '20:4']);
  });

  test('it leaves as soon as nothing older can come; the time-out is told', () => {
    const driver = testDriver(program({ wait: 100 }, 5));
    driver.source('requests').send(request(5));
    driver.source('prices').send(price(20, 2));
    expect(out(driver)).toEqual([]);
    driver.source('prices').send(price(17, 3));
    driver.source('prices').send(price(23, 4));
    expect(out(driver)).toEqual(['5:3']);
    driver.source('requests').send({ at: 30, model: 'unknown' });
    driver.source('prices').send(price(200, 5));
    expect(driver.sink('bad').rows()).toEqual([{ event: { at: 30, model: 'unknown' }, at: 30, reason: 'timed-out' }]);
  });
});

test('what asks for a time that is forgotten is late, and one that asks for no time is bad', () => {
  const driver = testDriver(program('null'));
  driver.source('prices').send(price(0, 1), price(5000, 2));
  driver.source('requests').send(request(3999), request(4000), request(4001, Number.NaN));
  expect(driver.sink('late').rows()).toEqual([request(3999)]);
  expect(out(driver)).toEqual(['4000:1']);
  expect(driver.bad()).toMatchObject([{ reason: 'threw', message: expect.stringContaining('asks for the time NaN') as string }]);
});

describe('with all of a table', () => {
  test('a function reads it as it was at the time of the event', () => {
    const all = pipeline('all', (app) => {
      const prices = app.source('prices', fedByHand<Price>(), { time: (p) => p.at, complete: outOfOrder(0) });
      const requests = app.source('requests', fedByHand<Request>(), { time: (r) => r.at, complete: outOfOrder(0) });
      const table = prices.keyBy((p) => p.model).toTable({ name: 'prices', versioned: 1000, value: (p) => p.price });
      const joined = requests.joinAll(table, { name: 'all' }, (r, view) => [r.at, view.get('m'), [...view.entries()], Math.max(0, ...view.values())]);
      joined.to(app.sink('out', readByHand()));
    });
    const run = (durable: boolean): readonly unknown[] => {
      const driver = testDriver(all, { durable });
      driver.source('requests').send(request(4), request(15), request(25));
      driver.source('prices').send(price(5, 1), price(10, 2, 'n'), price(20, null), price(22, 3, 'n'));
      if (durable) driver.commit();
      if (durable) driver.crash();
      driver.source('prices').end();
      if (durable) driver.commit();
      return driver.sink('out').rows();
    };
    const expected = [
      [4, undefined, [], 0],
      [15, 1, [['m', 1], ['n', 2]], 2],
      [25, undefined, [['n', 3]], 3],
    ];
    expect(run(false)).toEqual(expected);
    expect(run(true)).toEqual(expected);
  });
});

test('a key that cannot be one is bad input, whether the answer is there already or not', () => {
  const nameless = { at: 5, model: undefined } as unknown as Request;
  const bad = [true, false].map((tableFirst) => {
    const driver = testDriver(program('null'));
    const prices = (): void => driver.source('prices').send(price(1, 10), price(50, 20));
    if (tableFirst) prices();
    driver.source('requests').send(nameless);
    if (!tableFirst) prices();
    expect(out(driver)).toEqual([]);
    return driver.bad().map(({ source, reason }) => [source, reason]);
  });
  expect(bad).toEqual([[['requests', 'threw']], [['requests', 'threw']]]);
});

test('a time-out is shorter than what the table is versioned for', () => {
  expect(() => program({ wait: 1000 })).toThrow('joinTable({ missing: { wait: 1000 } }): expected a positive whole number of ms, less than the table is versioned for');
  expect(() => program({ wait: 0 })).toThrow(RangeError);
});

test('it is described', () => {
  expect(program({ wait: 500 }).describe()).toContain("join 'priced' as of, missing: wait 500 ms, then bad  ← 1, 2.sets");
});

test('drawn: an event waits until the table is past its time, and gets what held then', () => {
  const run = marbles(
    ({ requests, prices }) =>
      requests
        .keyBy(() => 'model')
        .joinTable(prices.keyBy(() => 'model').toTable({ name: 'prices', versioned: 100 }), { name: 'priced', missing: 'null' }, (r, p) => `${r.letter} ${p?.letter ?? '–'}`),
    { requests: 'r-s--t-', prices: '-a--b--|' },
  );
  expect(run.rows()).toEqual(['r –', 's a', 't b']);
});
