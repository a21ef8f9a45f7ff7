import { expect, test } from 'vitest';
import { admitted, called, finished, refused, sentIn, someTime, units } from '../domain/testing/facts.ts';
import { epochMs, modelId, tenantId, userId } from '../domain/names.ts';
import { now } from './live.ts';
import type { UsageMessage } from '../gateway/numbering.ts';
import { logs } from './program.ts';
import { house, houseZone, type House } from './testing/house.ts';
import { Accounts } from '../account/accounts.ts';

type Live = {
  readonly at: number;
  readonly commit: number;
  readonly rates: Readonly<Record<string, number>>;
  readonly month: { readonly start: number; readonly end: number; readonly label: string; readonly requests: number; readonly amount: string; readonly byTenant: readonly object[]; readonly byModel: readonly object[]; readonly finality: string; readonly evidence: readonly string[] };
  readonly producers: readonly object[];
  readonly replay: object | null;
  readonly health: { readonly bad: number; readonly late: number };
};

const SECOND = 1_000;

async function live({ program, holds }: House, at: number, replaying = false, hasEnded = false): Promise<Live> {
  const accounts = new Accounts(() => epochMs(at));
  accounts.apply({ kind: 'tenant-created', at: epochMs(0), tenant: tenantId('ada'), name: 'Ada Ltd' });
  const replay = replaying ? { file: 'trace', rows: 10, done: 4, finished: hasEnded } : null;
  return (await now({ program, accounts, holds, zone: houseZone, now: () => at, replicas: () => [], replay: () => replay })) as Live;
}

test('rates are means of the last ten seconds; what was before or is ahead does not count', async () => {
  const built = await house();
  const at = (seconds: number): { admittedAt: ReturnType<typeof epochMs> } => ({ admittedAt: epochMs(someTime + seconds * SECOND) });
  await built.program.append(logs.usage, built.gateway.facts(
    ...called('r-1', { ...at(0), units: units(1_000, 1_000) }),
    ...called('r-2', { ...at(11), units: units(30, 50) }),
    ...called('r-3', { ...at(20), units: units(30, 50) }),
    refused('r-4', at(20)),
    ...called('r-5', { ...at(21), units: units(1_000, 1_000) }),
  ));
  await built.program.caughtUp(logs.usage);
  const { rates } = await live(built, someTime + 20 * SECOND);
  expect(rates).toEqual({ requestsPerSecond: 0.2, inputTokensPerSecond: 6, outputTokensPerSecond: 10, inFlight: 0, refusedPerSecond: 0.1 });
});

test("the month is the one that holds now in the zone, with its bill by tenant and its share by model", async () => {
  const built = await house();
  await built.program.append(logs.usage, built.gateway.facts(
    ...called('r-0', { admittedAt: epochMs(Date.parse('2023-10-31T22:59:59Z')) }),
    ...called('r-1'),
    ...called('r-2', { user: userId('ben'), model: modelId('big') }),
    ...called('r-3', { tenant: tenantId('bob') }),
    ...called('r-4'),
  ));
  await built.program.caughtUp(logs.usage);
  const { month } = await live(built, someTime);
  expect(month).toMatchObject({
    label: '2023-11', start: Date.parse('2023-11-01T00:00:00+01:00'), end: Date.parse('2023-12-01T00:00:00+01:00'),
    requests: 4, amount: '0.04', currency: 'EUR', finality: 'provisional', evidence: [],
    byTenant: [{ tenant: 'ada', name: 'Ada Ltd', requests: 3, amount: '0.03' }, { tenant: 'bob', name: 'bob', requests: 1, amount: '0.01' }],
    byModel: [{ model: 'phi-4', requests: 3, share: 0.75 }, { model: 'big', requests: 1, share: 0.25 }],
  });
  // Before the first request of a month there is a month all the same.
  expect((await live(built, Date.parse('2024-02-10T10:00:00Z'))).month).toMatchObject({ label: '2024-02', requests: 0, amount: '0.00', byTenant: [], byModel: [] });
});

test("a replay lives in its trace's time, and says how far it is", async () => {
  const built = await house();
  await built.program.append(logs.usage, built.gateway.facts(...called('r-1')));
  await built.program.caughtUp(logs.usage);
  const state = await live(built, Date.parse('2026-05-05T10:00:00Z'), true);
  expect(state.month.label).toBe('2023-11');
  expect(state.replay).toEqual({ file: 'trace', rows: 10, done: 4, finished: false, requestsPerSecond: 0.1 });
  await built.program.end(logs.usage);
  await built.program.end(logs.events);
  await expect.poll(async () => (await live(built, someTime, true)).month).toMatchObject({ finality: 'final', evidence: ['ended'], requests: 1 });
});

