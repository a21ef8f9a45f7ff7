import { expect, test } from 'vitest';
import { ChainedLog, type ChainedCommand, CommandChain } from '../account/command-chain.ts';
import { called, someTime, units } from '../domain/testing/facts.ts';
import { budgetId } from '../domain/budget.ts';
import { pico } from '../domain/money.ts';
import { epochMs, keyId, priceId, requestId, tenantId, userId } from '../domain/names.ts';
import { BUDGETS_PER_TENANT_MAX } from './budget-desk.ts';
import { logs } from './program.ts';
import { spendingLimits, type SpendingLimits } from './spending-limits.ts';
import { house, houseZone, type House } from './testing/house.ts';

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>>; readonly message: string };

async function ask({ server }: House, method: 'GET' | 'POST', url: string, authorization: string, payload?: object): Promise<Answer> {
  const answer = await server.inject({ method, url, headers: { authorization }, ...(payload === undefined ? {} : { payload }) });
  const body = answer.json() as Record<string, unknown>;
  return { status: answer.statusCode, body, message: (body['error'] as { message?: string } | undefined)?.message ?? '' };
}

const cent = 10_000_000_000n;
const monthly = { id: 'monthly', period: 'month', kind: 'hard', limit: '5.00' };

/** A call of ada's that is admitted now and costs a cent. */
function spend({ owner }: SpendingLimits, id: string): void {
  const held = owner.reserve({ id: requestId(id), admittedAt: epochMs(Date.now()), tenant: tenantId('ada'), key: keyId('k'), user: userId('ana'), priceId: priceId('launch-1') }, units(1, 1));
  if (held === undefined || 'left' in held) throw new Error(`${id} was refused`);
  held.settle({ outcome: 'completed', units: units(1, 1), provenance: 'engine-final' });
  held.commit();
}

test('a budget is set, seen where it stands, changed and removed', async () => {
  const built = await house();
  const ada = await built.bearer('ada', 'admin');
  const made = await ask(built, 'POST', '/v1/budgets', ada, monthly);
  expect(made).toMatchObject({ status: 200, body: { tenant: 'ada', id: 'monthly', of: 'organisation', period: 'month', kind: 'hard', limit: '5', currency: 'EUR', setBy: 'tenant', current: { period: expect.stringMatching(/^\d{4}-\d\d$/), spent: '0', reserved: '0', left: '5' }, alerts: [] } });
  spend(built.limits, 'r-1');
  expect((await ask(built, 'GET', '/v1/budgets', ada)).body['data']).toMatchObject([{ id: 'monthly', current: { spent: '0.01', left: '4.99' } }]);
  expect(await ask(built, 'POST', '/v1/budgets', ada, { ...monthly, kind: 'soft', limit: '0.015' })).toMatchObject({ body: { kind: 'soft', limit: '0.015', current: { spent: '0.01', left: '0.005' } } });
  expect(await ask(built, 'POST', '/v1/budgets/remove', ada, { id: 'monthly' })).toMatchObject({ status: 200, body: { id: 'monthly', removed: true } });
  expect((await ask(built, 'GET', '/v1/budgets', ada)).body['data']).toEqual([]);
  expect(await ask(built, 'POST', '/v1/budgets/remove', ada, { id: 'monthly' })).toMatchObject({ status: 404, message: 'There is no budget monthly.' });
  // It comes back as what it was, with what it had counted.
  expect(await ask(built, 'POST', '/v1/budgets', ada, monthly)).toMatchObject({ body: { current: { spent: '0.01' } } });
});

test('the same once more is no act; another scope or period under its id is refused', async () => {
  const built = await house();
  const ada = await built.bearer('ada', 'admin');
  await ask(built, 'POST', '/v1/budgets', ada, monthly);
  const acts = (): number => [...built.program.read(logs.commands)].length;
  const before = acts();
  expect((await ask(built, 'POST', '/v1/budgets', ada, { ...monthly, limit: '5' })).status).toBe(200);
  expect(await ask(built, 'POST', '/v1/budgets', ada, { ...monthly, period: 'day' })).toMatchObject({ status: 409, message: 'Budget monthly is that of the organisation per month, for good.' });
  expect(await ask(built, 'POST', '/v1/budgets', ada, { ...monthly, user: 'ana' })).toMatchObject({ status: 409 });
  expect(acts()).toBe(before);
});

