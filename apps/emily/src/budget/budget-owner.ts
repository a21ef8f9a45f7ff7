import type { Charge, Count, ProjectId, Reserve } from '../domain/budget.ts';
import { pico, picoText, type Currency, type Pico } from '../domain/money.ts';
import type { EpochMs, KeyId, PriceId, RequestId, TenantId, UserId } from '../domain/names.ts';
import { isBillable, type Finished, type Units } from '../domain/usage-fact.ts';
import type { BudgetBook, Full, Lapsed } from './budget-book.ts';
import type { PeriodLabels } from './period-labels.ts';
import { budgetName } from './budget-name.ts';

/** For so long a reserve is held of which nothing is heard. */
export const LEASE_MS = 30_000;

export type Spending = {
  readonly id: RequestId;
  readonly admittedAt: EpochMs;
  readonly tenant: TenantId;
  readonly project?: ProjectId | undefined;
  readonly key: KeyId;
  readonly user: UserId;
  readonly priceId: PriceId;
};

export type OwnerOptions = {
  readonly book: BudgetBook;
  /** Of the zone whose days and months budgets go by. */
  readonly labels: PeriodLabels;
  readonly currency: Currency;
  /** What units cost at a price. */
  readonly costOf: (price: PriceId, units: Units) => Pico;
  /** The key whose budgets count a key's calls: its own, or the one in whose place it was made. */
  readonly originOf?: (key: KeyId) => KeyId;
  readonly monotonicMs: () => number;
  readonly leaseMs?: number;
  /** Called when more of these is spent. */
  readonly spent?: (counts: readonly Count[]) => void;
};

/** What was refused, in words. */
export type NoRoom = { readonly budget: string; readonly limit: string; readonly left: string; readonly most: string };

/** The owner of all budgets, as gateways ask it: it knows what units cost, and which clock leases go by. */
export class BudgetOwner {
  readonly leaseMs: number;
  readonly #options: OwnerOptions;

  constructor(options: OwnerOptions) {
    this.leaseMs = options.leaseMs ?? LEASE_MS;
    this.#options = options;
  }

  /** Holds back what the most units of a call would cost at the price that is locked for it. */
  reserve(call: Spending, most: Units): Allowance | NoRoom | undefined {
    const { book, labels, costOf, originOf } = this.#options;
    const { id, tenant, project, key, user, admittedAt, priceId } = call;
    const cost = costOf(priceId, most);
    const held = book.reserve({ id, tenant, project, key: originOf?.(key) ?? key, user, ...labels.at(admittedAt) }, cost, this.#leaseEnd());
    if (held === undefined) return undefined;
    return 'budget' in held ? this.#noRoom(held, cost, labels.at(admittedAt)) : new Allowance(call, held, this.#options, () => this.#leaseEnd());
  }

  /** A call was lost with its gateway, and its lease: so much of it is charged, as far as there is room. */
  settleLost({ id, tenant, priceId }: Spending, reserve: Reserve, units: Units): Charge {
    const { book, costOf, spent } = this.#options;
    const charge = book.settle(id, tenant, reserve, costOf(priceId, units));
    book.commit(id);
    spent?.(reserve.counts);
    return charge;
  }

  refund({ counts, charged }: Charge): void {
    for (const count of counts) this.#options.book.refund(count, charged);
  }

  lapse(): readonly Lapsed[] {
    return this.#options.book.lapse(this.#options.monotonicMs());
  }

  #leaseEnd(): number {
    return this.#options.monotonicMs() + this.leaseMs;
  }

  #noRoom({ budget, left }: Full, most: Pico, { day, month }: { readonly day: string; readonly month: string }): NoRoom {
    const text = (amount: Pico): string => `${picoText(amount)} ${this.#options.currency.code}`;
    const period = { day, month, total: undefined }[budget.period];
    return { budget: budgetName(budget, period), limit: text(budget.limit), left: text(left), most: text(most) };
  }
}

/** What is held back for one call. */
class Allowance {
  readonly reserve: Reserve;
  readonly #call: Spending;
  readonly #options: OwnerOptions;
  readonly #leaseEnd: () => number;

  constructor(call: Spending, reserve: Reserve, options: OwnerOptions, leaseEnd: () => number) {
    this.reserve = reserve;
    this.#call = call;
    this.#options = options;
    this.#leaseEnd = leaseEnd;
  }

  settle(end: Pick<Finished, 'outcome' | 'units' | 'provenance'>): Charge {
    const { id, tenant, priceId } = this.#call;
    const cost = isBillable(end) ? this.#options.costOf(priceId, end.units) : pico(0n);
    return this.#options.book.settle(id, tenant, this.reserve, cost);
  }

  commit(): void {
    this.#options.book.commit(this.#call.id);
    this.#options.spent?.(this.reserve.counts);
  }

  release(): void {
    this.#options.book.release(this.#call.id);
  }

  renew(): void {
    this.#options.book.renew(this.#call.id, this.#leaseEnd());
  }
}
