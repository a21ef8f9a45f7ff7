import type { BudgetCommand, Actor, AccountCommand, BudgetSet, CommandLog } from '../account/command.ts';
import { BudgetAlerts, type Alert, type SaidAlert } from '../budget/budget-alerts.ts';
import type { BudgetBook, Standing } from '../budget/budget-book.ts';
import type { PeriodLabels } from '../budget/period-labels.ts';
import { budgetId, type Budget, type BudgetId, type BudgetPeriod, type BudgetScope, type Count } from '../domain/budget.ts';
import { pico, picoOf, picoText, type Pico } from '../domain/money.ts';
import type { EpochMs, TenantId } from '../domain/names.ts';

export type BudgetWish = {
  readonly tenant: TenantId;
  readonly name: string;
  readonly scope: BudgetScope;
  readonly period: BudgetPeriod;
  readonly limit: Pico;
  readonly isHard: boolean;
};

/** A budget as it stands in its present period. */
export type BudgetView = {
  readonly budget: Budget;
  readonly name: string;
  readonly isOperators: boolean;
  readonly setAt: EpochMs;
  readonly period: string;
  readonly standing: Standing;
  readonly alerts: readonly SaidAlert[];
};

export type CreditWish = { readonly tenant: TenantId; readonly amount: Pico; readonly reference: string };

export type BudgetDeskOptions = {
  readonly book: BudgetBook;
  readonly labels: PeriodLabels;
  readonly log: CommandLog;
  readonly now: () => EpochMs;
  readonly report: (line: string) => void;
};

/** There is no such budget. */
export class UnknownBudget extends Error {}

/** A budget is in no state for what was asked. */
export class BudgetConflict extends Error {}

/** A budget of the operator's was to be changed by somebody else. */
export class OperatorsBudget extends Error {}

/** Of one tenant; each call looks only at those of its own scopes. */
export const BUDGETS_PER_TENANT_MAX = 1_000;

/** What credit is called among a tenant's budgets. */
export const CREDIT = 'credit';

type Known = { readonly budget: Budget; readonly isOperators: boolean; readonly setAt: EpochMs; readonly isRemoved: boolean };

/**
 * Where budgets and credit are set, and where alerts are said: each is a command, and holds when that is durable.
 *
 * - A budget is known by its tenant and its name. Its scope and period never change; its limit and kind may, and then it
 *   goes on from what it has counted. Removed, its name may come back as the same budget only.
 * - Credit is a budget over all of a tenant's calls whose limit is what was paid in.
 */
export class BudgetDesk {
  readonly #options: BudgetDeskOptions;
  readonly #known = new Map<BudgetId, Known>();
  readonly #grants = new Map<string, Pico>();
  readonly #alerts = new BudgetAlerts();

  constructor(options: BudgetDeskOptions) {
    this.#options = options;
  }

  /** One of the log's, in its order. */
  apply(command: AccountCommand): void {
    if (command.kind === 'budget-set') this.#applySet(command);
    else if (command.kind === 'budget-removed') this.#applyRemoved(command.budget);
    else if (command.kind === 'credit-granted') this.#applyGrant(command);
    else if (command.kind === 'budget-alerted') this.#alerts.said({ ...command, limit: amountOf(command.limit) });
  }

