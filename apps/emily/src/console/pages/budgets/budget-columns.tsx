import type { ReactElement } from 'react';
import type { Budget } from '../../api-budgets.ts';
import { AmountInColumn } from '../../format/amount-in-column.tsx';
import { compareAmounts, fractionDigits } from '../../format/amount.ts';
import { Moment } from '../../format/moment.tsx';
import { formatShare } from '../../format/number.ts';
import { budgetStrings } from '../../strings-of-budgets.ts';
import { strings } from '../../strings.ts';
import type { Column } from '../../table/column.ts';
import { BudgetBar } from './budget-bar.tsx';
import { usedOf } from './used.ts';

const { columns: title, ...say } = budgetStrings;

/** Where budgets stand, and the CSV of it. `mayChange`: those that who is signed in may change. */
export function budgetColumns(budgets: readonly Budget[], mayChange: (budget: Budget) => boolean): readonly Column<Budget>[] {
  const amount = (id: string, name: string, of: (budget: Budget) => string, lesser?: true | 'least'): Column<Budget> => {
    const digits = fractionDigits(budgets.map((budget) => withCents(of(budget))));
    return {
      id, title: strings.amountIn(name, budgets[0]?.currency ?? ''), numeric: true, ...(lesser === undefined ? {} : { lesser }),
      value: of, compare: (a, b) => compareAmounts(of(a), of(b)), show: (budget): ReactElement => <AmountInColumn decimal={withCents(of(budget))} digits={digits} />,
    };
  };
  return [
    { id: 'id', title: title.id, value: ({ id }) => id },
    { id: 'of', title: title.of, lesser: 'least', value: scopeText },
    { id: 'period', title: title.period, lesser: true, value: ({ period }) => say.periods[period] },
    { id: 'kind', title: title.kind, lesser: true, value: ({ kind }) => say.kinds[kind] },
    { id: 'bar', title: title.bar, value: (budget) => formatShare(usedShare(budget)), compare: (a, b) => usedShare(a) - usedShare(b), show: (budget) => <BudgetBar budget={budget} /> },
    amount('spent', title.spent, ({ current }) => current.spent, 'least'),
    amount('reserved', title.reserved, ({ current }) => current.reserved, 'least'),
    amount('left', title.left, ({ current }) => current.left),
    amount('limit', title.limit, ({ limit }) => limit, true),
    { id: 'current', title: title.current, hidden: true, value: ({ current }) => current.period },
    { id: 'alerts', title: title.alerts, lesser: 'least', value: alertsText, show: (budget) => alertsText(budget) || <span className="unit">{say.noAlert}</span> },
    { id: 'setBy', title: title.setBy, lesser: 'least', value: ({ setBy }) => say.setBy[setBy] },
    { id: 'setAt', title: title.setAt, lesser: 'least', value: ({ setAt }) => setAt, show: ({ setAt }) => <Moment at={Date.parse(setAt)} dated /> },
    ...(budgets.some(mayChange) ? [{ id: 'acts', title: title.acts, value: () => '', show: (budget: Budget, { expanded, onOpen }: { readonly expanded: boolean; readonly onOpen: () => void }) => mayChange(budget) && (
      <button type="button" className="button quiet" aria-expanded={expanded} aria-label={say.change(budget.id)} onClick={onOpen}>{expanded ? say.close : say.open}</button>
    ) }] : []),
  ];
}

/** Whose calls it counts, in words. */
export function scopeText({ of, project, key, user }: Budget): string {
  return of === 'organisation' ? say.scopes.organisation : `${say.scopes[of]} ${project ?? key ?? user ?? ''}`;
}

function usedShare(budget: Budget): number {
  const { spent, reserved } = usedOf(budget);
  return spent + reserved;
}

/** Those of the limit that is in force; former ones are in the list below. */
const alertsText = ({ alerts, limit }: Budget): string => alerts.filter((alert) => alert.limit === limit).map(({ percent }) => say.alert(percent)).join(', ');

/** At least two digits behind the point, as people write amounts. */
function withCents(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}