test('two that set one budget at the same time: the first has it, and the other is told', async () => {
  const built = await house();
  const [ada, operator] = [await built.bearer('ada', 'admin'), await built.bearer('mle', 'admin')];
  const [first, second] = await Promise.all([ask(built, 'POST', '/v1/budgets', ada, monthly), ask(built, 'POST', '/v1/budgets', ada, { ...monthly, period: 'day' })]);
  expect([first.status, second.status].toSorted()).toEqual([200, 409]);
  await Promise.all([ask(built, 'POST', '/v1/budgets', operator, { ...monthly, tenant: 'ada', id: 'cap' }), ask(built, 'POST', '/v1/budgets', ada, { ...monthly, id: 'cap', limit: '900' })]);
  expect((await ask(built, 'GET', '/v1/budgets', ada)).body['data']).toContainEqual(expect.objectContaining({ id: 'cap', limit: '5', setBy: 'operator' }));
});

test('budgets of a project, a key and a user say whose they are; a key of somebody else is not there', async () => {
  const built = await house();
  const [ada, operator] = [await built.bearer('ada', 'admin'), await built.bearer('mle', 'admin')];
  const bobs = await ask(built, 'POST', '/v1/keys', operator, { tenant: 'bob', name: 'app', scopes: ['infer'] });
  const own = await ask(built, 'POST', '/v1/keys', ada, { name: 'app', scopes: ['infer'], project: 'web' });
  expect(own.body['project']).toBe('web');
  const [web, key, ana] = [{ project: 'web' }, { key: own.body['id'] as string }, { user: 'ana' }];
  for (const [i, scope] of [web, key, ana].entries()) expect(await ask(built, 'POST', '/v1/budgets', ada, { ...monthly, id: `b-${i}`, ...scope })).toMatchObject({ status: 200, body: scope });
  const absent = await ask(built, 'POST', '/v1/budgets', ada, { ...monthly, id: 'x', key: '0000000000A' });
  const foreign = await ask(built, 'POST', '/v1/budgets', ada, { ...monthly, id: 'x', key: bobs.body['id'] });
  expect(JSON.stringify(foreign).replaceAll(String(bobs.body['id']), '0000000000A')).toBe(JSON.stringify(absent));
  expect(absent).toMatchObject({ status: 404, body: { error: { code: 'unknown_budget' } } });
});

test('the budget of a key counts those that are made in its place', async () => {
  const built = await house();
  const ada = await built.bearer('ada', 'admin');
  const { id } = (await ask(built, 'POST', '/v1/keys', ada, { name: 'app', scopes: ['infer'] })).body;
  const { id: second } = (await ask(built, 'POST', `/v1/keys/${id}/rotate`, ada, {})).body;
  expect(await ask(built, 'POST', '/v1/budgets', ada, { ...monthly, key: second, limit: '0.01' })).toMatchObject({ body: { key: id } });
  const call = (name: string, key: unknown) => built.limits.owner.reserve({ id: requestId(name), admittedAt: epochMs(Date.now()), tenant: tenantId('ada'), key: keyId(String(key)), user: userId('ana'), priceId: priceId('launch-1') }, units(1, 1));
  expect(call('r-1', second)).toHaveProperty('reserve');
  expect(call('r-2', id)).toMatchObject({ budget: expect.stringMatching(/^the budget of this key for /), left: '0 EUR' });
});

