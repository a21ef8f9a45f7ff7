import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { budgetId, projectId, type Budget, type Charge, type Count, type Reserve } from '../domain/budget.ts';
import { pico, type Pico } from '../domain/money.ts';
import { keyId, requestId, tenantId, userId, type RequestId } from '../domain/names.ts';
import { BudgetBook } from './budget-book.ts';

/*
 * Whatever comes in whatever order (calls, their ends, late ends, clocks, gateways and the owner that die, limits that
 * move) no hard limit is passed, everything that was reserved leaves exactly once, and the facts of the calls say where
 * every budget stands.
 */

const RUNS = Number(process.env['EMILY_RUNS'] ?? 1_000);
const ada = tenantId('ada');
const LEASE = 10;

type Step =
  | { readonly act: 'call'; readonly who: number; readonly period: number; readonly amount: bigint }
  /** Of the n-th call that has not ended; its gateway may be dead, and back. */
  | { readonly act: 'end'; readonly call: number; readonly cost: bigint }
  | { readonly act: 'durable' | 'refused' | 'renew' | 'orphan'; readonly call: number }
  | { readonly act: 'pass'; readonly ms: number }
  | { readonly act: 'crash' }
  | { readonly act: 'limit'; readonly budget: number; readonly limit: bigint };

const amount = fc.bigInt(0n, 60n);
const call = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('call' as const), who: fc.nat(7), period: fc.nat(2), amount }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constant('end' as const), call, cost: fc.bigInt(0n, 90n) }) },
  { weight: 6, arbitrary: fc.record({ act: fc.constantFrom('durable' as const, 'durable' as const, 'refused' as const, 'renew' as const, 'orphan' as const), call }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('pass' as const), ms: fc.nat(LEASE + 2) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('crash' as const) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('limit' as const), budget: fc.nat(4), limit: fc.bigInt(0n, 200n) }) },
);

const first: readonly Budget[] = [
  { id: budgetId('all'), tenant: ada, scope: { kind: 'organisation' }, period: 'total', kind: 'credit', limit: pico(200n) },
  { id: budgetId('month'), tenant: ada, scope: { kind: 'organisation' }, period: 'month', kind: 'hard', limit: pico(150n) },
  { id: budgetId('web'), tenant: ada, scope: { kind: 'project', project: projectId('web') }, period: 'day', kind: 'hard', limit: pico(80n) },
  { id: budgetId('key'), tenant: ada, scope: { kind: 'key', key: keyId('k-0') }, period: 'day', kind: 'soft', limit: pico(20n) },
  { id: budgetId('ana'), tenant: ada, scope: { kind: 'user', user: userId('ana') }, period: 'total', kind: 'hard', limit: pico(90n) },
];

const periods = [
  { day: '2026-11-30', month: '2026-11' },
  { day: '2026-12-01', month: '2026-12' },
  { day: '2026-12-02', month: '2026-12' },
];

type Fact =
  | { readonly kind: 'admitted'; readonly id: RequestId; readonly reserve: Reserve }
  | { readonly kind: 'finished'; readonly id: RequestId; readonly charge: Charge | undefined };

type Call = { readonly id: RequestId; readonly reserve: Reserve; state: 'open' | 'settled'; isLapsed: boolean; isOrphan: boolean; until: number; charge?: Charge };

/** A world of calls around a book, with the log that they leave. */
class World {
  book = new BudgetBook();
  readonly log: Fact[] = [];
  readonly names = new Set<string>();
  budgets: Budget[] = [...first];
  calls: Call[] = [];
  now = 0;
  met = new Map<string, number>();
  #made = 0;

  constructor() {
    for (const budget of this.budgets) this.book.set(budget);
  }

  do(one: Step): void {
    if (one.act === 'call') return this.#begin(one);
    if (one.act === 'pass') return this.#pass(one.ms);
    if (one.act === 'crash') return this.#crash();
    if (one.act === 'limit') {
      const changed = { ...this.budgets[one.budget]!, limit: pico(one.limit) };
      this.budgets[one.budget] = changed;
      return this.book.set(changed);
    }
    const picked = this.calls[one.call % Math.max(1, this.calls.length)];
    if (picked === undefined) return undefined;
    if (one.act === 'end') return this.#end(picked, pico(one.cost));
    if (one.act === 'durable' || one.act === 'refused') return this.#written(picked, one.act);
    if (one.act === 'orphan') return void (picked.isOrphan = true);
    if (picked.isOrphan || picked.state !== 'open') return undefined;
    picked.until = this.now + LEASE;
    return this.book.renew(picked.id, picked.until);
  }