test('when a replay has ended nothing happens any more, and its month stays that of the trace', async () => {
  const built = await house();
  await built.program.append(logs.usage, built.gateway.facts(...called('r-1'), refused('r-2')));
  await built.program.caughtUp(logs.usage);
  const { rates, month, replay } = await live(built, Date.parse('2026-05-05T10:00:00Z'), true, true);
  expect(rates).toEqual({ requestsPerSecond: 0, inputTokensPerSecond: 0, outputTokensPerSecond: 0, inFlight: 0, refusedPerSecond: 0 });
  expect([month.label, month.requests, replay]).toEqual(['2023-11', 1, { file: 'trace', rows: 10, done: 4, finished: true, requestsPerSecond: 0 }]);
});

test('a gateway is complete up to its newest call while nothing is missing, up to its promise while something is', async () => {
  const built = await house();
  const { program, gateway } = built;
  const at = (ms: number): { admittedAt: ReturnType<typeof epochMs> } => ({ admittedAt: epochMs(someTime + ms) });
  const tell = async (...messages: readonly UsageMessage[]): Promise<Live> => {
    await program.append(logs.usage, messages);
    await program.caughtUp(logs.usage);
    return await live(built, someTime);
  };
  expect((await live(built, someTime)).producers).toMatchObject([{ producer: 'gateway-1', state: 'expected', lastAt: null, segments: [], gaps: [] }]);
  const first = gateway.facts(admitted('r-1', at(0)), refused('r-2', at(10)));
  expect((await tell(...first, gateway.promise(someTime + 5))).producers).toEqual([{
    producer: 'gateway-1', epoch: 1, sequence: 1, state: 'live', lastAt: someTime + 10, promise: someTime + 5,
    segments: [{ from: someTime, to: someTime + 10 }], gaps: [],
  }]);
  const [missing, next] = [gateway.facts(refused('r-3', at(20))), gateway.facts(refused('r-4', at(50)))];
  const gapped = await tell(...next, gateway.promise(someTime + 60));
  expect(gapped.producers).toMatchObject([{
    state: 'gapped', sequence: 1, lastAt: someTime + 50, promise: someTime + 5,
    segments: [{ from: someTime, to: someTime + 5 }], gaps: [{ from: someTime + 5, to: someTime + 50, epoch: 1, ranges: [[2, 2]] }],
  }]);
  expect(gapped).toMatchObject({ frontier: someTime + 5, evidence: ['proved'], missing: [{ source: 'usage', what: 'sequences', producer: 'gateway-1', ranges: [[2, 2]] }] });
  expect(await tell(...missing)).toMatchObject({ frontier: someTime + 60, missing: [], producers: [{ state: 'live', gaps: [] }] });
});

test('what contradicts a gateway holds the frontier, and the page says why', async () => {
  const built = await house();
  const { program, gateway } = built;
  await program.append(logs.usage, [gateway.promise(someTime + 1), ...gateway.facts(finished('r-1'))]);
  await program.caughtUp(logs.usage);
  expect(await live(built, someTime)).toMatchObject({ holds: [{ id: 1, reason: 'contradiction', producer: 'gateway-1', evidence: expect.stringContaining('nothing below') }], decided: [] });
});

test('a late fact is counted once, however many tables it came too late for', async () => {
  const built = await house();
  const hour = 3_600_000;
  await built.program.append(logs.usage, built.gateway.facts(...called('r-1', { admittedAt: epochMs(someTime + 2 * hour) })));
  await built.program.append(logs.events, [sentIn('e-1', { at: epochMs(someTime + 2 * hour) })]);
  await built.program.caughtUp(logs.usage);
  await built.program.caughtUp(logs.events);
  await built.program.append(logs.events, [sentIn('e-2')]);
  await built.program.caughtUp(logs.events);
  const { health, month } = await live(built, someTime);
  // Its minute has closed; its month has not, and bills it.
  expect([health.late, health.bad, month.requests]).toEqual([1, 0, 3]);
});

test('a sum that a number would not hold exactly is told by its digits', async () => {
  const built = await house();
  const most = Number.MAX_SAFE_INTEGER;
  await built.program.append(logs.events, [sentIn('e-1', { units: units(most, 1) }), sentIn('e-2', { at: epochMs(someTime + 5_000), user: userId('ben'), units: units(1, 1) })]);
  await built.program.caughtUp(logs.events);
  const { month } = await live(built, someTime);
  expect(month).toMatchObject({ requests: 2, inputTokens: '9007199254740992', outputTokens: 2, byTenant: [{ inputTokens: '9007199254740992' }] });
});
