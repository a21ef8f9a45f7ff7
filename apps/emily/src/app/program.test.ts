import { memoryBackend, type Program } from 'millrace';
import { testDriver } from 'millrace/testing';
import { expect, onTestFinished, test } from 'vitest';
import { admitted, called, finished, refused, sentIn, someTime } from '../domain/testing/facts.ts';
import { TestGateway } from '../gateway/testing/messages.ts';
import { epochMs, priceId, tenantId, userId } from '../domain/names.ts';
import { emilyProgram, logs, type EmilyTables } from './program.ts';

async function started(): Promise<Program<EmilyTables>> {
  const program = emilyProgram({ zone: 'Europe/Berlin', replay: false });
  await program.start({ store: memoryBackend(), anyTime: true });
  onTestFinished(() => program.stop());
  return program;
}

test('usage at an unknown price is set aside with the reason and counted nowhere; what came with it is billed', async () => {
  const program = await started();
  await program.append(logs.usage, new TestGateway().facts(
    ...called('r-1'),
    ...called('r-2', { priceId: priceId('launch-9') }),
    ...called('r-3', { user: userId('ben') }),
  ));
  await program.caughtUp(logs.usage);
  expect(program.bad()).toMatchObject([{ source: 'usage', offset: 3, reason: 'threw', message: expect.stringContaining("there is no price 'launch-9'") }]);
  expect(program.status().bad).toBe(1);
  const bills = await program.tables.invoices.scan();
  expect(bills.map(({ key, value }) => [key.user, value])).toEqual([
    ['ana', [{ priceId: 'launch-1', requests: 1, amount: 10_000_000_000n }]],
    ['ben', [{ priceId: 'launch-1', requests: 1, amount: 10_000_000_000n }]],
  ]);
  const months = await program.tables.perMonth.scan();
  expect(months.reduce((sum, { value }) => sum + value.requests, 0)).toBe(2);
});

test('an event of a time that cannot be is set aside and moves nothing; those around it count', async () => {
  const program = emilyProgram({ zone: 'Europe/Berlin', replay: false });
  await program.start({ store: memoryBackend() });
  onTestFinished(() => program.stop());
  const now = Date.now();
  await program.append(logs.events, [
    sentIn('e-1', { at: epochMs(now) }),
    sentIn('e-2', { at: epochMs(now + 11 * 60_000) }),
    sentIn('e-3', { at: epochMs(Number.NaN) }),
    sentIn('e-4', { at: epochMs(now + 9 * 60_000) }),
  ]);
  await program.caughtUp(logs.events);
  expect(program.bad().map(({ offset, reason }) => [offset, reason])).toEqual([[2, 'bad-time'], [1, 'future-time']]);
  const months = await program.tables.sentInPerMonth.scan();
  expect(months.reduce((sum, { value }) => sum + value.requests, 0)).toBe(2);
  expect(program.status().sources[logs.events]?.[0]?.frontier).toBeLessThanOrEqual(now);
});

test('the seconds of the live view, the keys that are spent and the gateways are tables of the same program', async () => {
  const program = await started();
  await program.append(logs.usage, new TestGateway().facts(refused('r-1'), ...called('r-2', { idempotencyKey: 'k', bodyHash: 'h' })));
  await program.caughtUp(logs.usage);
  const { perSecond, finishedKeys, gateways } = program.tables;
  expect(await perSecond.scan()).toMatchObject([{ value: { requests: 1, refused: 1 } }]);
  expect((await finishedKeys.get({ tenant: tenantId('ada'), key: 'k' }, someTime))?.value).toEqual({ bodyHash: 'h', requestId: 'r-2' });
  expect((await gateways.get('gateway-1'))?.value).toEqual({ firstAt: someTime, lastAt: someTime });
});

test("a month of calls closes on its gateway's word, proved; what was sent in is billed apart, and three days later, assumed", async () => {
  const program = await started();
  const gateway = new TestGateway();
  const december = Date.parse('2023-12-01T00:00:00+01:00');
  const day = 86_400_000;
  const invoices = async (): Promise<unknown[]> => {
    await program.caughtUp(logs.usage);
    await program.caughtUp(logs.events);
    const rows = [...(await program.tables.invoices.scan()), ...(await program.tables.sentInInvoices.scan())];
    return rows.filter(({ window }) => window?.end === december).map(({ value, finality, evidence }) => [value.reduce((sum, { requests }) => sum + requests, 0), finality, evidence]);
  };
  await program.append(logs.usage, gateway.facts(...called('r-1'), ...called('r-2', { admittedAt: epochMs(december - 1) })));
  await program.append(logs.events, [sentIn('e-1')]);
  await program.append(logs.usage, [gateway.promise(december - 1)]);
  expect(await invoices()).toEqual([[2, 'provisional', []], [1, 'provisional', []]]);
  await program.append(logs.usage, [gateway.promise(december)]);
  await program.append(logs.events, [sentIn('e-2', { at: epochMs(december + 3 * day - 1) }), sentIn('e-3', { at: epochMs(december - 1) })]);
  expect(await invoices()).toEqual([[2, 'final', ['proved']], [2, 'provisional', []]]);
  await program.append(logs.events, [sentIn('e-4', { at: epochMs(december + 3 * day) })]);
  expect(await invoices()).toEqual([[2, 'final', ['proved']], [2, 'final', ['assumed']]]);
});