  /** Makes a budget or changes its limit and kind; the same once more changes nothing. BudgetConflict, OperatorsBudget. */
  async set(wish: BudgetWish, by: Actor, isOperator: boolean): Promise<BudgetView> {
    const { tenant, name, scope, period, limit, isHard } = wish;
    const id = idOf(tenant, name);
    const known = this.#known.get(id);
    if (known?.isOperators === true && !isOperator) throw new OperatorsBudget();
    if (known === undefined && this.#count(tenant) >= BUDGETS_PER_TENANT_MAX) throw new BudgetConflict(`tenant ${tenant} has ${BUDGETS_PER_TENANT_MAX} budgets, the most there may be`);
    const isNew = known === undefined || (isSame(known.budget, wish) && (known.isRemoved || known.budget.limit !== limit || (known.budget.kind === 'hard') !== isHard || known.isOperators !== isOperator));
    if (isNew) await this.#decide({ kind: 'budget-set', at: this.#options.now(), tenant, budget: id, scope, period, limit: picoText(limit), isHard, isOperators: isOperator, by });
    const { budget } = this.#known.get(id) as Known;
    if (!isSame(budget, wish)) throw new BudgetConflict(`budget ${name} is that of ${scopeText(budget.scope)} per ${budget.period}, for good`);
    this.spent([{ budget: id, period: this.#periodOf(period) }]);
    return this.#view(id);
  }

  /** From now on it counts nothing. UnknownBudget, OperatorsBudget; BudgetConflict for credit, which was paid. */
  async remove(tenant: TenantId, name: string, by: Actor, isOperator: boolean): Promise<void> {
    const id = idOf(tenant, name);
    const known = this.#known.get(id);
    if (known === undefined || known.isRemoved) throw new UnknownBudget(`there is no budget ${name}`);
    if (known.budget.kind === 'credit') throw new BudgetConflict('credit was paid, and is not removed');
    if (known.isOperators && !isOperator) throw new OperatorsBudget();
    await this.#decide({ kind: 'budget-removed', at: this.#options.now(), budget: id, by });
  }

  /** Adds what a tenant has paid; the same reference once more adds nothing. BudgetConflict where its amount was another. */
  async grant({ tenant, amount, reference }: CreditWish, by: Actor): Promise<BudgetView> {
    const name = grantName(tenant, reference);
    if (!this.#grants.has(name)) await this.#decide({ kind: 'credit-granted', at: this.#options.now(), tenant, amount: picoText(amount), reference, by });
    const granted = this.#grants.get(name);
    if (granted !== amount) throw new BudgetConflict(`payment ${reference} was ${picoText(granted ?? pico(0n))} already`);
    return this.#view(idOf(tenant, CREDIT));
  }

  /** More of these was spent: says what alerts are due. */
  spent(counts: readonly Count[]): void {
    for (const count of counts) {
      const budget = this.#options.book.budget(count.budget);
      if (budget === undefined) continue;
      for (const alert of this.#alerts.due(budget, count.period, this.#options.book.standing(count).spent)) void this.#say(alert);
    }
  }

  /** Of one tenant, or of all; each with its present period. */
  views(of: TenantId | undefined): readonly BudgetView[] {
    return [...this.#known.values()].filter(({ budget, isRemoved }) => !isRemoved && (of === undefined || budget.tenant === of)).map(({ budget }) => this.#view(budget.id));
  }

  #view(id: BudgetId): BudgetView {
    const { budget, isOperators, setAt } = this.#known.get(id) as Known;
    const count: Count = { budget: id, period: this.#periodOf(budget.period) };
    return { budget, name: id.slice(budget.tenant.length + 1), isOperators, setAt, period: count.period, standing: this.#options.book.standing(count), alerts: this.#alerts.of(count) };
  }

  #periodOf(period: BudgetPeriod): string {
    return period === 'total' ? 'total' : this.#options.labels.at(this.#options.now())[period];
  }

  #count(tenant: TenantId): number {
    return [...this.#known.values()].filter(({ budget, isRemoved }) => budget.tenant === tenant && !isRemoved).length;
  }

  /** Once it is in the log; until then it counts as said, so that the next call does not say it as well. */
  async #say(alert: Alert): Promise<void> {
    const at = this.#options.now();
    this.#alerts.said({ ...alert, at });
    const limit = picoText(alert.limit);
    try {
      await this.#options.log.append([{ kind: 'budget-alerted', at, budget: alert.budget, period: alert.period, percent: alert.percent, limit }]);
      this.#options.report(`budget ${alert.budget}: ${alert.percent} % of ${limit} is spent (${alert.period})`);
    } catch (error) {
      this.#alerts.unsaid(alert);
      this.#options.report(`an alert of budget ${alert.budget} could not be recorded, and comes with its next call: ${(error as Error).message}`);
    }
  }

  async #decide(command: BudgetCommand): Promise<void> {
    await this.#options.log.append([command]);
    this.apply(command);
  }

  #applySet({ at, tenant, budget: id, scope, period, limit, isHard, isOperators }: BudgetSet): void {
    const known = this.#known.get(id);
    // Two were set at the same time, of which this is the second.
    if (known !== undefined && (!isSame(known.budget, { scope, period }) || (known.isOperators && !isOperators))) return;
    this.#keep({ id, tenant, scope, period, kind: isHard ? 'hard' : 'soft', limit: amountOf(limit) }, isOperators, at);
  }

  #applyRemoved(id: BudgetId): void {
    const known = this.#known.get(id);
    if (known !== undefined) this.#known.set(id, { ...known, isRemoved: true });
    this.#options.book.remove(id);
  }

  #applyGrant({ at, tenant, amount, reference }: Extract<BudgetCommand, { kind: 'credit-granted' }>): void {
    const name = grantName(tenant, reference);
    if (this.#grants.has(name)) return;
    this.#grants.set(name, amountOf(amount));
    const id = idOf(tenant, CREDIT);
    const limit = pico((this.#known.get(id)?.budget.limit ?? 0n) + amountOf(amount));
    this.#keep({ id, tenant, scope: { kind: 'organisation' }, period: 'total', kind: 'credit', limit }, true, at);
  }

  #keep(budget: Budget, isOperators: boolean, setAt: EpochMs): void {
    this.#known.set(budget.id, { budget, isOperators, setAt, isRemoved: false });
    this.#options.book.set(budget);
  }
}

const idOf = (tenant: TenantId, name: string): BudgetId => budgetId(`${tenant}/${name}`);

const grantName = (tenant: TenantId, reference: string): string => `${tenant} ${reference}`;

/** What commands say was checked before it was written. */
const amountOf = (text: string): Pico => picoOf(text) ?? pico(0n);

const isSame = (budget: Budget, { scope, period }: Pick<Budget, 'scope' | 'period'>): boolean => scopeText(budget.scope) === scopeText(scope) && budget.period === period;

function scopeText(scope: BudgetScope): string {
  if (scope.kind === 'organisation') return 'the organisation';
  return `${scope.kind} ${scope.kind === 'project' ? scope.project : scope.kind === 'key' ? scope.key : scope.user}`;
}
