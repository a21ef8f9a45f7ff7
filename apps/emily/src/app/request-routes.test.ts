import { expect, test } from 'vitest';
import { pico } from '../domain/money.ts';
import { budgetId } from '../domain/budget.ts';
import { keyId, modelId, requestId, tenantId, userId } from '../domain/names.ts';
import { admitted, called, finished, lapsed, refused, someTime, units, voided } from '../domain/testing/facts.ts';
import { logs } from './program.ts';
import { house, type House } from './testing/house.ts';

type Listed = { readonly data: readonly { readonly id: string; readonly outcome: string; readonly amount: string | null; readonly writtenOff: string | null }[]; readonly among: number };
type Lineage = { readonly request: Readonly<Record<string, unknown>>; readonly facts: readonly Readonly<Record<string, unknown>>[]; readonly windows: readonly object[]; readonly invoice: object | null; readonly unended: object | null; readonly price: object | null };

const minute = someTime - (someTime % 60_000);
const counts = [{ budget: budgetId('cap'), period: '2023-11' }];

/** One call of each kind that there is. */
async function used(): Promise<House> {
  const built = await house();
  const cent = 10_000_000_000n;
  await built.program.append(logs.usage, built.gateway.facts(
    ...called('r-1'),
    ...called('r-2', { outcome: 'cancelled', units: units(3, 2), user: userId('ben'), key: keyId('key-2') }),
    ...called('r-3', { outcome: 'failed', provenance: 'none', units: units(0, 0, 0), model: modelId('big') }),
    ...called('r-4', { provenance: 'estimate' }),
    admitted('r-5', { tenant: tenantId('bob'), reserve: { amount: pico(cent), counts } }),
    refused('r-6', { tenant: null, model: null, status: 401, code: 'invalid_api_key' }),
    ...called('r-7', { charge: { charged: pico(cent / 2n), writtenOff: pico(cent / 2n), counts } }),
  ));
  await built.program.caughtUp(logs.usage);
  return built;
}

const get = async <T>({ server, operator }: House, url: string): Promise<{ readonly status: number; readonly body: T }> => {
  const response = await server.inject({ url, headers: { cookie: await operator() } });
  return { status: response.statusCode, body: response.json<T>() };
};
const ids = async (built: House, query: string): Promise<readonly string[]> => (await get<Listed>(built, `/v1/requests?${query}`)).body.data.map(({ id }) => id).sort();

test('the newest requests, each with its outcome and what it costs', async () => {
  const { body } = await get<Listed>(await used(), '/v1/requests');
  expect(Object.fromEntries(body.data.map(({ id, outcome, amount, writtenOff }) => [id, [outcome, amount, writtenOff]]))).toEqual({
    'r-1': ['completed', '0.01', null], 'r-2': ['cancelled', '0.01', null], 'r-3': ['failed', null, null], 'r-4': ['completed', null, null],
    'r-5': ['open', null, null], 'r-6': ['refused', null, null], 'r-7': ['completed', '0.005', '0.005'],
  });
  expect(body.among).toBe(7);
});

test('they can be asked for by tenant, model, outcome, key and user, and all of these at once', async () => {
  const built = await used();
  expect(await ids(built, 'tenant=bob')).toEqual(['r-5']);
  expect(await ids(built, 'model=big')).toEqual(['r-3']);
  expect(await ids(built, 'outcome=refused')).toEqual(['r-6']);
  expect(await ids(built, 'key=key-2')).toEqual(['r-2']);
  expect(await ids(built, 'user=ben&tenant=ada&model=phi-4&outcome=cancelled&key=key-2')).toEqual(['r-2']);
  expect(await ids(built, 'user=ben&outcome=completed')).toEqual([]);
  expect(await ids(built, 'limit=1')).toHaveLength(1);
});

test.each(['limit=0', 'limit=1001', 'limit=1.5', 'outcome=done', 'tennant=ada', 'model=a&model=b'])('a question that makes no sense is refused: %s', async (query) => {
  expect(await get(await house(), `/v1/requests?${query}`)).toMatchObject({ status: 400, body: { error: { code: 'invalid_parameter' } } });
});

