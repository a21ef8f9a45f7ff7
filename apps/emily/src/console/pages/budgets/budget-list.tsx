import { useMemo, type ReactElement, type ReactNode } from 'react';
import type { Hello } from '../../api.ts';
import type { Budget } from '../../api-budgets.ts';
import { formatMoney } from '../../format/amount.ts';
import { formatMoment } from '../../format/time.ts';
import { Panel } from '../../shell/panel.tsx';
import { budgetStrings } from '../../strings-of-budgets.ts';
import { strings } from '../../strings.ts';
import { tableCsv } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { budgetColumns } from './budget-columns.tsx';
import { ChangeBudget } from './change-budget.tsx';

const say = budgetStrings;
const title = say.sections.list;
const FIRST_ROWS = 100;

/** The budgets of a tenant, what is left in each, and the alerts of their present periods. */
export function BudgetList({ hello, tenant, budgets, problem, onChanged }: {
  readonly hello: Hello;
  readonly tenant: string;
  /** Null: not known yet. */
  readonly budgets: readonly Budget[] | null;
  readonly problem: string | null;
  readonly onChanged: () => void;
}): ReactElement {
  const { may, who } = hello;
  const administers = may.includes('administer');
  const columns = useMemo(() => budgetColumns(budgets ?? [], (budget) => administers && budget.kind !== 'credit' && (who.tenant === null || budget.setBy === 'tenant')), [budgets, administers, who]);
  return (
    <Panel
      id="budgets" title={title} problem={problem}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(title)} disabled={(budgets ?? []).length === 0} onClick={() => downloadCsv('emily-budgets.csv', tableCsv(budgets ?? [], columns))}>{strings.csv}</button>}
    >
      {!administers && <p className="usage-note">{say.readOnly}</p>}
      {budgets === null
        ? problem === null && <p className="table-empty">{say.asking}</p>
        : <DataTable caption={title} columns={columns} rows={budgets} rowKey={({ tenant: of, id }) => `${of} ${id}`} first={FIRST_ROWS} empty={administers ? say.none : say.noneToRead} details={changing(tenant, onChanged)} />}
      {budgets !== null && <Alerts budgets={budgets} />}
      <footer className="budget-legend">
        <span><i className="budget-spent" aria-hidden="true" />{say.legend.spent}</span>
        <span><i className="budget-reserved" aria-hidden="true" />{say.legend.reserved}</span>
      </footer>
    </Panel>
  );
}

function Alerts({ budgets }: { readonly budgets: readonly Budget[] }): ReactElement | null {
  const all = budgets.flatMap(({ id, currency, alerts }) => alerts.map((alert) => ({ id, currency, ...alert }))).toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.percent - a.percent);
  if (all.length === 0) return null;
  return (
    <section className="budget-alerts" aria-label={say.alertsTitle}>
      <h3>{say.alertsTitle}</h3>
      <ul>{all.map(({ id, percent, limit, currency, at }) => <li key={`${id} ${percent} ${limit}`}>{say.alertAt(percent, id, formatMoney(limit, currency), formatMoment(Date.parse(at)))}</li>)}</ul>
    </section>
  );
}

const changing = (tenant: string, onChanged: () => void) => (budget: Budget): ReactNode => <ChangeBudget of={budget} tenant={tenant} onChanged={onChanged} />;
