import type { BudgetRow, KeyRow } from '../../api-accounts.ts';
import { compareAmounts, fractionDigits } from '../../format/amount.ts';
import { AmountInColumn } from '../../format/amount-in-column.tsx';
import { Moment } from '../../format/moment.tsx';
import { isFar } from '../../format/time.ts';
import { tenantStrings } from '../../strings-of-accounts.ts';
import { strings } from '../../strings.ts';
import type { Column } from '../../table/column.ts';

/** The columns of keys; nothing in them opens anything. */
export function keyColumns(now: number): readonly Column<KeyRow>[] {
  const { columns, states } = tenantStrings.keys;
  const when = (id: string, title: string, of: (key: KeyRow) => string | null): Column<KeyRow> =>
    ({ id, title, lesser: 'least', value: (key) => of(key) ?? '', show: (key) => { const at = of(key); return at !== null && <Moment at={Date.parse(at)} dated={isFar(Date.parse(at), now)} />; } });
  return [
    { id: 'name', title: columns.name, value: ({ name }) => name },
    { id: 'id', title: columns.id, lesser: true, value: ({ id }) => id, show: ({ id }) => <code>{id}</code> },
    { id: 'scopes', title: columns.scopes, value: ({ scopes }) => scopes.join(', ') },
    { id: 'user', title: columns.user, lesser: true, value: ({ user }) => user ?? '' },
    { id: 'project', title: columns.project, lesser: true, value: ({ project }) => project ?? '' },
    when('created', columns.created, ({ createdAt }) => createdAt),
    when('expires', columns.expires, ({ expiresAt }) => expiresAt),
    { id: 'state', title: columns.state, value: (key) => states[stateOf(key, now)], show: (key) => <span className={stateOf(key, now) === 'good' ? '' : 'unit'}>{states[stateOf(key, now)]}</span> },
  ];
}

/** A key that is revoked stays so, whenever it would have expired. */
export function stateOf({ revokedAt, expiresAt }: Pick<KeyRow, 'revokedAt' | 'expiresAt'>, now: number): 'good' | 'revoked' | 'expired' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'good';
}

export function budgetColumns(budgets: readonly BudgetRow[], currency: string): readonly Column<BudgetRow>[] {
  const { columns, ofAll, of } = tenantStrings.budgets;
  const amount = (id: string, title: string, value: (budget: BudgetRow) => string, lesser?: true): Column<BudgetRow> => {
    const digits = fractionDigits(budgets.map(value));
    return { id, title: strings.amountIn(title, currency), numeric: true, ...(lesser === undefined ? {} : { lesser }), value, compare: (a, b) => compareAmounts(value(a), value(b)), show: (budget) => <AmountInColumn decimal={value(budget)} digits={digits} /> };
  };
  return [
    { id: 'id', title: columns.id, value: ({ id }) => id },
    { id: 'of', title: columns.of, lesser: true, value: (budget) => (budget.of === 'organisation' ? ofAll : of(budget.of, budget.key ?? budget.user ?? budget.project ?? '')) },
    { id: 'kind', title: columns.kind, lesser: true, value: ({ kind }) => kind },
    { id: 'period', title: columns.period, lesser: 'least', value: ({ current }) => current.period },
    amount('limit', columns.limit, ({ limit }) => limit, true),
    amount('spent', columns.spent, ({ current }) => current.spent),
    amount('reserved', columns.reserved, ({ current }) => current.reserved, true),
    amount('left', columns.left, ({ current }) => current.left),
    { id: 'setBy', title: columns.setBy, lesser: 'least', value: ({ setBy }) => setBy },
  ];
}
