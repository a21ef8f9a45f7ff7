import { strict as assert } from 'node:assert';
import type { Budget, BudgetId, BudgetScope, Charge, Count, ProjectId, Reserve } from '../domain/budget.ts';
import { pico, type Pico } from '../domain/money.ts';
import type { KeyId, RequestId, TenantId, UserId } from '../domain/names.ts';

/** Who spends, and in which periods, by the time of the admission. */
export type Spender = {
  readonly id: RequestId;
  readonly tenant: TenantId;
  readonly project: ProjectId | undefined;
  readonly key: KeyId;
  readonly user: UserId;
  /** The labels of the day and the month: `2026-11-24`, `2026-11`. */
  readonly day: string;
  readonly month: string;
};

/** A budget that has no room for a call, and what it has left. */
export type Full = { readonly budget: Budget; readonly left: Pico };

/** Where one period of a budget stands. */
export type Standing = { readonly spent: Pico; readonly reserved: Pico };

/** A reserve that nobody renewed. */
export type Lapsed = { readonly id: RequestId; readonly tenant: TenantId; readonly reserve: Reserve };

type Meter = { spent: bigint; held: bigint };

type Open = {
  readonly tenant: TenantId;
  readonly reserve: Reserve;
  /** What it takes up: the reserve, and from its settlement on the charge. */
  held: bigint;
  /** Until when it is held though nobody speaks of it; a settled one is on its way into the log, and stays. */
  until: number;
};

/**
 * The budgets and what is left of them: the one place that decides whether a call may still be paid.
 *
 * - Everything here is synchronous and told its time: the same acts in the same order decide the same.
 * - reserve → settle → commit. What is reserved leaves exactly once: committed (with what it was settled at, the rest
 *   being free at once), released, or lapsed.
 * - In no period of a hard budget, or of credit, do spent and held together grow beyond the limit. A limit that was
 *   lowered below them lets nothing grow.
 * - A settlement is at most what is held for the call and what every hard limit leaves beside that; what is beyond is
 *   written off. So a call that costs more than was thought, or ends after its reserve had lapsed, passes no limit.
 * - What is spent is what the log says: `spent` from the facts that were there at the start, `commit` for each one after.
 */
export class BudgetBook {
  readonly #budgets = new Map<BudgetId, Budget>();
  readonly #byScope = new Map<string, readonly Budget[]>();
  readonly #meters = new Map<string, Meter>();
  readonly #open = new Map<RequestId, Open>();

  /** Sets a budget, or changes one. It counts what is admitted from now on, and goes on from what it has counted. */
  set(budget: Budget): void {
    this.remove(budget.id);
    this.#budgets.set(budget.id, budget);
    const name = scopeName(budget.tenant, budget.scope);
    this.#byScope.set(name, [...(this.#byScope.get(name) ?? []), budget]);
  }

