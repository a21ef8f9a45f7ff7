import fc from 'fast-check';
import type { Previous } from 'millrace';
import { testDriver, type TestDriver } from 'millrace/testing';
import { expect, test } from 'vitest';
import { called, refused, sentIn, someTime, units } from '../domain/testing/facts.ts';
import { epochMs, modelId, tenantId, userId } from '../domain/names.ts';
import type { UsageEvent } from '../domain/usage-event.ts';
import type { Finished, Outcome, UsageFact } from '../domain/usage-fact.ts';
import { Numbering, type UsageMessage } from '../gateway/numbering.ts';
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
  /** Of events: which one it is; the same again is a repetition. Of calls: how they end, see `rowsOf`. */
  readonly id: number;
  readonly requests: number;
  readonly tokens: number;
};

/** `promise`: the gateway does; `restart`: it begins a new life. */
type Step = Usage | 'promise' | 'restart' | 'commit' | 'crash';

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

const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof({ weight: 8, arbitrary: usage }, { weight: 1, arbitrary: fc.constantFrom<Step>('commit', 'crash') }, { weight: 2, arbitrary: fc.constantFrom<Step>('promise', 'promise', 'promise', 'restart') }), { maxLength: 60, size: 'max' });

/** Twelve users: of two tenants, with three names that both have, and two models each. */
const names = (who: number): Pick<UsageEvent, 'tenant' | 'user' | 'model'> => ({
  tenant: tenantId(['ada', 'bob'][who % 2]!),
  user: userId(['ana', 'ben', 'cat'][who % 3]!),
  model: modelId(who < 6 ? 'big' : 'small'),
});

type Made = { readonly source: 'usage'; readonly row: UsageMessage } | { readonly source: 'events'; readonly row: UsageEvent } | 'commit' | 'crash';

/** Calls end at once, or with the next call, so that others come in between; some ends come twice, some before their admission. */
function rowsOf(list: readonly Step[]): readonly Made[] {
  let open: Finished[] = [];
  let now: number = someTime;
  let numbering = new Numbering('gateway-1', 1);
  let previous: Previous | undefined;
  let id = 0;
  const said = (fact: UsageFact): Made => ({ source: 'usage', row: numbering.event(fact) });
  const rows = list.flatMap((step): Made | readonly Made[] => {
    if (step === 'commit' || step === 'crash') return step;
    const promise = Math.min(now - LONGEST_CALL_MS, ...open.map(({ admittedAt }) => admittedAt));
    if (step === 'promise') return { source: 'usage', row: numbering.heartbeat(promise) };
    if (step === 'restart') {
      previous = { epoch: numbering.epoch, sequence: numbering.heartbeat(0).sequence };
      numbering = new Numbering('gateway-1', numbering.epoch + 1);
      return { source: 'usage', row: numbering.heartbeat(promise, previous) };
    }
    now += step.afterMs;
    const at = epochMs(now - step.behindMs);
    id += 1;
    const used = units(step.tokens, 2 * step.tokens, step.requests);
    if (step.kind === 'event') return { source: 'events', row: sentIn(`e-${step.id}`, { ...names(step.who), at, units: used }) };
    if (step.kind === 'refusal') return said(refused(`r-${id}`, { admittedAt: at }));
    const [begin, end] = called(`r-${id}`, { ...names(step.who), admittedAt: at, outcome: step.outcome, units: used });
    const ended = open;
    open = step.id % 3 === 0 ? [end] : [];
    const facts = step.id % 3 === 0 ? [begin] : step.id % 5 === 0 ? [end, begin] : step.id % 7 === 0 ? [begin, end, end] : [begin, end];
    return [...ended, ...facts].map(said);
  });
  return [...rows, ...open.map(said)];
}

/** What a plain loop makes of it, by window and by names. */
function recount(made: readonly Made[]): { minutes: Map<string, number>; months: Map<string, number>; tokens: number; lost: Set<string> } {
  const seen = new Set<string>();
  const minutes = new Map<string, number>();
  const months = new Map<string, number>();
  const lost = new Set<string>();
  let tokens = 0;
  const berlin = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit' });
  for (const one of made) {
    if (typeof one === 'string') continue;
    if (one.source === 'usage' && one.row.kind !== 'event') continue;
    const row = one.source === 'usage' ? (one.row as Extract<UsageMessage, { kind: 'event' }>).value : one.row;
    if ('kind' in row && row.kind === 'finished' && row.outcome === 'lost') lost.add(`${row.tenant} ${row.id} lost`);
    if ('kind' in row && (row.kind !== 'finished' || !['completed', 'cancelled'].includes(row.outcome))) continue;
    if (seen.has(`${row.tenant} ${row.id}`)) continue;
    seen.add(`${row.tenant} ${row.id}`);
    const { tenant, user, model, units: used } = row as UsageEvent;
    const at = 'kind' in row ? row.admittedAt : row.at;
    const [minute, month] = [`${at - (at % 60_000)} ${tenant} ${user} ${model}`, `${berlin.format(at)} ${tenant} ${user}`];
    minutes.set(minute, (minutes.get(minute) ?? 0) + used.requests);
    months.set(month, (months.get(month) ?? 0) + used.requests);
    tokens += used.inputTokens + used.outputTokens;
  }
  return { minutes, months, tokens, lost };
}

const together = <R>(...tables: readonly (readonly R[])[]): readonly R[] => tables.flat();

/** By name; what calls and what was sent in came to is one number. */
function summed(parts: readonly (readonly [string, number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [name, count] of parts) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}

function check(driver: TestDriver<EmilyTables>, made: readonly Made[]): void {
  const expected = recount(made);
  const perMinute = together(driver.table('perMinute').scan(), driver.table('sentInPerMinute').scan());
  expect(summed(perMinute.map(({ key, window, value }) => [`${window!.start} ${key.tenant} ${key.user} ${key.model}`, value.requests]))).toEqual(expected.minutes);
  const bills = [...driver.table('invoices').scan(), ...driver.table('sentInInvoices').scan()];
  const berlin = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit' });
  const billed = bills.map(({ key, window, value }): [string, number] => [`${berlin.format(window!.start)} ${key.tenant} ${key.user}`, value.reduce((sum, { requests }) => sum + requests, 0)]);
  expect(summed(billed)).toEqual(expected.months);
  const perMonth = together(driver.table('perMonth').scan(), driver.table('sentInPerMonth').scan());
  for (const rows of [perMinute, perMonth]) {
    expect(rows.reduce((sum, { value }) => sum + value.inputTokens + value.outputTokens, 0)).toBe(expected.tokens);
    expect(rows.every(({ finality }) => finality === 'final')).toBe(true);
  }
  const requests = [...expected.months.values()].reduce((sum, one) => sum + one, 0);
  expect(perMonth.reduce((sum, { value }) => sum + value.requests, 0)).toBe(requests);
  expect(bills.flatMap(({ value }) => value).reduce((sum, { amount }) => sum + amount, 0n)).toBe(BigInt(requests) * 10_000_000_000n);
  // Nothing timed out; what was lost is listed.
  const unended = driver.table('unended').scan().map(({ key, value }) => `${key.tenant} ${key.id} ${value.end?.outcome}`);
  expect(new Set(unended)).toEqual(expected.lost);
  expect(driver.bad()).toEqual([]);
  expect(driver.status().sources['usage']?.[0]?.numbered?.held).toBeUndefined();
}

function run(made: readonly Made[], durable: boolean): TestDriver<EmilyTables> {
  const driver = testDriver(emilyProgram({ zone, replay: true }), { durable });
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