const december = Date.parse('2023-12-01T00:00:00+01:00');

const bills = async (program: Program<EmilyTables>): Promise<unknown[]> => {
  await program.caughtUp(logs.usage);
  const rows = (await program.tables.invoices.scan()).filter(({ window }) => window?.end === december);
  return rows.map(({ value, finality, evidence }) => [value.reduce((sum, { requests }) => sum + requests, 0), finality, evidence]);
};

test("a gap in its gateway's numbers keeps a month open, and is named; once it is filled the month is final, on proof", async () => {
  const program = await started();
  const gateway = new TestGateway();
  const [first, ...lacking] = gateway.facts(admitted('r-1'), finished('r-1'), ...called('r-2', { admittedAt: epochMs(december - 1) }));
  const last = gateway.facts(...called('r-3'));
  await program.append(logs.usage, [first!, ...last, gateway.promise(december)]);
  expect(await bills(program)).toEqual([[1, 'provisional', []]]);
  expect(program.missing()).toMatchObject([{ source: 'usage', what: 'sequences', producer: 'gateway-1', epoch: 1, ranges: [[1, 3]], lost: false }]);
  // A promise is not believed while something before it is missing, whoever makes it how often.
  await program.append(logs.usage, [gateway.promise(december + 1), ...lacking.slice(1)]);
  expect(await bills(program)).toEqual([[2, 'provisional', []]]);
  expect(program.missing()).toMatchObject([{ ranges: [[1, 1]] }]);
  await program.append(logs.usage, lacking.slice(0, 1));
  expect(await bills(program)).toEqual([[3, 'final', ['proved']]]);
  expect(program.missing()).toEqual([]);
  expect(await program.tables.unended.scan()).toEqual([]);
});

test('every gateway has to prove a month: one that is behind keeps it open', async () => {
  const program = await started();
  const [one, other] = [new TestGateway(), new TestGateway(1, 'gateway-2')];
  await program.append(logs.usage, [...one.facts(...called('r-1')), ...other.facts(...called('r-2')), one.promise(december), other.promise(december - 1)]);
  expect(await bills(program)).toEqual([[2, 'provisional', []]]);
  await program.append(logs.usage, [other.promise(december)]);
  expect(await bills(program)).toEqual([[2, 'final', ['proved']]]);
});

test('what a gateway left open that was given up times out, free and listed; its end is late usage, and counts while the month is open', async () => {
  const program = await started();
  const [one, other] = [new TestGateway(), new TestGateway(1, 'gateway-2')];
  await program.append(logs.usage, [...other.facts(admitted('r-2')), ...one.facts(...called('r-1')), other.promise(someTime), one.promise(someTime + 600_001)]);
  await program.caughtUp(logs.usage);
  expect(await program.tables.unended.scan()).toEqual([]);
  await program.declareLost({ source: logs.usage, producer: 'gateway-2', at: someTime + 600_001, by: 'Ada', reason: 'its machine burnt' });
  const listed = async (): Promise<unknown[]> => (await program.tables.unended.scan()).map(({ key, value }) => [key.id, value.admitted !== null, value.end?.outcome]);
  await expect.poll(listed).toEqual([['r-2', true, undefined]]);
  expect(await bills(program)).toEqual([[1, 'provisional', []]]);
  await program.append(logs.usage, other.facts(finished('r-2')));
  await program.caughtUp(logs.usage);
  expect(await listed()).toEqual([['r-2', true, 'completed']]);
  expect(await bills(program)).toEqual([[2, 'provisional', []]]);
});

test('a gateway that falls silent is a hold: to proceed without it makes its month assumed, and being heard again lifts it', () => {
  const driver = testDriver(emilyProgram({ zone: 'Europe/Berlin', replay: false }));
  const [one, other] = [new TestGateway(), new TestGateway(1, 'gateway-2')];
  const usage = driver.source('usage');
  const silent = (): void => driver.decide('usage', { kind: 'silent', producer: 'gateway-2' });
  const month = (): unknown[] => driver.table('invoices').scan().map(({ value, finality, evidence }) => [value.reduce((sum, { requests }) => sum + requests, 0), finality, evidence]);
  usage.send(...other.facts(...called('r-2')), other.promise(someTime + 1), ...one.facts(...called('r-1')));
  silent();
  expect(driver.holds()).toMatchObject([{ id: 1, reason: 'silent', evidence: { producer: 'gateway-2' }, choices: ['wait', 'declare-lost', 'proceed'] }]);
  usage.send(other.promise(someTime + 2));
  expect(driver.holds()).toEqual([]);
  silent();
  usage.send(one.promise(december));
  expect(month()).toEqual([[2, 'provisional', []]]);
  driver.resolve(2, { choice: 'proceed', by: 'Ada', reason: 'its machine is off' });
  expect(month()).toEqual([[2, 'final', ['assumed']]]);
});
