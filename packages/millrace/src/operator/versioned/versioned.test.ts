import { describe, expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { VersionedTable } from '../../stream/versioned-table.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { type Duration, days } from '../../time/duration.ts';
import { outOfOrder } from '../../time/completeness.ts';

interface Price {
  readonly model: string;
  readonly at: number;
  /** null: the model is not sold any more. */
  readonly price: number | null;
}

const program = (versioned: Duration | 'forever' = 100, bound = 10): Program<{ prices: VersionedTable<string, number, Price> }> =>
  pipeline('prices', (app) => {
    const source = app.source('prices', fedByHand<Price>(), { time: (p) => p.at, complete: outOfOrder(bound) });
    const prices = source.keyBy((p) => p.model).toTable({ name: 'prices', versioned, value: (p) => p.price });
    prices.to(app.sink('changes', readByHand()));
    prices.late.to(app.sink('late', readByHand()));
    return { prices };
  });
const price = (at: number, value: number | null, model = 'm'): Price => ({ model, at, price: value });

test('a value holds from its time until that of the next one, whatever the order in which they come', () => {
  const driver = testDriver(program());
  driver.source('prices').send(price(10, 1), price(30, 3), price(20, 2));
  const prices = driver.table('prices');
  expect([9, 10, 19, 20, 29, 30, 1000].map((at) => prices.get('m', at)?.value)).toEqual([undefined, 1, 1, 2, 2, 3, 3]);
  expect(prices.get('m')).toEqual({ key: 'm', window: undefined, value: 3, time: 30, revision: 1, finality: 'provisional', evidence: [] });
  expect(prices.get('other', 10)).toBeUndefined();
});

test('of one time the later event wins; a deletion is a value too', () => {
  const driver = testDriver(program());
  driver.source('prices').send(price(10, 1), price(10, 2), price(15, null), price(18, 4));
  expect([10, 14, 15, 17, 18].map((at) => driver.table('prices').get('m', at)?.value)).toEqual([2, 2, undefined, undefined, 4]);
  expect(driver.sink('changes').rows()).toMatchObject([
    { before: undefined, after: 1, time: 10, revision: 0 },
    { before: 1, after: 2, time: 10, revision: 1 },
    { before: 2, after: undefined, time: 15 },
    { before: undefined, after: 4, time: 18, revision: 3 },
  ]);
});

test('what comes between two others changes what was, and not what is', () => {
  const driver = testDriver(program());
  driver.source('prices').send(price(10, 1), price(20, 3), price(15, 2));
  expect(driver.sink('changes').rows()).toMatchObject([{ after: 1 }, { before: 1, after: 3 }]);
  expect(driver.table('prices').get('m', 17)?.value).toBe(2);
});

test('below the frontier is late: what held then has been told', () => {
  const driver = testDriver(program(100, 5));
  driver.source('prices').send(price(10, 1), price(20, 2), price(14, 9), price(15, 3));
  expect(driver.sink('late').rows()).toEqual([price(14, 9)]);
  expect(driver.status().states['prices']).toMatchObject({ late: 1 });
  expect([14, 15].map((at) => driver.table('prices').get('m', at)?.value)).toEqual([1, 3]);
});

describe('what is forgotten', () => {
  test('what held before the frontier less the retention; what held since then stays, however old', () => {
    const driver = testDriver(program(100, 0));
    driver.source('prices').send(price(10, 1), price(20, 2), price(500, 1, 'other'));
    const prices = driver.table('prices');
    expect([399, 400].map((at) => prices.get('m', at)?.value)).toEqual([undefined, 2]);
    expect(driver.status().states['prices']).toMatchObject({ entries: 2 });
  });

  test('nothing, when the input has ended', () => {
    const driver = testDriver(program(100, 0), { durable: true });
    driver.source('prices').send(price(10, 1), price(60, 2));
    driver.source('prices').end();
    driver.commit();
    driver.crash();
    expect([9, 10, 60].map((at) => driver.table('prices').get('m', at)?.value)).toEqual([undefined, 1, 2]);
  });

  test('keys that are deleted leave nothing behind', () => {
    const driver = testDriver(program(10, 0), { durable: true });
    for (let time = 0; time < 3000; time += 1) {
      driver.source('prices').send(price(time, time, `model ${time}`), price(time, null, `model ${time - 5}`));
      if (time % 50 === 0) driver.commit();
      if (time % 333 === 0) driver.crash();
    }
    driver.commit();
    expect(driver.table('prices').scan()).toHaveLength(5);
    // Of 3,000 keys, five with a value; besides them what is not folded yet, and what is not cleared up yet.
    expect(driver.status().states['prices']?.entries).toBeLessThan(300);
    driver.crash();
    expect(driver.table('prices').scan()).toHaveLength(5);
  });

  test('a key that was deleted does not rise again from what it had been before a restart', () => {
    const driver = testDriver(program(10, 0), { durable: true });
    const restart = (): void => {
      driver.commit();
      driver.crash();
    };
    driver.source('prices').send(price(0, 1), price(100, 1, 'other'));
    restart();
    driver.source('prices').send(price(101, null), price(200, 2, 'other'));
    restart();
    driver.source('prices').send(price(300, 3, 'other'));
    restart();
    expect(driver.table('prices').get('m')).toBeUndefined();
    expect(driver.table('prices').scan()).toMatchObject([{ key: 'other', value: 3 }]);
  });

  test('nothing, for ever, where that is said', () => {
    const driver = testDriver(program('forever', 0), { durable: true });
    driver.source('prices').send(price(0, 1), price(days(4000), 2));
    driver.commit();
    driver.crash();
    expect([0, days(4000)].map((at) => driver.table('prices').get('m', at)?.value)).toEqual([1, 2]);
  });
});

test('with a store it is asked as of the last commit', () => {
  const driver = testDriver(program(), { durable: true });
  driver.source('prices').send(price(10, 1));
  expect(driver.table('prices').scan()).toEqual([]);
  driver.commit();
  driver.source('prices').send(price(12, 2), price(11, 5), price(13, 9, 'new'));
  expect(driver.table('prices').scan()).toMatchObject([{ key: 'm', value: 1 }]);
  expect([11, 12].map((at) => driver.table('prices').get('m', at)?.value)).toEqual([1, 1]);
  driver.commit();
  expect([11, 12].map((at) => driver.table('prices').get('m', at)?.value)).toEqual([5, 2]);
});

test('a retention is a positive whole number of ms', () => {
  expect(() => program(0)).toThrow('toTable({ versioned: 0 }): expected a positive whole number of ms');
});

test('it is described with its retention', () => {
  expect(program(days(40)).describe()).toContain("versioned table 'prices' for 40 d, late: drop, asked as 'prices'");
});