  #begin({ who, period, amount: most }: Extract<Step, { act: 'call' }>): void {
    const id = requestId(`r-${this.#made++}`);
    const spender = { id, tenant: ada, project: who % 2 === 0 ? projectId('web') : undefined, key: keyId(`k-${who % 3}`), user: userId(who < 4 ? 'ana' : 'ben'), ...periods[period]! };
    const before = this.book.budgets().map(({ id: of }) => of);
    const reserve = this.book.reserve(spender, pico(most), this.now + LEASE);
    assert(reserve !== undefined, 'the organisation has a budget');
    if ('budget' in reserve) {
      this.#meet('full');
      // It is right: with that much more it would have passed, and nothing was held.
      expect(reserve.left).toBeLessThan(most);
      expect(before).toContain(reserve.budget.id);
      return;
    }
    for (const count of reserve.counts) this.names.add(JSON.stringify(count));
    this.calls.push({ id, reserve, state: 'open', isLapsed: false, isOrphan: false, until: this.now + LEASE });
    this.log.push({ kind: 'admitted', id, reserve });
  }

  #end(of: Call, cost: Pico): void {
    if (of.state !== 'open') return;
    const charge = this.book.settle(of.id, ada, of.reserve, cost);
    expect(charge.charged + charge.writtenOff).toBe(cost);
    expect(charge.charged >= 0n && charge.writtenOff >= 0n).toBe(true);
    // What was held for it is never written off.
    if (!of.isLapsed && cost <= of.reserve.amount) expect(charge.writtenOff).toBe(0n);
    if (of.isLapsed) this.#meet('late end');
    if (charge.writtenOff > 0n) this.#meet('written off');
    of.state = 'settled';
    of.charge = charge;
  }

  #written(of: Call, how: 'durable' | 'refused'): void {
    if (of.state !== 'settled') return;
    this.calls = this.calls.filter((one) => one !== of);
    this.log.push({ kind: 'finished', id: of.id, charge: how === 'durable' ? of.charge : undefined });
    if (how === 'durable') this.book.commit(of.id);
    else this.book.release(of.id);
  }

  #pass(ms: number): void {
    this.now += ms;
    const due = this.calls.filter(({ state, isLapsed, until }) => state === 'open' && !isLapsed && until <= this.now);
    expect(this.book.lapse(this.now)).toEqual(due.map(({ id, reserve }) => ({ id, tenant: ada, reserve })));
    for (const lapsed of due) {
      lapsed.isLapsed = true;
      this.#meet('lapse');
    }
  }

  /** The owner dies with its gateway: what the log has is spent, and what was open is lost, and free. */
  #crash(): void {
    this.#meet('crash');
    for (const { id } of this.calls) this.log.push({ kind: 'finished', id, charge: undefined });
    this.calls = [];
    this.book = recovered(this.budgets, this.log);
  }

  #meet(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }
}

function recovered(budgets: readonly Budget[], log: readonly Fact[]): BudgetBook {
  const book = new BudgetBook();
  for (const budget of budgets) book.set(budget);
  for (const fact of log) {
    if (fact.kind !== 'finished' || fact.charge === undefined) continue;
    for (const count of fact.charge.counts) book.spent(count, fact.charge.charged);
  }
  return book;
}

const used = (book: BudgetBook, count: Count): bigint => {
  const { spent, reserved } = book.standing(count);
  return spent + reserved;
};

/** Held are exactly those that are in flight: from the facts alone. */
function heldOf(world: World, count: Count): bigint {
  const isIn = ({ reserve }: Call): boolean => reserve.counts.some((one) => JSON.stringify(one) === JSON.stringify(count));
  return world.calls.filter(isIn).reduce((sum, one) => sum + (one.state === 'settled' ? one.charge!.charged : one.isLapsed ? 0n : one.reserve.amount), 0n);
}

/** How often each thing was met, of all runs: what is never met is not tested. */
const met = new Map<string, number>();

test('no interleaving passes a hard limit, all that is reserved leaves once, and the log says what is spent', { timeout: 120_000 + RUNS * 50 }, () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
      const world = new World();
      for (const one of steps) {
        const counts = (): Count[] => [...world.names].map((name) => JSON.parse(name) as Count);
        const before = new Map(counts().map((count) => [JSON.stringify(count), used(world.book, count)]));
        world.do(one);
        for (const count of counts()) {
          const budget = world.book.budget(count.budget)!;
          const now = used(world.book, count);
          const was = before.get(JSON.stringify(count)) ?? 0n;
          if (budget.kind !== 'soft') assert(now <= budget.limit || now <= was, `${JSON.stringify(count)} grew from ${was} to ${now}, beyond ${budget.limit}`);
          expect(world.book.standing(count).reserved).toBe(heldOf(world, count));
        }
      }
      for (const count of [...world.names].map((name) => JSON.parse(name) as Count)) {
        expect(recovered(world.budgets, world.log).standing(count).spent).toBe(world.book.standing(count).spent);
      }
      for (const [what, times] of world.met) met.set(what, (met.get(what) ?? 0) + times);
    }),
    { numRuns: RUNS },
  );
  for (const what of ['full', 'lapse', 'late end', 'written off', 'crash']) expect(met.get(what), `${what} was met`).toBeGreaterThan(100);
});
