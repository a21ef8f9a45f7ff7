import { projectId, type BudgetPeriod, type BudgetScope } from '../domain/budget.ts';
import { picoOf } from '../domain/money.ts';
import { keyId, tenantId, userId, type TenantId } from '../domain/names.ts';
import { isName, isText, NAME_EXPECTED } from './account-wishes.ts';
import { CREDIT, type BudgetWish, type CreditWish } from './budget-desk.ts';

/*
 * What people want of budgets, read from what they sent: a wish, or what is wrong with it in a sentence.
 */

export const BUDGET_MEMBERS: readonly string[] = ['tenant', 'id', 'project', 'key', 'user', 'period', 'kind', 'limit'];
export const REMOVAL_MEMBERS: readonly string[] = ['tenant', 'id'];
export const CREDIT_MEMBERS: readonly string[] = ['tenant', 'amount', 'reference'];

const PERIODS: ReadonlySet<unknown> = new Set(['day', 'month', 'total']);
const AMOUNT_EXPECTED = 'an amount in decimals as text, such as "5.00", with at most 12 of them';
const badTenant = 'tenant must be the id of a tenant.';

type Body = Readonly<Record<string, unknown>>;

/** The tenant is left out for the own one. */
type OfSomeone<W> = Omit<W, 'tenant'> & { readonly tenant: TenantId | undefined };

export function budgetWishOf({ tenant, id, period, kind, limit, ...scopes }: Body): OfSomeone<BudgetWish> | string {
  if (tenant !== undefined && !isName(tenant)) return badTenant;
  if (!isName(id) || id === CREDIT) return `id must be ${NAME_EXPECTED}, and not ${CREDIT}, which is what was paid in.`;
  const scope = scopeOf(scopes);
  if (typeof scope === 'string') return scope;
  if (!PERIODS.has(period)) return `period must be one of ${[...PERIODS].join(', ')}.`;
  if (kind !== 'hard' && kind !== 'soft') return 'kind must be hard, which refuses calls beyond the limit, or soft, which only says so.';
  const amount = typeof limit === 'string' ? picoOf(limit) : undefined;
  if (amount === undefined) return `limit must be ${AMOUNT_EXPECTED}.`;
  return { tenant: tenant === undefined ? undefined : tenantId(tenant), name: id, scope, period: period as BudgetPeriod, limit: amount, isHard: kind === 'hard' };
}

export function removalOf({ tenant, id }: Body): OfSomeone<Pick<BudgetWish, 'tenant' | 'name'>> | string {
  if (tenant !== undefined && !isName(tenant)) return badTenant;
  return isName(id) ? { tenant: tenant === undefined ? undefined : tenantId(tenant), name: id } : 'id must be that of a budget.';
}

export function creditWishOf({ tenant, amount, reference }: Body): CreditWish | string {
  if (!isName(tenant)) return badTenant;
  const paid = typeof amount === 'string' ? picoOf(amount) : undefined;
  if (paid === undefined || paid === 0n) return `amount must be ${AMOUNT_EXPECTED}, and more than 0.`;
  if (!isText(reference)) return 'reference must name the payment, in 1 to 100 characters in one line: the same once more adds nothing.';
  return { tenant: tenantId(tenant), amount: paid, reference: reference.trim() };
}

function scopeOf({ project, key, user }: Body): BudgetScope | string {
  const given = Object.entries({ project, key, user }).filter(([, value]) => value !== undefined && value !== null);
  const [one, other] = given;
  if (other !== undefined) return `A budget is of one project, key or user, or of the whole organisation: leave all of ${given.map(([name]) => name).join(', ')} out but one.`;
  if (one === undefined) return { kind: 'organisation' };
  const [kind, value] = one;
  if (kind === 'project') return isName(value) ? { kind, project: projectId(value) } : `project must be ${NAME_EXPECTED}.`;
  if (!isText(value)) return `${kind} must be ${kind === 'key' ? 'the id of a key' : 'the name of a user'}.`;
  return kind === 'key' ? { kind, key: keyId(value) } : { kind: 'user', user: userId(value) };
}