test("the operator's budgets hold for a tenant's administrators, who see them; others' nobody sees", async () => {
  const built = await house();
  const [ada, bob, operator] = [await built.bearer('ada', 'admin'), await built.bearer('bob', 'admin', 'read'), await built.bearer('mle', 'admin')];
  expect(await ask(built, 'POST', '/v1/budgets', operator, { ...monthly, tenant: 'ada' })).toMatchObject({ status: 200, body: { setBy: 'operator' } });
  expect(await ask(built, 'POST', '/v1/budgets', ada, { ...monthly, limit: '500' })).toMatchObject({ status: 403 });
  expect(await ask(built, 'POST', '/v1/budgets/remove', ada, { id: 'monthly' })).toMatchObject({ status: 403 });
  expect((await ask(built, 'GET', '/v1/budgets', await built.bearer('ada', 'read'))).body['data']).toMatchObject([{ limit: '5' }]);
  expect((await ask(built, 'GET', '/v1/budgets', bob)).body['data']).toEqual([]);
  expect(await ask(built, 'GET', '/v1/budgets?tenant=ada', bob)).toMatchObject({ status: 403 });
  expect(await ask(built, 'POST', '/v1/budgets', bob, { ...monthly, tenant: 'ada' })).toMatchObject({ status: 403 });
  expect(await ask(built, 'POST', '/v1/budgets/remove', bob, { tenant: 'ada', id: 'monthly' })).toMatchObject({ status: 403 });
  expect(await ask(built, 'GET', '/v1/write-offs?tenant=ada', bob)).toMatchObject({ status: 403 });
  expect((await ask(built, 'GET', '/v1/budgets', operator)).body['data']).toHaveLength(1);
  expect((await ask(built, 'GET', '/v1/budgets', await built.bearer('mle', 'read'))).body['data']).toEqual([]);
  expect(await ask(built, 'GET', '/v1/budgets?tenant=nobody', operator)).toMatchObject({ status: 404 });
});

test('a key that may neither read nor administer sees no budgets; one that may only read sets none', async () => {
  const built = await house();
  const [caller, reader] = [await built.bearer('ada', 'infer'), await built.bearer('ada', 'read')];
  for (const url of ['/v1/budgets', '/v1/write-offs']) expect(await ask(built, 'GET', url, caller)).toMatchObject({ status: 403 });
  for (const url of ['/v1/budgets', '/v1/budgets/remove', '/v1/credit']) expect(await ask(built, 'POST', url, reader, {})).toMatchObject({ status: 403 });
  expect((await built.server.inject('/v1/budgets')).statusCode).toBe(401);
  expect((await built.server.inject({ url: '/v1/budgets', headers: { cookie: await built.operator() } })).statusCode).toBe(200);
});

test('credit is what was paid in; the same payment is taken once, also twice at the same time, and only by the operator', async () => {
  const built = await house();
  const [ada, operator] = [await built.bearer('ada', 'admin'), await built.bearer('mle', 'admin')];
  const payment = { tenant: 'ada', amount: '20.00', reference: 'INV-1' };
  const twice = await Promise.all([ask(built, 'POST', '/v1/credit', operator, payment), ask(built, 'POST', '/v1/credit', operator, payment)]);
  expect(twice).toMatchObject([{ status: 200 }, { status: 200, body: { id: 'credit', kind: 'credit', limit: '20', of: 'organisation', period: 'total' } }]);
  expect(await ask(built, 'POST', '/v1/credit', operator, { ...payment, amount: '30' })).toMatchObject({ status: 409, message: 'Payment INV-1 was 20 already.' });
  spend(built.limits, 'r-1');
  expect(await ask(built, 'POST', '/v1/credit', operator, { ...payment, reference: 'INV-2', amount: '0.5' })).toMatchObject({ body: { limit: '20.5', current: { spent: '0.01', left: '20.49' } } });
  expect(await ask(built, 'POST', '/v1/credit', ada, payment)).toMatchObject({ status: 403 });
  expect(await ask(built, 'POST', '/v1/budgets/remove', operator, { tenant: 'ada', id: 'credit' })).toMatchObject({ status: 409 });
  expect(await ask(built, 'POST', '/v1/credit', operator, { ...payment, tenant: 'nobody' })).toMatchObject({ status: 404 });
});

