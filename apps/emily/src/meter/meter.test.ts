import { log, minutes, outOfOrder, pipeline } from 'millrace';
import { testDriver, type TestDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { admitted, called, refused, sentIn, someTime, units, voided } from '../domain/testing/facts.ts';
import { epochMs, keyId, modelId, requestId, tenantId, userId } from '../domain/names.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import { noUnits, type UsageFact } from '../domain/usage-fact.ts';
import { meter, type Meter, type Metering } from './meter.ts';

type Counted = Pick<Meter, 'perSecond'> & Pick<Metering, 'perMinute' | 'perMonth'> & { readonly sentInPerMonth: Metering['perMonth'] };

function counting(replay = true): TestDriver<Counted> {
  return testDriver(pipeline('test', (app): Counted => {
    const complete = outOfOrder(minutes(10));
    const facts = app.source('usage', log<UsageFact>(), { time: (fact) => fact.admittedAt, complete });
    const events = app.source('events', log<UsageEvent>(), { time: (event) => event.at, complete });
    const { calls, sentIn: elsewhere, perSecond } = meter(facts, events, { zone: 'Europe/Berlin', replay, longestCall: minutes(10) });
    return { perSecond, perMinute: calls.perMinute, perMonth: calls.perMonth, sentInPerMonth: elsewhere.perMonth };
  }));
}

const monthOf = (driver: TestDriver<Counted>, table: 'perMonth' | 'sentInPerMonth' = 'perMonth'): unknown[] =>
  driver.table(table).scan().map(({ key, value }) => [`${key.tenant}/${key.user}/${key.model}`, value.requests, value.inputTokens, value.outputTokens]);

test('what was completed or left half-way counts; what failed or was lost, was only admitted, or was estimated does not', () => {
  const driver = counting();
  driver.source('usage').send(
    admitted('r-0'),
    ...called('r-1', { units: units(3, 5) }),
    ...called('r-2', { outcome: 'cancelled', provenance: 'engine-running', units: units(10, 20) }),
    ...called('r-3', { outcome: 'failed', units: units(100, 200) }),
    ...called('r-4', { outcome: 'lost', units: units(100, 200) }),
    ...called('r-5', { provenance: 'estimate', units: units(100, 200) }),
    ...called('r-6', { outcome: 'cancelled', provenance: 'none', units: noUnits }),
    refused('r-7'),
  );
  expect(monthOf(driver)).toEqual([['ada/ana/phi-4', 2, 13, 25]]);
});

test('usage measured elsewhere counts like a call, once for each tenant and id, and apart from calls', () => {
  const driver = counting();
  driver.source('usage').send(...called('e-1'));
  driver.source('events').send(sentIn('e-1'), sentIn('e-2', { units: units(1, 1, 7) }), sentIn('e-1', { at: epochMs(someTime + 1) }), sentIn('e-1', { tenant: tenantId('bob') }));
  expect(monthOf(driver)).toEqual([['ada/ana/phi-4', 1, 3, 5]]);
  expect(monthOf(driver, 'sentInPerMonth')).toEqual([['ada/ana/phi-4', 8, 4, 6], ['bob/ana/phi-4', 1, 3, 5]]);
  expect(driver.status().states['sent-in-seen']).toMatchObject({ duplicates: 1 });
});

test('the end of a call that comes again counts once, and before its admission all the same', () => {
  const driver = counting();
  const [begin, end] = called('r-1');
  driver.source('usage').send(end, begin, end, ...called('r-1', { tenant: tenantId('bob') }));
  expect(monthOf(driver)).toEqual([['ada/ana/phi-4', 1, 3, 5], ['bob/ana/phi-4', 1, 3, 5]]);
  expect(driver.status().states['calls-seen']).toMatchObject({ duplicates: 1 });
});

test('tenants, users, models and keys are counted apart, and cached input is part of the input', () => {
  const driver = counting();
  driver.source('usage').send(
    ...called('r-1', { units: { requests: 1, inputTokens: 10, cachedInputTokens: 4, outputTokens: 1 } }),
    ...called('r-2', { user: userId('ben') }),
    ...called('r-3', { model: modelId('big') }),
    ...called('r-4', { tenant: tenantId('bob') }),
    ...called('r-5', { key: keyId('key-2') }),
  );
  const rows = driver.table('perMonth').scan();
  expect(rows.map(({ key }) => Object.values(key).join('/'))).toEqual(['ada/ana/phi-4/key-1', 'ada/ben/phi-4/key-1', 'ada/ana/big/key-1', 'bob/ana/phi-4/key-1', 'ada/ana/phi-4/key-2']);
  expect(rows[0]?.value).toEqual({ requests: 1, inputTokens: 10, cachedInputTokens: 4, outputTokens: 1 });
});

test('a call counts where it was admitted, however late it ended; its window closes when no call can be so old', () => {
  const driver = counting();
  const minute = Math.floor(someTime / 60_000) * 60_000;
  const inMinute = (): unknown[] => driver.table('perMinute').scan().filter(({ window }) => window?.start === minute).map(({ value, finality }) => [value.requests, finality]);
  driver.source('events').end();
  driver.source('usage').send(...called('r-1'), admitted('r-3', { admittedAt: epochMs(minute + minutes(11) - 1) }), ...called('r-2'));
  expect(inMinute()).toEqual([[2, 'provisional']]);
  driver.source('usage').send(admitted('r-4', { admittedAt: epochMs(minute + minutes(11)) }));
  expect(inMinute()).toEqual([[2, 'final']]);
});

test('what may still be sent in keeps no call waiting, nor the other way round', () => {
  const driver = counting();
  driver.source('usage').send(...called('r-1'));
  driver.source('events').send(sentIn('e-1'));
  driver.source('usage').end();
  expect(driver.table('perMinute').scan()).toMatchObject([{ finality: 'final', evidence: ['ended'], value: { requests: 1 } }]);
  expect(driver.table('sentInPerMonth').scan()).toMatchObject([{ finality: 'provisional' }]);
});

test('the live view counts what is sent in only in a replay, where it happens now', () => {
  for (const [replay, requests] of [[true, 2], [false, 1]] as const) {
    const driver = counting(replay);
    driver.source('usage').send(...called('r-1'));
    driver.source('events').send(sentIn('e-1'));
    expect(driver.table('perSecond').scan()).toMatchObject([{ value: { requests } }]);
  }
});

test('the seconds of the live view count refusals beside usage, of all tenants together', () => {
  const driver = counting();
  driver.source('usage').send(refused('r-1'), refused('r-2', { tenant: null, model: null }), ...called('r-3'), ...called('r-4', { tenant: tenantId('bob') }));
  expect(driver.table('perSecond').scan().map(({ value }) => value)).toEqual([{ requests: 2, inputTokens: 6, cachedInputTokens: 0, outputTokens: 10, refused: 2 }]);
});

test('minutes are forgotten after 40 days, except in a replay, which reads them back at its end', () => {
  const day = 86_400_000;
  for (const [replay, left] of [[false, 2], [true, 3]] as const) {
    const driver = counting(replay);
    driver.source('events').end();
    for (const days of [0, 41, 42]) driver.source('usage').send(...called(`r-${days}`, { admittedAt: epochMs(someTime + days * day) }));
    driver.source('usage').end();
    expect(driver.table('perMinute').scan()).toHaveLength(left);
  }
});

test('what is voided is taken back where it was voided, once; the seconds of the live view keep it', () => {
  const driver = counting();
  const back = voided('r-1', { by: requestId('r-2'), units: units(3, 5), admittedAt: epochMs(someTime + 60_000) });
  driver.source('usage').send(...called('r-1', { units: units(3, 5) }), back, ...called('r-2', { units: units(3, 7), admittedAt: back.admittedAt }), back);
  expect(monthOf(driver)).toEqual([['ada/ana/phi-4', 1, 3, 7]]);
  expect(driver.table('perMinute').scan().map(({ value }) => [value.requests, value.inputTokens, value.outputTokens])).toEqual([[1, 3, 5], [0, 0, 2]]);
  expect(driver.table('perSecond').scan().reduce((sum, { value }) => sum + value.requests, 0)).toBe(2);
  expect(driver.status().states['voids-seen']).toMatchObject({ duplicates: 1 });
});
