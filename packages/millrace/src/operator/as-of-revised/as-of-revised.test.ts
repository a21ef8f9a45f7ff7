import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Change } from '../row.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';

interface Entry {
  readonly at: number;
  readonly kind: 'price' | 'request';
  readonly n: number;
}

const price = (at: number, n: number): Entry => ({ at, kind: 'price', n });
const request = (at: number): Entry => ({ at, kind: 'request', n: 0 });

const program = (missing: 'drop' | 'null', bound: number) =>
  pipeline('revised', (app) => {
    const options = { time: (e: Entry) => e.at, complete: outOfOrder(bound) };
    const [prices, requests] = ['prices', 'requests'].map((name) => app.source(name, fedByHand<Entry>(), options));
    if (prices === undefined || requests === undefined) throw new Error('expected two sources');
    const table = prices.keyBy(() => 'm').toTable({ name: 'prices', versioned: 1000, value: (e) => e.n });
    const priced = requests.keyBy(() => 'm').joinTable(table, { name: 'priced', missing, late: 'revise' }, (r, p) => {
      if (p === 13) throw new Error('no 13');
      return `${r.at}:${p ?? 'null'}`;
    });
    priced.to(app.sink('changes', readByHand()));
    priced.final().to(app.sink('final', readByHand()));
    priced.late.to(app.sink('late', readByHand()));
    return { priced };
  });

const steps = (rows: readonly unknown[]): unknown => (rows as Change<number, string>[]).map(({ key, before, after, revision, finality }) => [key, before, after, revision, finality]);

test('a result leaves at once, again when the table turns out to have held something else, and final when it cannot', () => {
  const driver = testDriver(program('null', 10));
  driver.source('requests').send(request(12), request(18));
  driver.source('prices').send(price(10, 1), price(15, 2), price(11, 3), price(20, 9));
  expect(steps(driver.sink('changes').rows())).toEqual([
    [0, undefined, '12:null', 0, 'provisional'],
    [1, undefined, '18:null', 0, 'provisional'],
    [0, '12:null', '12:1', 1, 'provisional'],
    [1, '18:null', '18:1', 1, 'provisional'],
    // What holds from 15 on is not for the one that asks for 12; what held from 11 to 15 not for the other one.
    [1, '18:1', '18:2', 2, 'provisional'],
    [0, '12:1', '12:3', 2, 'provisional'],
  ]);
  driver.source('prices').send(price(25, 8));
  expect(steps(driver.sink('changes').rows().slice(6))).toEqual([[0, '12:3', '12:3', 2, 'final']]);
  expect(driver.sink('final').rows()).toMatchObject([{ key: 0, value: '12:3', time: 12, finality: 'final', evidence: ['assumed'] }]);
  expect(driver.table('priced').scan()).toMatchObject([{ key: 1, value: '18:2', finality: 'provisional' }]);
});

test('windows over final results wait for those that ask for a later time, also over a crash', () => {
  const later = pipeline('later', (app) => {
    const options = { time: (e: Entry) => e.at, complete: outOfOrder(0) };
    const [prices, requests] = ['prices', 'requests'].map((name) => app.source(name, fedByHand<Entry>(), options));
    if (prices === undefined || requests === undefined) throw new Error('expected two sources');
    const table = prices.keyBy(() => 'm').toTable({ name: 'prices', versioned: 1000, value: (e) => e.n });
    const priced = requests.keyBy(() => 'm').joinTable(table, { name: 'priced', missing: 'null', late: 'revise', at: (r) => r.at + r.n }, (r, p) => `${r.at}:${p}`);
    const finals = priced.final().window(tumbling(5)).count({ name: 'finals' });
    const changes = priced.changes().window(tumbling(5)).count({ name: 'changes' });
    for (const [name, counts] of [['finals', finals], ['changes', changes]] as const) {
      counts.changes().map(({ window, after }) => [window?.end, after]).to(app.sink(name, readByHand()));
      counts.late.map(({ key }) => key).to(app.sink(`late ${name}`, readByHand()));
    }
  });
  for (const crashes of [false, true]) {
    const driver = testDriver(later, { durable: true });
    const goOn = (): void => {
      driver.commit();
      if (crashes) driver.crash();
    };
    driver.source('prices').send(price(0, 1));
    // One asks for 21, one for its own time.
    driver.source('requests').send({ at: 1, kind: 'request', n: 20 }, { at: 3, kind: 'request', n: 0 });
    goOn();
    driver.source('requests').send(request(40));
    driver.source('prices').send(price(15, 2), price(20, 3));
    goOn();
    expect([driver.sink('finals').rows(), driver.sink('changes').rows()]).toEqual([[], []]);
    driver.source('prices').send(price(22, 4));
    goOn();
    expect([driver.sink('finals').rows(), driver.sink('changes').rows(), driver.sink('late finals').rows(), driver.sink('late changes').rows()]).toEqual([[[5, 2]], [[5, 6]], [], []]);
  }
});

test('without a row there is no result, until there is one', () => {
  const driver = testDriver(program('drop', 0));
  driver.source('requests').send(request(5), request(6));
  expect(driver.sink('changes').rows()).toEqual([]);
  driver.source('prices').send(price(6, 1));
  driver.source('prices').end();
  expect(steps(driver.sink('changes').rows())).toEqual([
    [1, undefined, '6:1', 0, 'provisional'],
    [1, '6:1', '6:1', 0, 'final'],
  ]);
  expect(driver.status().states['priced']).toMatchObject({ entries: 0, missing: 1 });
});

