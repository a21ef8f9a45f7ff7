import type { ReactElement } from 'react';
import type { Now, TenantUsage } from '../../api.ts';
import { compareAmounts, fractionDigits, shareOf } from '../../format/amount.ts';
import { AmountInColumn } from '../../format/amount-in-column.tsx';
import { formatCount } from '../../format/number.ts';
import { Panel } from '../../shell/panel.tsx';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { ShareBar } from '../../table/share-bar.tsx';
import { Sure } from '../../truth/sure.tsx';

/** Who used what this month, and what it comes to. */
export function Tenants({ now }: { readonly now: Now }): ReactElement {
  const { month } = now;
  const title = strings.now.sections.tenants;
  const columns = tenantColumns(now);
  const total: TenantUsage = { tenant: '', name: strings.now.tenants.all, requests: month.requests, inputTokens: month.inputTokens, outputTokens: month.outputTokens, amount: month.amount };
  return (
    <Panel
      id="tenants" title={title}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(title)} onClick={() => downloadCsv(`emily-tenants-${month.label}-commit-${now.commit}.csv`, tableCsv(month.byTenant, columns))}>{strings.csv}</button>}
    >
      <DataTable
        caption={title} columns={columns} rows={month.byTenant} rowKey={({ tenant }) => tenant} order={{ by: 'amount', descending: true }}
        total={{ label: total.name, row: total }} empty={strings.now.noUsage}
      />
    </Panel>
  );
}

function tenantColumns({ month, frontier }: Now): readonly Column<TenantUsage>[] {
  const { columns: say } = strings.now.tenants;
  const standing = { finality: month.finality, evidence: month.evidence, frontier, period: month };
  const digits = fractionDigits([month.amount, ...month.byTenant.map(({ amount }) => amount)]);
  return [
    { id: 'name', title: say.tenant, value: ({ name }) => name },
    { id: 'tenant', title: say.id, hidden: true, value: ({ tenant }) => tenant },
    { id: 'requests', title: say.requests, numeric: true, value: ({ requests }) => requests, show: ({ requests }) => formatCount(requests) },
    { id: 'input', title: say.input, numeric: true, lesser: true, value: ({ inputTokens }) => inputTokens, show: ({ inputTokens }) => formatCount(inputTokens) },
    { id: 'output', title: say.output, numeric: true, lesser: true, value: ({ outputTokens }) => outputTokens, show: ({ outputTokens }) => formatCount(outputTokens) },
    {
      id: 'amount', title: strings.amountIn(say.amount, month.currency), numeric: true, value: ({ amount }) => amount, compare: (a, b) => compareAmounts(a.amount, b.amount),
      show: ({ amount }) => <Sure standing={standing}><AmountInColumn decimal={amount} digits={digits} /></Sure>,
    },
    {
      id: 'share', title: say.share, numeric: true, lesser: 'least', value: ({ amount }) => shareOf(amount, month.amount),
      show: ({ amount }) => <ShareBar share={shareOf(amount, month.amount)} finality={month.finality} />,
    },
    { id: 'finality', title: strings.finalityTitle, hidden: true, value: () => month.finality },
    { id: 'evidence', title: strings.evidenceTitle, hidden: true, value: () => month.evidence.join(' ') },
  ];
}
