import { useEffect, type ReactElement, type ReactNode } from 'react';
import type { Now } from '../../api.ts';
import { accountPaths, type Act, type Audit, type BudgetRow, type KeyRow } from '../../api-accounts.ts';
import { usePolled } from '../../live/use-polled.ts';
import { onPageLink, pageHref, type PageId } from '../../shell/page-id.ts';
import { goToSection, Panel } from '../../shell/panel.tsx';
import { tenantStrings } from '../../strings-of-accounts.ts';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { actColumns } from '../audit/act-columns.tsx';
import { budgetColumns, keyColumns } from './tenant-columns.tsx';

const ASK_EVERY_MS = 5_000;
const FIRST_ROWS = 10;
const say = tenantStrings;

/** One tenant: its keys, its budgets, and who did what about it and when. */
export function TenantPanel({ tenant, name, now, currency, audits, onClose }: {
  readonly tenant: string;
  readonly name: string;
  readonly now: Now;
  readonly currency: string;
  /** Whether who looks may see who did what. */
  readonly audits: boolean;
  readonly onClose: () => void;
}): ReactElement {
  const keys = usePolled<{ readonly data: readonly KeyRow[] }>(accountPaths.keys(tenant), ASK_EVERY_MS, now.at);
  const budgets = usePolled<{ readonly data: readonly BudgetRow[] }>(accountPaths.budgets(tenant), ASK_EVERY_MS, now.at);
  const audit = usePolled<Audit>(audits ? accountPaths.audit(0, tenant) : null, ASK_EVERY_MS, now.at);
  useEffect(() => goToSection('one'), []);
  const close = (): void => {
    onClose();
    document.getElementById('tenants-title')?.focus();
  };
  const acts: readonly Act[] | undefined = audit.answer?.data.toReversed();
  return (
    <Panel
      id="one" title={say.title(name, tenant)} problem={keys.problem ?? budgets.problem ?? audit.problem}
      tools={<button type="button" className="button" onClick={close}>{say.close}</button>}
    >
      <p className="tenant-links">
        <PageLink page="requests" params={{ tenant }}>{say.requests}</PageLink>
        <PageLink page="now" params={{ tenant }}>{say.invoices}</PageLink>
        {audits && <PageLink page="audit" params={{ tenant }}>{say.allActs}</PageLink>}
      </p>
      <Part id="keys" tenant={tenant} rows={keys.answer?.data} columns={keyColumns(now.at)} rowKey={({ id }) => id} empty={say.keys.none} />
      <Part id="budgets" tenant={tenant} rows={budgets.answer?.data} columns={budgetColumns(budgets.answer?.data ?? [], currency)} rowKey={({ id }) => id} empty={say.budgets.none} />
      {audits && <Part id="acts" tenant={tenant} rows={acts} columns={actColumns(now.at)} rowKey={({ number }) => String(number)} empty="" />}
    </Panel>
  );
}

function Part<Row>({ id, tenant, rows, columns, rowKey, empty }: {
  readonly id: 'keys' | 'budgets' | 'acts';
  readonly tenant: string;
  readonly rows: readonly Row[] | undefined;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly empty: string;
}): ReactElement {
  const title = say.sections[id];
  return <>
    <div className="panel-head">
      <h3 id={`${id}-title`} tabIndex={-1}>{title}</h3>
      <div className="panel-tools"><button type="button" className="button quiet" aria-label={strings.csvOf(title)} disabled={rows === undefined || rows.length === 0} onClick={() => downloadCsv(`emily-${tenant}-${id}.csv`, tableCsv(rows ?? [], columns))}>{strings.csv}</button></div>
    </div>
    {rows === undefined ? <p className="table-empty">{say.asking}</p> : <DataTable caption={title} columns={columns} rows={rows} rowKey={rowKey} first={FIRST_ROWS} empty={empty} />}
  </>;
}

const PageLink = ({ page, params, children }: { readonly page: PageId; readonly params: Readonly<Record<string, string>>; readonly children: ReactNode }): ReactElement =>
  <a href={pageHref(page, params)} onClick={onPageLink(page, params)}>{children}</a>;
