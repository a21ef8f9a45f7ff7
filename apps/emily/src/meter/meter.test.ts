import { log, minutes, outOfOrder, pipeline } from 'millrace';
import { testDriver, type TestDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { admitted, finished, numbers, refused, sentIn, someTime, units } from '../domain/testing/facts.ts';
import { epochMs, modelId, tenantId, userId } from '../domain/names.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import { noUnits, type UsageFact } from '../domain/usage-fact.ts';
import { meter, type Meter } from './meter.ts';

type Counted = Pick<Meter, 'perSecond' | 'perMinute' | 'perMonth'>;

function counting(keepAll = true): TestDriver<Counted> {
  return testDriver(pipeline('test', (app): Counted => {
    const complete = outOfOrder(minutes(10));
    const facts = app.source('usage', log<UsageFact>(), { time: (fact) => fact.admittedAt, complete });
    const events = app.source('events', log<UsageEvent>(), { time: (event) => event.at, complete });
    const { perSecond, perMinute, perMonth } = meter(facts, events, { zone: 'Europe/Berlin', keepAll });
    return { perSecond, perMinute, perMonth };
  }));
}

const monthOf = (driver: TestDriver<Counted>): unknown[] =>
  driver.table('perMonth').scan().map(({ key, value }) => [`${key.tenant}/${key.user}/${key.model}`, value.requests, value.inputTokens, value.outputTokens]);

test('what was completed or left half-way counts; what failed or was lost, was only admitted, or was estimated does not', () => {
  const driver = counting();
  const next = numbers();
  driver.source('usage').send(
    admitted('r-1', next()),
    finished('r-1', next(), { units: units(3, 5) }),
    finished('r-2', next(), { outcome: 'cancelled', provenance: 'engine-running', units: units(10, 20) }),
    finished('r-3', next(), { outcome: 'failed', units: units(100, 200) }),
    finished('r-4', next(), { outcome: 'lost', units: units(100, 200) }),
    finished('r-5', next(), { provenance: 'estimate', units: units(100, 200) }),
    finished('r-6', next(), { outcome: 'cancelled', provenance: 'none', units: noUnits }),
    refused('r-7', next()),
  );
  expect(monthOf(driver)).toEqual([['ada/ana/phi-4', 2, 13, 25]]);
});

test('usage measured elsewhere counts like a call, once for each tenant and id', () => {
  const driver = counting();
  driver.source('usage').send(finished('e-1', numbers()()));
  driver.source('events').send(sentIn('e-1'), sentIn('e-2', { units: units(1, 1, 7) }), sentIn('e-1', { at: epochMs(someTime + 1) }), sentIn('e-1', { tenant: tenantId('bob') }));
  expect(monthOf(driver)).toEqual([['ada/ana/phi-4', 9, 7, 11], ['bob/ana/phi-4', 1, 3, 5]]);
  expect(driver.status().states['events-seen']).toMatchObject({ duplicates: 1 });
});

test('tenants, users and models are counted apart, and cached input is part of the input', () => {
  const driver = counting();
  const next = numbers();
  driver.source('usage').send(
    finished('r-1', next(), { units: { requests: 1, inputTokens: 10, cachedInputTokens: 4, outputTokens: 1 } }),
    finished('r-2', next(), { user: userId('ben') }),
    finished('r-3', next(), { model: modelId('big') }),
    finished('r-4', next(), { tenant: tenantId('bob') }),
  );
  const rows = driver.table('perMonth').scan();
  expect(rows.map(({ key }) => Object.values(key).join('/'))).toEqual(['ada/ana/phi-4', 'ada/ben/phi-4', 'ada/ana/big', 'bob/ana/phi-4']);
  expect(rows[0]?.value).toEqual({ requests: 1, inputTokens: 10, cachedInputTokens: 4, outputTokens: 1 });
});

test('a call counts where it was admitted, however late it ended; its window closes when no call can be so old', () => {
  const driver = counting();
  const next = numbers();
  const minute = Math.floor(someTime / 60_000) * 60_000;
  const inMinute = (): unknown[] => driver.table('perMinute').scan().filter(({ window }) => window?.start === minute).map(({ value, finality }) => [value.requests, finality]);
  driver.source('events').end();
  driver.source('usage').send(finished('r-1', next()), admitted('r-3', next(), { admittedAt: epochMs(minute + minutes(11) - 1) }), finished('r-2', next()));
  expect(inMinute()).toEqual([[2, 'provisional']]);
  driver.source('usage').send(admitted('r-4', next(), { admittedAt: epochMs(minute + minutes(11)) }));
  expect(inMinute()).toEqual([[2, 'final']]);
});

test('a source that says nothing keeps the windows open for the other', () => {
  const driver = counting();
  driver.source('usage').send(finished('r-1', numbers()()));
  driver.source('usage').end();
  expect(driver.table('perMinute').scan()).toMatchObject([{ finality: 'provisional' }]);
  driver.source('events').send(sentIn('e-1'));
  driver.source('events').end();
  expect(driver.table('perMinute').scan()).toMatchObject([{ finality: 'final', evidence: ['ended'], value: { requests: 2 } }]);
});

test('the seconds of the live view count refusals beside usage, of all tenants together', () => {
  const driver = counting();
  const next = numbers();
  driver.source('usage').send(refused('r-1', next()), refused('r-2', next(), { tenant: null, model: null }), finished('r-3', next()), finished('r-4', next(), { tenant: tenantId('bob') }));
  expect(driver.table('perSecond').scan().map(({ value }) => value)).toEqual([{ requests: 2, inputTokens: 6, cachedInputTokens: 0, outputTokens: 10, refused: 2 }]);
});

test('minutes are forgotten after 40 days, except in a replay, which reads them back at its end', () => {
  const day = 86_400_000;
  for (const [keepAll, left] of [[false, 2], [true, 3]] as const) {
    const driver = counting(keepAll);
    const next = numbers();
    driver.source('events').end();
    for (const days of [0, 41, 42]) driver.source('usage').send(finished(`r-${days}`, next(), { admittedAt: epochMs(someTime + days * day) }));
    driver.source('usage').end();
    expect(driver.table('perMinute').scan()).toHaveLength(left);
  }
});