test('alerts are said once, on the way up, to whoever runs Emily and in the list; who and when is in the audit', async () => {
  const built = await house();
  const operator = await built.bearer('mle', 'admin');
  await ask(built, 'POST', '/v1/budgets', operator, { tenant: 'ada', id: 'all', period: 'total', kind: 'soft', limit: '0.04' });
  for (let i = 0; i < 6; i++) spend(built.limits, `r-${i}`);
  const listed = async (): Promise<unknown> => ((await ask(built, 'GET', '/v1/budgets', operator)).body['data'] as { alerts: { percent: number }[] }[])[0]?.alerts.map(({ percent }) => percent);
  await expect.poll(() => built.reported).toEqual(['budget ada/all: 50 % of 0.04 is spent (total)', 'budget ada/all: 80 % of 0.04 is spent (total)', 'budget ada/all: 100 % of 0.04 is spent (total)']);
  expect(await listed()).toEqual([50, 80, 100]);
  const acts = (await ask(built, 'GET', '/v1/audit', operator)).body['data'] as { act: string; percent?: number; by?: string; limit?: string }[];
  expect(acts.filter(({ act }) => act.startsWith('budget')).map(({ act, percent, limit }) => [act, percent, limit])).toEqual([['budget-set', undefined, '0.04'], ['budget-alerted', 50, '0.04'], ['budget-alerted', 80, '0.04'], ['budget-alerted', 100, '0.04']]);
});

test('when Emily starts, budgets, credit and alerts are as they were, and what was spent is what the log of calls says', async () => {
  const built = await house();
  const operator = await built.bearer('mle', 'admin');
  await ask(built, 'POST', '/v1/budgets', operator, { tenant: 'ada', id: 'all', period: 'total', kind: 'hard', limit: '0.04' });
  await ask(built, 'POST', '/v1/budgets', operator, { tenant: 'ada', id: 'gone', period: 'total', kind: 'hard', limit: '0.01' });
  await ask(built, 'POST', '/v1/budgets/remove', operator, { tenant: 'ada', id: 'gone' });
  await ask(built, 'POST', '/v1/credit', operator, { tenant: 'ada', amount: '20.00', reference: 'INV-1' });
  const counts = [{ budget: budgetId('ada/all'), period: 'total' }, { budget: budgetId('ada/credit'), period: 'total' }];
  const charge = { charged: pico(3n * cent), writtenOff: pico(cent), counts };
  await built.program.append(logs.usage, built.gateway.facts(...called('r-1', { charge, units: units(1, 1, 4) }), ...called('r-2', { charge: { charged: pico(0n), writtenOff: pico(0n), counts } })));
  await built.program.caughtUp(logs.usage);

  const again = async (): Promise<{ readonly limits: SpendingLimits; readonly reported: string[] }> => {
    const [reported, chain] = [[] as string[], new CommandChain()];
    const log = new ChainedLog(chain, async (rows) => void (await built.program.append(logs.commands, rows)));
    const limits = spendingLimits({ program: built.program, accounts: built.accounts, log, zone: houseZone, now: () => someTime, report: (line) => void reported.push(line) });
    for (const command of built.program.read(logs.commands) as Iterable<ChainedCommand>) limits.desk.apply(chain.follow(command));
    await limits.recover();
    return { limits, reported };
  };
  const first = await again();
  const standings = (): unknown[] => first.limits.desk.views(undefined).map(({ name, budget, standing }) => [name, budget.kind, budget.limit, standing.spent, standing.reserved]);
  expect(standings()).toEqual([['all', 'hard', 4n * cent, 3n * cent, 0n], ['credit', 'credit', 2_000n * cent, 3n * cent, 0n]]);
  spend(first.limits, 'r-3');
  expect(() => spend(first.limits, 'r-4')).toThrow('r-4 was refused');
  // The last life ended before it had said the first alert; this one says it, and the next one does not.
  await expect.poll(() => first.reported.map((line) => line.split(':')[1]?.slice(1, 6))).toEqual(['50 % ', '80 % ', '100 %']);
  expect((await again()).reported).toEqual([]);

  const listed = await ask(built, 'GET', '/v1/write-offs', operator);
  expect(listed.body).toMatchObject({ count: 1, data: [{ tenant: 'ada', id: 'r-1', user: 'ana', model: 'phi-4', charged: '0.03', writtenOff: '0.01', currency: 'EUR' }] });
  expect((await ask(built, 'GET', '/v1/write-offs', await built.bearer('bob', 'read'))).body['data']).toEqual([]);
  const invoices = (await ask(built, 'GET', '/v1/invoices', await built.bearer('ada', 'read'))).body['data'] as { total: string }[];
  expect(invoices.map(({ total }) => total)).toEqual(['0.04']);
});

