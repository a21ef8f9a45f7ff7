import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { VersionedTable } from '../../stream/versioned-table.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { type HaltScope, halt } from '../late-policy.ts';

interface Price {
  readonly key: string;
  readonly time: number;
}

type Tables = { prices: VersionedTable<string, number, Price> };
type Driver = TestDriver<Tables>;
const ada = { by: 'Ada', reason: 'looked at it' } as const;

/** Prices are their times; behind them, requests that ask for the price as of their own time. */
function program(scope: HaltScope, versioned: number): Program<Tables> {
  return pipeline('halting', (app) => {
    const times = { time: (e: Price) => e.time, complete: outOfOrder(0) };
    const prices = app.source('prices', fedByHand<Price>(), times).keyBy((p) => p.key).toTable({ name: 'prices', versioned, value: (p) => p.time, late: halt({ scope }) });
    prices.late.to(app.sink('late', readByHand()));
    const requests = app.source('requests', fedByHand<Price>(), times).keyBy((r) => r.key);
    const priced = requests.joinTable(prices, { name: 'priced', missing: 'null' }, (r, price) => `${r.key}${r.time}@${price ?? ''}`);
    priced.to(app.sink('priced', readByHand()));
    priced.late.to(app.sink('late requests', readByHand()));
    return { prices };
  });
}

function send(driver: Driver, source: string, texts: string): void {
  driver.source(source).sendBatch(texts.split(' ').map((text): Price => ({ key: text[0] as string, time: Number(text.slice(1)) })));
}

const seen = (driver: Driver, sink: string): readonly unknown[] => {
  driver.commit();
  return driver.sink(sink).rows();
};

test('what is below the frontier waits, and later prices of its key behind it; what asks for them waits too, and gets the right one', () => {
  const driver = testDriver(program('key', 5), { durable: true });
  send(driver, 'prices', 'a10 b10 a8 a12 b30');
  expect(driver.holds()).toMatchObject([{ id: 1, scope: { kind: 'key', operator: 'prices', key: 'a' }, choices: ['discard', 'wait'], evidence: { time: 8, frontier: 10, before: undefined } }]);
  send(driver, 'requests', 'a11 b11 a13 b20');
  // The frontier behind the table stands at 12, which is parked, so nothing since 7 is forgotten: not what b was at 20.
  expect(seen(driver, 'priced')).toEqual(['a11@10', 'b11@10']);
  expect(driver.table('prices').get('a')).toMatchObject({ value: 10 });
  driver.crash();
  driver.resolve(1, { choice: 'discard', ...ada });
  send(driver, 'requests', 'a31');
  expect(seen(driver, 'priced')).toEqual(['a11@10', 'b11@10', 'a13@12', 'b20@10']);
  expect(seen(driver, 'late')).toEqual([{ key: 'a', time: 8 }]);
  expect(seen(driver, 'late requests')).toEqual([]);
  expect(driver.table('prices').get('a')).toMatchObject({ value: 12 });
});

test('one that was parked and was late itself is held in its turn', () => {
  const driver = testDriver(program('key', 100), { durable: true });
  send(driver, 'prices', 'a10 a8 b20 a15 a20 b21');
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(driver.holds()).toMatchObject([{ id: 2, evidence: { time: 15, frontier: 20, before: 10 } }]);
  expect(driver.status().states['prices parked']?.entries).toBe(1);
  driver.commit();
  driver.crash();
  driver.resolve(2, { choice: 'discard', ...ada });
  driver.commit();
  expect(driver.table('prices').get('a')).toMatchObject({ value: 20 });
  expect(driver.status().states['prices']?.late).toBe(2);
});

test('scope pipeline: nothing is read meanwhile; and the policy is shown', () => {
  const driver = testDriver(program('pipeline', 100), { durable: true });
  send(driver, 'prices', 'a10 a8 a12');
  send(driver, 'requests', 'a11');
  expect(driver.status().sources['requests']?.[0]).toMatchObject({ records: 0, heldBy: [1] });
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(seen(driver, 'priced')).toEqual(['a11@10']);
  expect(program('key', 100).describe()).toContain("versioned table 'prices' for 100 ms, late: halt the key, at most 10000 parked");
});
