import fc from 'fast-check';
import { testDriver, type TestDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { finished, refused, sentIn, someTime, units } from '../domain/testing/facts.ts';
import { epochMs, modelId, tenantId, userId } from '../domain/names.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import type { Outcome, UsageFact } from '../domain/usage-fact.ts';
import { emilyProgram, type EmilyTables } from './program.ts';

/*
 * Conservation: whatever comes, in whatever order (within the longest call), and however often Emily
 * crashes on the way, minutes, months and invoices are three ways to add up the same usage, and that is
 * what a plain loop over it adds up to.
 */

const zone = 'Europe/Berlin';
const LONGEST_CALL_MS = 600_000;

type Usage = {
  readonly kind: 'call' | 'event' | 'refusal';
  /** Since the one before, and how much of the longest call it is behind that. */
  readonly afterMs: number;
  readonly behindMs: number;
  readonly who: number;
  readonly outcome: Outcome;
  /** Of events: which one it is; the same again is a repetition. */
  readonly id: number;
  readonly requests: number;
  readonly tokens: number;
};

type Step = Usage | 'commit' | 'crash';

const usage: fc.Arbitrary<Usage> = fc.record({
  kind: fc.constantFrom('call', 'call', 'event', 'refusal'),
  // Seconds, hours and a day, so that minutes and months end in between; together less than ids are remembered.
  afterMs: fc.oneof(fc.nat(90_000), fc.nat(7_200_000), fc.nat(86_400_000)),
  behindMs: fc.nat(LONGEST_CALL_MS),
  who: fc.nat(11),
  outcome: fc.constantFrom<Outcome>('completed', 'completed', 'cancelled', 'failed', 'lost'),
  id: fc.nat(20),
  requests: fc.nat(3),
  tokens: fc.nat(2_000),
});

const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof({ weight: 8, arbitrary: usage }, { weight: 1, arbitrary: fc.constantFrom<Step>('commit', 'crash') }), { maxLength: 60, size: 'max' });

/** Twelve users: of two tenants, with three names that both have, and two models each. */
const names = (who: number): Pick<UsageEvent, 'tenant' | 'user' | 'model'> => ({
  tenant: tenantId(['ada', 'bob'][who % 2]!),
  user: userId(['ana', 'ben', 'cat'][who % 3]!),
  model: modelId(who < 6 ? 'big' : 'small'),
});

type Made = { readonly source: 'usage' | 'events'; readonly row: UsageFact | UsageEvent } | 'commit' | 'crash';

function rowsOf(list: readonly Step[]): readonly Made[] {
  let now: number = someTime;
  let sequence = 0;
  return list.map((step): Made => {
    if (typeof step === 'string') return step;
    now += step.afterMs;
    const at = epochMs(now - step.behindMs);
    const numbered = { producer: 'gateway-1', epoch: 1, sequence: sequence++ };
    const used = units(step.tokens, 2 * step.tokens, step.requests);
    if (step.kind === 'event') return { source: 'events', row: sentIn(`e-${step.id}`, { ...names(step.who), at, units: used }) };
    if (step.kind === 'refusal') return { source: 'usage', row: refused(`r-${sequence}`, numbered, { admittedAt: at }) };
    return { source: 'usage', row: finished(`r-${sequence}`, numbered, { ...names(step.who), admittedAt: at, outcome: step.outcome, units: used }) };
  });
}

/** What a plain loop makes of it, by window and by names. */
function recount(made: readonly Made[]): { minutes: Map<string, number>; months: Map<string, number>; tokens: number } {
  const seen = new Set<string>();
  const minutes = new Map<string, number>();
  const months = new Map<string, number>();
  let tokens = 0;
  const berlin = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit' });
  for (const one of made) {
    if (typeof one === 'string') continue;
    const { row } = one;
    if ('kind' in row ? row.kind !== 'finished' || !['completed', 'cancelled'].includes(row.outcome) : seen.has(`${row.tenant} ${row.id}`)) continue;
    if (!('kind' in row)) seen.add(`${row.tenant} ${row.id}`);
    const { tenant, user, model, units: used } = row as UsageEvent;
    const at = 'kind' in row ? row.admittedAt : row.at;
    const [minute, month] = [`${at - (at % 60_000)} ${tenant} ${user} ${model}`, `${berlin.format(at)} ${tenant} ${user}`];
    minutes.set(minute, (minutes.get(minute) ?? 0) + used.requests);
    months.set(month, (months.get(month) ?? 0) + used.requests);
    tokens += used.inputTokens + used.outputTokens;
  }
  return { minutes, months, tokens };
}

function check(driver: TestDriver<EmilyTables>, made: readonly Made[]): void {
  const expected = recount(made);
  const perMinute = driver.table('perMinute').scan();
  expect(new Map(perMinute.map(({ key, window, value }) => [`${window!.start} ${key.tenant} ${key.user} ${key.model}`, value.requests]))).toEqual(expected.minutes);
  const bills = driver.table('invoices').scan();
  const berlin = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit' });
  expect(new Map(bills.map(({ key, window, value }) => [`${berlin.format(window!.start)} ${key.tenant} ${key.user}`, value.reduce((sum, { requests }) => sum + requests, 0)]))).toEqual(expected.months);
  const perMonth = driver.table('perMonth').scan();
  for (const rows of [perMinute, perMonth]) {
    expect(rows.reduce((sum, { value }) => sum + value.inputTokens + value.outputTokens, 0)).toBe(expected.tokens);
    expect(rows.every(({ finality }) => finality === 'final')).toBe(true);
  }
  const requests = [...expected.months.values()].reduce((sum, one) => sum + one, 0);
  expect(perMonth.reduce((sum, { value }) => sum + value.requests, 0)).toBe(requests);
  expect(bills.flatMap(({ value }) => value).reduce((sum, { amount }) => sum + amount, 0n)).toBe(BigInt(requests) * 10_000_000_000n);
  expect(driver.bad()).toEqual([]);
}

function run(made: readonly Made[], durable: boolean): TestDriver<EmilyTables> {
  const driver = testDriver(emilyProgram({ zone, longestCallMs: LONGEST_CALL_MS, keepAll: true }), { durable });
  for (const one of made) {
    if (one === 'commit') driver.commit();
    else if (one === 'crash') driver.crash();
    else driver.source(one.source).send(one.row);
  }
  driver.source('usage').end();
  driver.source('events').end();
  if (durable) driver.commit();
  return driver;
}

test('minutes, months and invoices add up to the usage that came, in memory', () => {
  fc.assert(fc.property(steps, (list) => {
    const made = rowsOf(list).filter((one) => typeof one !== 'string');
    check(run(made, false), made);
  }), { numRuns: 150 });
});

test('minutes, months and invoices add up to the usage that came, on disk and with crashes', { timeout: 120_000 }, () => {
  fc.assert(fc.property(steps, (list) => {
    const made = rowsOf(list);
    const driver = run(made, true);
    check(driver, made);
    driver.close();
  }), { numRuns: 100 });
});
