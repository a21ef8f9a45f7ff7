import { expect, test } from 'vitest';
import { budgetId, projectId, type Budget, type Count, type Reserve } from '../domain/budget.ts';
import { pico } from '../domain/money.ts';
import { keyId, requestId, tenantId, userId } from '../domain/names.ts';
import { BudgetBook, type Full, type Spender } from './budget-book.ts';

const ada = tenantId('ada');
const budget = (id: string, limit: bigint, more: Partial<Budget> = {}): Budget => ({ id: budgetId(id), tenant: ada, scope: { kind: 'organisation' }, period: 'month', kind: 'hard', limit: pico(limit), ...more });
const spender = (id: string, more: Partial<Spender> = {}): Spender => ({ id: requestId(id), tenant: ada, project: undefined, key: keyId('k-1'), user: userId('ana'), day: '2026-11-24', month: '2026-11', ...more });
const november: Count = { budget: budgetId('b'), period: '2026-11' };

function book(...budgets: readonly Budget[]): BudgetBook {
  const made = new BudgetBook();
  for (const one of budgets) made.set(one);
  return made;
}

function reserved(of: BudgetBook, who: Spender, amount: bigint, until = 100): Reserve {
  const reserve = of.reserve(who, pico(amount), until);
  expect(reserve).toHaveProperty('counts');
  return reserve as Reserve;
}

const leftIn = (full: unknown): [string, bigint] => [(full as Full).budget.id, (full as Full).left];

test('a call that no budget counts is not held up, and holds nothing', () => {
  const made = book(budget('of-bob', 0n, { tenant: tenantId('bob') }), budget('of-k-2', 0n, { scope: { kind: 'key', key: keyId('k-2') } }));
  expect(made.reserve(spender('r'), pico(5n), 100)).toBeUndefined();
});

test('what is reserved is taken from what is left; settled, the rest is free at once; committed, it is spent', () => {
  const made = book(budget('b', 10n));
  const reserve = reserved(made, spender('r-1'), 7n);
  expect(leftIn(made.reserve(spender('r-2'), pico(4n), 100))).toEqual(['b', 3n]);
  expect(made.settle(requestId('r-1'), ada, reserve, pico(2n))).toEqual({ charged: 2n, writtenOff: 0n, counts: [november] });
  expect(made.standing(november)).toEqual({ spent: 0n, reserved: 2n });
  made.commit(requestId('r-1'));
  expect(made.standing(november)).toEqual({ spent: 2n, reserved: 0n });
  reserved(made, spender('r-2'), 8n);
});

test('to the last unit: what is just left can be reserved, one more cannot', () => {
  const made = book(budget('b', 10n));
  expect(leftIn(made.reserve(spender('r-1'), pico(11n), 100))).toEqual(['b', 10n]);
  reserved(made, spender('r-1'), 10n);
  reserved(made, spender('r-2'), 0n);
  expect(leftIn(made.reserve(spender('r-3'), pico(1n), 100))).toEqual(['b', 0n]);
});

test('budgets nest: each that counts the call must have room, and one that has none leaves the others untouched', () => {
  const made = book(
    budget('all', 100n),
    budget('web', 50n, { scope: { kind: 'project', project: projectId('web') } }),
    budget('key', 20n, { scope: { kind: 'key', key: keyId('k-1') }, period: 'total' }),
    budget('ana', 10n, { scope: { kind: 'user', user: userId('ana') }, period: 'day' }),
  );
  const web = { project: projectId('web') };
  const { counts } = reserved(made, spender('r-1', web), 10n);
  expect(counts.map((count) => `${count.budget} ${count.period}`)).toEqual(['all 2026-11', 'web 2026-11', 'key total', 'ana 2026-11-24']);
  expect(leftIn(made.reserve(spender('r-2', web), pico(1n), 100))).toEqual(['ana', 0n]);
  reserved(made, spender('r-3', { ...web, user: userId('ben') }), 10n);
  expect(leftIn(made.reserve(spender('r-4', { ...web, user: userId('ben') }), pico(1n), 100))).toEqual(['key', 0n]);
  reserved(made, spender('r-5', { ...web, key: keyId('k-2'), user: userId('ben') }), 30n);
  expect(leftIn(made.reserve(spender('r-6', { ...web, key: keyId('k-2'), user: userId('ben') }), pico(1n), 100))).toEqual(['web', 0n]);
  expect(made.standing({ budget: budgetId('all'), period: '2026-11' })).toEqual({ spent: 0n, reserved: 50n });
});

test('the day and the month of the admission are charged, whenever the call ends; the next ones begin at nothing', () => {
  const made = book(budget('b', 10n));
  const old = reserved(made, spender('r-1'), 10n);
  reserved(made, spender('r-2', { month: '2026-12' }), 10n);
  expect(made.settle(requestId('r-1'), ada, old, pico(10n)).counts).toEqual([november]);
});