test('of one request: its facts under their numbers, its price, and the windows and the line that it went to', async () => {
  const { body } = await get<Lineage>(await used(), '/v1/requests/r-1');
  expect(body).toMatchObject({
    request: { id: 'r-1', tenant: 'ada', user: 'ana', key: 'key-1', outcome: 'completed', provenance: 'engine-final', amount: '0.01', currency: 'EUR', why: 'charged' },
    facts: [
      { producer: 'gateway-1', epoch: 1, sequence: 0, kind: 'admitted', at: someTime, stream: false, priceId: 'launch-1', reserve: null },
      { producer: 'gateway-1', epoch: 1, sequence: 1, kind: 'finished', outcome: 'completed', units: units(3, 5), provenance: 'engine-final', replica: 'phi-4/0.0', firstTokenMs: 10, totalMs: 20, charge: null },
    ],
    price: { id: 'launch-1', unit: 'requests', unitPrice: '0.01', currency: 'EUR' },
    windows: [
      { window: 'minute', start: minute, end: minute + 60_000, requests: 2, finality: 'provisional' },
      { window: 'month', start: Date.parse('2023-11-01T00:00:00+01:00'), end: Date.parse('2023-12-01T00:00:00+01:00'), requests: 2, finality: 'provisional' },
    ],
    invoice: { id: '2023-11/ada/ana', status: 'open', finality: 'provisional', total: '0.02', line: { priceId: 'launch-1', quantity: 2, unitPrice: '0.01', amount: '0.02' } },
    unended: null,
  });
});

test('what is free says why, and went to no window and no line', async () => {
  const built = await used();
  const why = async (id: string): Promise<unknown> => {
    const { request, windows, invoice } = (await get<Lineage>(built, `/v1/requests/${id}`)).body;
    return [request['why'], request['amount'], windows, invoice];
  };
  expect(await why('r-3')).toEqual(['failed', null, [], null]);
  expect(await why('r-4')).toEqual(['estimate', null, [], null]);
  expect(await why('r-5')).toEqual(['open', null, [], null]);
  expect(await why('r-6')).toEqual(['refused', null, [], null]);
});

test('what budgets held back and charged is told in amounts, also when a lease lapsed', async () => {
  const built = await used();
  await built.program.append(logs.usage, built.gateway.facts(lapsed('r-5', { tenant: tenantId('bob'), reserve: { amount: pico(10_000_000_000n), counts } })));
  expect((await get<Lineage>(built, '/v1/requests/r-5')).body.facts).toMatchObject([{ kind: 'admitted', reserve: { amount: '0.01', counts } }, { kind: 'lapsed', reserve: { amount: '0.01', counts } }]);
  expect((await get<Lineage>(built, '/v1/requests/r-7')).body).toMatchObject({ request: { amount: '0.005', writtenOff: '0.005' }, facts: [{}, { charge: { charged: '0.005', writtenOff: '0.005', counts } }] });
});

test('one whose end comes twice is charged once, and both ends are shown', async () => {
  const built = await used();
  await built.program.append(logs.usage, built.gateway.facts(finished('r-1', { units: units(30, 50) })));
  const { facts, request } = (await get<Lineage>(built, '/v1/requests/r-1')).body;
  expect(facts.map(({ kind }) => kind)).toEqual(['admitted', 'finished', 'finished']);
  expect(request).toMatchObject({ units: units(3, 5) });
});

test('one that nobody knows is not there', async () => {
  expect(await get(await used(), `/v1/requests/${requestId('r-99')}`)).toMatchObject({ status: 404, body: { error: { code: 'unknown_request' } } });
});

test('one that another call took the place of costs nothing any more, and names that call', async () => {
  const built = await used();
  await built.program.append(logs.usage, built.gateway.facts(voided('r-1', { by: requestId('r-7'), units: units(3, 5) })));
  const { request, facts } = (await get<Lineage>(built, '/v1/requests/r-1')).body;
  expect(request).toMatchObject({ outcome: 'completed', why: 'voided', voidedBy: 'r-7', amount: null });
  expect(facts.at(-1)).toMatchObject({ kind: 'voided', by: 'r-7', units: units(3, 5), charge: null });
});

test('somebody of a tenant is told of the own requests, and of others as of those that nobody has', async () => {
  const built = await used();
  const ask = async (id: string, tenant: string): Promise<number> => (await built.server.inject({ url: `/v1/requests/${id}`, headers: { authorization: await built.bearer(tenant, 'read') } })).statusCode;
  expect([await ask('r-1', 'ada'), await ask('r-5', 'bob')]).toEqual([200, 200]);
  expect([await ask('r-1', 'bob'), await ask('r-5', 'ada'), await ask('r-6', 'ada'), await ask('r-none', 'ada')]).toEqual([404, 404, 404, 404]);
});