test('what the table is past leaves once, final', () => {
  const driver = testDriver(program('drop', 0));
  driver.source('prices').send(price(0, 1), price(50, 2));
  driver.source('requests').send(request(40));
  expect(steps(driver.sink('changes').rows())).toEqual([[0, undefined, '40:1', 0, 'final']]);
});

test('what asks for a time that is forgotten is late', () => {
  const driver = testDriver(program('drop', 0));
  driver.source('prices').send(price(0, 1), price(2000, 2));
  driver.source('requests').send(request(999));
  expect(driver.sink('late').rows()).toEqual([request(999)]);
});

test('of one event that is for both sides one result leaves, and not what only half of it explains', () => {
  const both = pipeline('both', (app) => {
    const entries = app.source('entries', fedByHand<Entry>(), { time: (e) => e.at, complete: outOfOrder(10) });
    // So each event comes to the join first, and to the table after that.
    const first = entries.map((e) => e);
    const table = entries.filter((e) => e.n > 0).keyBy(() => 'm').toTable({ versioned: 1000, value: (e) => e.n });
    first.keyBy(() => 'm').joinTable(table, { missing: 'null', late: 'revise' }, (e, p) => `${e.at}:${p?.toString() ?? 'null'}`).to(app.sink('changes', readByHand()));
  });
  const driver = testDriver(both);
  driver.source('entries').send(price(5, 1), price(6, 2), request(7));
  expect(steps(driver.sink('changes').rows())).toEqual([
    [0, undefined, '5:1', 0, 'provisional'],
    [1, undefined, '6:2', 0, 'provisional'],
    [2, undefined, '7:2', 0, 'provisional'],
  ]);
});

test('a crash changes nothing: what left is known, and goes on from there', () => {
  const run = (stops: readonly number[]): unknown => {
    const driver = testDriver(program('null', 10), { durable: true });
    const entries: readonly (readonly [string, Entry])[] = [
      ['requests', request(12)], ['prices', price(10, 1)], ['requests', request(18)], ['prices', price(15, 2)], ['prices', price(11, 3)], ['prices', price(40, 4)],
    ];
    entries.forEach(([source, entry], i) => {
      driver.source(source).send(entry);
      if (!stops.includes(i)) return;
      driver.commit();
      driver.crash();
    });
    driver.commit();
    return [steps(driver.sink('changes').rows()), driver.sink('final').rows(), driver.status().states['priced']];
  };
  for (let i = 0; i < 6; i += 1) expect([i, run([i])]).toEqual([i, run([])]);
  expect(run([0, 1, 2, 3, 4, 5])).toEqual(run([]));
});

test('with a store it is asked as of the last commit', () => {
  const driver = testDriver(program('null', 10), { durable: true });
  driver.source('requests').send(request(12));
  expect(driver.table('priced').scan()).toEqual([]);
  driver.commit();
  driver.source('prices').send(price(10, 1));
  expect(driver.table('priced').get(0)).toMatchObject({ value: '12:null', revision: 0 });
  driver.commit();
  expect(driver.table('priced').get(0)).toMatchObject({ value: '12:1', revision: 1 });
  expect(driver.table('priced').get(1)).toBeUndefined();
});

test('a function that throws on an event sets that aside', () => {
  const driver = testDriver(program('null', 10));
  driver.source('prices').send(price(10, 13));
  driver.source('requests').send(request(12), request(5));
  expect(driver.bad()).toMatchObject([{ source: 'requests', offset: 0, message: 'Error: no 13' }]);
  expect(steps(driver.sink('changes').rows())).toEqual([[0, undefined, '5:null', 0, 'provisional']]);
});

test('it is described, and what it gives is provisional', () => {
  const text = program('drop', 0).describe();
  expect(text).toContain("join 'priced' as of, revised, missing: drop, asked as 'priced'");
  expect(() =>
    pipeline('irreversible', (app) => {
      const source = app.source('prices', fedByHand<Entry>(), { time: (e) => e.at, complete: outOfOrder(0) });
      const keyed = source.keyBy(() => 'm');
      const changes = keyed.joinTable(keyed.toTable({ versioned: 9 }), { missing: 'drop', late: 'revise' }, (e) => e.n).changes();
      changes.to(app.sink('mail', readByHand(), { takes: 'irreversible' }) as never);
    }),
  ).toThrow(expect.objectContaining({ code: 'NOT_FINAL' }));
});

test('drawn: a result leaves at once, and again when an older row comes', () => {
  const run = marbles(
    ({ requests, prices }) =>
      requests
        .keyBy(() => 'model')
        .joinTable(prices.keyBy(() => 'model').toTable({ name: 'prices', versioned: 100 }), { name: 'priced', late: 'revise', missing: 'null' }, (r, p) => `${r.letter} ${p?.letter ?? '–'}`),
    { requests: 'r-s--t-', prices: '-a--b2-|' },
    { bound: 3 },
  );
  expect(run.changes().map(({ before, after, finality }) => [before, after, finality])).toEqual([
    [undefined, 'r –', 'provisional'],
    [undefined, 's a', 'provisional'],
    ['s a', 's b', 'provisional'],
    [undefined, 't b', 'provisional'],
    ['r –', 'r –', 'final'],
    ['s b', 's b', 'final'],
    ['t b', 't b', 'final'],
  ]);
});
