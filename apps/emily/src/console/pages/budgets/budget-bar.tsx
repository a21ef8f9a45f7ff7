import type { ReactElement } from 'react';
import type { Budget } from '../../api-budgets.ts';
import { formatMoney } from '../../format/amount.ts';
import { formatShare } from '../../format/number.ts';
import { budgetStrings } from '../../strings-of-budgets.ts';
import { usedOf } from './used.ts';

/** Where a budget stands: what is spent is solid, what calls under way hold back is hatched. */
export function BudgetBar({ budget }: { readonly budget: Budget }): ReactElement {
  const { spent, reserved, state } = usedOf(budget);
  const { currency, current, limit } = budget;
  const percent = formatShare(spent + reserved);
  return (
    <span className={`budget-bar ${state}`} title={budgetStrings.used(percent, formatMoney(current.spent, currency), formatMoney(current.reserved, currency), formatMoney(limit, currency))}>
      <span className="budget-track" aria-hidden="true">
        <span className="budget-spent" style={{ inlineSize: `${spent * 100}%` }} />
        <span className="budget-reserved" style={{ inlineSize: `${reserved * 100}%` }} />
      </span>
      <span className="budget-figure">{state === 'full' ? budgetStrings.over : percent}</span>
    </span>
  );
}