test('a soft budget refuses nothing, and counts all the same', () => {
  const made = book(budget('b', 10n, { kind: 'soft' }));
  const reserve = reserved(made, spender('r-1'), 25n);
  expect(made.settle(requestId('r-1'), ada, reserve, pico(30n))).toMatchObject({ charged: 30n, writtenOff: 0n });
});

test('a call that was not admitted gives all back', () => {
  const made = book(budget('b', 10n));
  reserved(made, spender('r-1'), 10n);
  made.release(requestId('r-1'));
  made.release(requestId('r-1'));
  expect(made.standing(november)).toEqual({ spent: 0n, reserved: 0n });
});

test('an end that the log refused was no charge', () => {
  const made = book(budget('b', 10n));
  made.settle(requestId('r-1'), ada, reserved(made, spender('r-1'), 10n), pico(10n));
  made.release(requestId('r-1'));
  reserved(made, spender('r-2'), 10n);
});

test('a reserve that is renewed stays; one that is not lapses, at its time and not before', () => {
  const made = book(budget('b', 10n));
  const first = reserved(made, spender('r-1'), 5n, 100);
  reserved(made, spender('r-2'), 5n, 100);
  made.renew(requestId('r-2'), 200);
  expect(made.lapse(99)).toEqual([]);
  expect(made.lapse(100)).toEqual([{ id: 'r-1', tenant: ada, reserve: first }]);
  expect(made.standing(november)).toEqual({ spent: 0n, reserved: 5n });
});

test('a call that ends after its reserve had lapsed is charged what is left, and the rest is written off', () => {
  const made = book(budget('b', 10n));
  const late = reserved(made, spender('r-1'), 8n, 100);
  made.lapse(100);
  reserved(made, spender('r-2'), 7n, 200);
  expect(made.settle(requestId('r-1'), ada, late, pico(6n))).toMatchObject({ charged: 3n, writtenOff: 3n });
  made.commit(requestId('r-1'));
  expect(made.standing(november)).toEqual({ spent: 3n, reserved: 7n });
});

test('a call that cost more than was thought is charged its reserve and what is left beside it', () => {
  const made = book(budget('b', 10n));
  const reserve = reserved(made, spender('r-1'), 4n);
  reserved(made, spender('r-2'), 5n);
  expect(made.settle(requestId('r-1'), ada, reserve, pico(9n))).toMatchObject({ charged: 5n, writtenOff: 4n });
});

test('a settled call does not lapse: it is on its way into the log', () => {
  const made = book(budget('b', 10n));
  made.settle(requestId('r-1'), ada, reserved(made, spender('r-1'), 5n, 100), pico(5n));
  expect(made.lapse(1_000_000)).toEqual([]);
});

test('a limit that is lowered below what was spent lets nothing in, but what was promised is kept; raised, it goes on', () => {
  const made = book(budget('b', 10n));
  const reserve = reserved(made, spender('r-1'), 8n);
  made.set(budget('b', 5n));
  expect(leftIn(made.reserve(spender('r-2'), pico(1n), 100))).toEqual(['b', 0n]);
  expect(made.settle(requestId('r-1'), ada, reserve, pico(9n))).toMatchObject({ charged: 8n, writtenOff: 1n });
  made.set(budget('b', 12n));
  reserved(made, spender('r-2'), 4n);
});

test('a budget that is removed counts nothing more', () => {
  const made = book(budget('b', 0n));
  made.remove(budgetId('b'));
  expect(made.reserve(spender('r-1'), pico(9n), 100)).toBeUndefined();
  expect(made.budgets()).toEqual([]);
});

test('what cannot be is refused at once: two reserves for a call, two settlements, a commit of none', () => {
  const made = book(budget('b', 10n));
  const reserve = reserved(made, spender('r-1'), 5n);
  expect(() => made.reserve(spender('r-1'), pico(1n), 100)).toThrow('r-1 has a reserve already');
  expect(() => made.commit(requestId('r-1'))).toThrow('was not settled');
  made.settle(requestId('r-1'), ada, reserve, pico(1n));
  expect(() => made.settle(requestId('r-1'), ada, reserve, pico(1n))).toThrow('settled already');
});

test('a refund is room again; one below zero would be a charge, and is refused', () => {
  const made = book(budget('b', 10n));
  made.spent(november, pico(10n));
  made.refund(november, pico(4n));
  expect(leftIn(made.reserve(spender('r-1'), pico(5n), 100))).toEqual(['b', 4n]);
  reserved(made, spender('r-1'), 4n);
  expect(() => made.refund(november, pico(-1n))).toThrow('a refund of -1');
});