  /** It counts nothing more. */
  remove(id: BudgetId): void {
    const budget = this.#budgets.get(id);
    if (budget === undefined) return;
    this.#budgets.delete(id);
    const name = scopeName(budget.tenant, budget.scope);
    const left = (this.#byScope.get(name) ?? []).filter((one) => one.id !== id);
    if (left.length === 0) this.#byScope.delete(name);
    else this.#byScope.set(name, left);
  }

  /** What the log says was spent in a period, before anything is reserved here. */
  spent(count: Count, amount: Pico): void {
    this.#meter(count).spent += amount;
  }

  /** A charge was taken back. */
  refund(count: Count, amount: Pico): void {
    assert(amount >= 0n, `a refund of ${amount}: expected no less than 0`);
    this.#meter(count).spent -= amount;
  }

  /** Holds this amount in all budgets that count the caller, or says which has no room; undefined: none counts it. */
  reserve(spender: Spender, amount: Pico, until: number): Reserve | Full | undefined {
    assert(amount >= 0n, `a reserve of ${amount}: expected no less than 0`);
    assert(!this.#open.has(spender.id), `${spender.id} has a reserve already`);
    const budgets = this.#countedIn(spender);
    if (budgets.length === 0) return undefined;
    const counts = budgets.map(({ id, period }): Count => ({ budget: id, period: period === 'total' ? 'total' : spender[period] }));
    for (const [i, budget] of budgets.entries()) {
      const left = this.#left(counts[i]!);
      if (left !== undefined && amount > left) return { budget, left };
    }
    const reserve: Reserve = { amount, counts };
    this.#hold(spender.id, { tenant: spender.tenant, reserve, held: amount, until });
    return reserve;
  }

  /** Decides what a call is charged that has cost this, and frees the rest of what was held. */
  settle(id: RequestId, tenant: TenantId, reserve: Reserve, cost: Pico): Charge {
    assert(cost >= 0n, `a cost of ${cost}: expected no less than 0`);
    const { counts } = reserve;
    const open = this.#open.get(id);
    assert(open?.until !== Infinity, `${id} was settled already`);
    this.release(id);
    const held = open?.held ?? 0n;
    // Its own reserve is free again, and part of that.
    const room = counts.reduce<bigint | undefined>((least, count) => {
      const left = this.#left(count);
      return left === undefined || (least !== undefined && least <= left) ? least : left;
    }, undefined);
    // What was promised is kept, also where the limit was lowered since.
    const most = room === undefined ? cost : room > held ? room : held;
    const charged = pico(cost < most ? cost : most);
    this.#hold(id, { tenant, reserve, held: charged, until: Infinity });
    return { charged, writtenOff: pico(cost - charged), counts };
  }

  /** The settlement is in the log: from now on it is spent. */
  commit(id: RequestId): void {
    const open = this.#open.get(id);
    assert(open?.until === Infinity, `${id} is committed, and was not settled`);
    this.release(id);
    for (const count of open.reserve.counts) this.#meter(count).spent += open.held;
  }

  /** Nothing will be charged: all that is held is free. Once more changes nothing. */
  release(id: RequestId): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    for (const count of open.reserve.counts) this.#meter(count).held -= open.held;
  }

  /** The call goes on. */
  renew(id: RequestId, until: number): void {
    const open = this.#open.get(id);
    if (open !== undefined && open.until < until) open.until = until;
  }

  /** Frees what nobody has renewed. */
  lapse(now: number): readonly Lapsed[] {
    const lapsed = [...this.#open].filter(([, { until }]) => until <= now).map(([id, { tenant, reserve }]): Lapsed => ({ id, tenant, reserve }));
    for (const { id } of lapsed) this.release(id);
    return lapsed;
  }

  budget(id: BudgetId): Budget | undefined {
    return this.#budgets.get(id);
  }

  budgets(): readonly Budget[] {
    return [...this.#budgets.values()];
  }

  standing({ budget, period }: Count): Standing {
    const { spent, held } = this.#meters.get(meterName({ budget, period })) ?? { spent: 0n, held: 0n };
    return { spent: pico(spent), reserved: pico(held) };
  }

  #countedIn({ tenant, project, key, user }: Spender): readonly Budget[] {
    const scopes: readonly BudgetScope[] = [{ kind: 'organisation' }, ...(project === undefined ? [] : [{ kind: 'project', project } as const]), { kind: 'key', key }, { kind: 'user', user }];
    return scopes.flatMap((scope) => this.#byScope.get(scopeName(tenant, scope)) ?? []);
  }

  /** Never below 0, a free call always has room; undefined where nothing limits it. */
  #left(count: Count): Pico | undefined {
    const budget = this.#budgets.get(count.budget);
    if (budget === undefined || budget.kind === 'soft') return undefined;
    const { spent, reserved } = this.standing(count);
    const left = budget.limit - spent - reserved;
    return pico(left < 0n ? 0n : left);
  }

  #hold(id: RequestId, open: Open): void {
    this.#open.set(id, open);
    for (const count of open.reserve.counts) this.#meter(count).held += open.held;
  }

  #meter(count: Count): Meter {
    const name = meterName(count);
    const known = this.#meters.get(name);
    if (known !== undefined) return known;
    const meter = { spent: 0n, held: 0n };
    this.#meters.set(name, meter);
    return meter;
  }
}

const meterName = ({ budget, period }: Count): string => `${budget} ${period}`;

/** Tenants' ids have no spaces, and what follows the kind is one name. */
function scopeName(tenant: TenantId, scope: BudgetScope): string {
  const name = scope.kind === 'organisation' ? '' : scope.kind === 'project' ? scope.project : scope.kind === 'key' ? scope.key : scope.user;
  return `${tenant} ${scope.kind} ${name}`;
}