test('an alert that the log does not take is due again', async () => {
  const built = await house();
  let isBroken = true;
  const taken: unknown[] = [];
  const reported: string[] = [];
  const log = { append: (rows: readonly unknown[]): Promise<void> => (isBroken ? Promise.reject(new Error('no space left on device')) : Promise.resolve(void taken.push(...rows))) };
  const limits = spendingLimits({ program: built.program, accounts: built.accounts, log, zone: houseZone, now: () => someTime, report: (line) => void reported.push(line) });
  limits.desk.apply({ kind: 'budget-set', at: someTime, tenant: tenantId('ada'), budget: budgetId('ada/all'), scope: { kind: 'organisation' }, period: 'total', limit: '0.02', isHard: true, isOperators: false });
  spend(limits, 'r-1');
  await expect.poll(() => reported).toEqual(['an alert of budget ada/all could not be recorded, and comes with its next call: no space left on device']);
  isBroken = false;
  spend(limits, 'r-2');
  await expect.poll(() => taken).toMatchObject([{ percent: 50 }, { percent: 80 }, { percent: 100 }]);
});

test.each([
  [{ ...monthly, id: 'Monthly' }, 'id must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter, and not credit, which is what was paid in.'],
  [{ ...monthly, id: 'credit' }, 'id must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter, and not credit, which is what was paid in.'],
  [{ ...monthly, limit: 5 }, 'limit must be an amount in decimals as text, such as "5.00", with at most 12 of them.'],
  [{ ...monthly, limit: '-5' }, 'limit must be an amount in decimals as text, such as "5.00", with at most 12 of them.'],
  [{ ...monthly, period: 'week' }, 'period must be one of day, month, total.'],
  [{ ...monthly, kind: 'credit' }, 'kind must be hard, which refuses calls beyond the limit, or soft, which only says so.'],
  [{ ...monthly, project: 'web', user: 'ana' }, 'A budget is of one project, key or user, or of the whole organisation: leave all of project, user out but one.'],
  [{ ...monthly, project: 'Web site' }, 'project must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter.'],
  [{ ...monthly, user: '' }, 'user must be the name of a user.'],
  [{ ...monthly, more: 1 }, "There is no member 'more'; there are tenant, id, project, key, user, period, kind, limit."],
])('a budget that is none is refused with what is wrong: %j', async (wish, message) => {
  const built = await house();
  expect(await ask(built, 'POST', '/v1/budgets', await built.bearer('ada', 'admin'), wish)).toMatchObject({ status: 400, message, body: { error: { code: 'invalid_budget' } } });
});

test('the operator says whose budget it is; a payment says how much, and which it was', async () => {
  const built = await house();
  const operator = await built.bearer('mle', 'admin');
  expect((await ask(built, 'POST', '/v1/budgets', operator, monthly)).message).toBe('tenant must be the id of a tenant: the operator sets budgets for all of them.');
  expect((await ask(built, 'POST', '/v1/credit', operator, { tenant: 'ada', amount: '0', reference: 'x' })).message).toMatch(/^amount must be .* and more than 0\.$/);
  expect((await ask(built, 'POST', '/v1/credit', operator, { tenant: 'ada', amount: '1' })).message).toMatch(/^reference must name the payment/);
  expect((await ask(built, 'POST', '/v1/budgets/remove', operator, { tenant: 'ada' })).message).toBe('id must be that of a budget.');
});

test('a tenant has as many budgets as there may be, and no more', async () => {
  const built = await house();
  for (let i = 0; i < BUDGETS_PER_TENANT_MAX; i++) {
    built.limits.desk.apply({ kind: 'budget-set', at: someTime, tenant: tenantId('ada'), budget: budgetId(`ada/b-${i}`), scope: { kind: 'organisation' }, period: 'total', limit: '1', isHard: true, isOperators: false });
  }
  const ada = await built.bearer('ada', 'admin');
  expect(await ask(built, 'POST', '/v1/budgets', ada, monthly)).toMatchObject({ status: 409, message: 'Tenant ada has 1000 budgets, the most there may be.' });
  expect((await ask(built, 'POST', '/v1/budgets', ada, { id: 'b-7', period: 'total', kind: 'hard', limit: '2' })).status).toBe(200);
});

