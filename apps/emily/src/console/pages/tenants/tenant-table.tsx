import type { ReactElement } from 'react';
import type { Now } from '../../api.ts';
import type { TenantRow } from '../../api-accounts.ts';
import { compareAmounts, fractionDigits, shareOf } from '../../format/amount.ts';
import { AmountInColumn } from '../../format/amount-in-column.tsx';
import { Moment } from '../../format/moment.tsx';
import { formatCount, type Count } from '../../format/number.ts';
import { isFar } from '../../format/time.ts';
import { onPageLink, pageHref } from '../../shell/page-id.ts';
import { Panel } from '../../shell/panel.tsx';
import { tenantStrings } from '../../strings-of-accounts.ts';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { ShareBar } from '../../table/share-bar.tsx';
import { Sure } from '../../truth/sure.tsx';
import { tenantRows, type UsedTenant } from './tenant-rows.ts';

const say = tenantStrings;

/** All tenants, with what each used this month and what that comes to; a name opens its keys, budgets and history. */
export function TenantTable({ now, tenants, problem }: { readonly now: Now; readonly tenants: readonly TenantRow[] | null; readonly problem: string | null }): ReactElement {
  const { month } = now;
  const title = say.sections.tenants;
  const rows = tenantRows(tenants ?? [], now);
  const columns = columnsOf(now);
  return (
    <Panel
      id="tenants" title={title} problem={problem}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(title)} disabled={rows.length === 0} onClick={() => downloadCsv(`emily-tenants-${month.label}-commit-${now.commit}.csv`, tableCsv(rows, columns))}>{strings.csv}</button>}
    >
      {tenants === null && problem === null ? <p className="table-empty">{say.asking}</p> : (
        <DataTable
          caption={title} columns={columns} rows={rows} rowKey={({ id }) => id} order={{ by: 'amount', descending: true }} empty={say.none}
          total={{ label: say.all, row: { id: '', name: '', createdAt: null, requests: month.requests, inputTokens: month.inputTokens, outputTokens: month.outputTokens, amount: month.amount } }}
        />
      )}
    </Panel>
  );
}

function columnsOf({ at, month, frontier }: Now): readonly Column<UsedTenant>[] {
  const { columns } = say;
  const standing = { finality: month.finality, evidence: month.evidence, frontier, period: month };
  const digits = fractionDigits([month.amount, ...month.byTenant.map(({ amount }) => amount)]);
  return [
    { id: 'name', title: columns.name, value: ({ name }) => name, show: ({ id, name }) => <a href={pageHref('tenants', { tenant: id })} title={say.open(name)} onClick={onPageLink('tenants', { tenant: id })}>{name}</a> },
    { id: 'id', title: columns.id, lesser: 'least', value: ({ id }) => id },
    { id: 'since', title: columns.since, lesser: 'least', value: ({ createdAt }) => createdAt ?? '', show: ({ createdAt }) => createdAt !== null && <Moment at={Date.parse(createdAt)} dated={isFar(Date.parse(createdAt), at)} /> },
    count('requests', columns.requests),
    count('inputTokens', columns.input, true),
    count('outputTokens', columns.output, true),
    {
      id: 'amount', title: strings.amountIn(columns.amount, month.currency), numeric: true, value: ({ amount }) => amount, compare: (a, b) => compareAmounts(a.amount, b.amount),
      show: ({ amount }) => <Sure standing={standing}><AmountInColumn decimal={amount} digits={digits} /></Sure>,
    },
    { id: 'share', title: columns.share, numeric: true, lesser: 'least', value: ({ amount }) => shareOf(amount, month.amount), show: ({ amount }) => <ShareBar share={shareOf(amount, month.amount)} finality={month.finality} /> },
    { id: 'finality', title: strings.finalityTitle, hidden: true, value: () => month.finality },
    { id: 'evidence', title: strings.evidenceTitle, hidden: true, value: () => month.evidence.join(' ') },
  ];
}

const count = (id: 'requests' | 'inputTokens' | 'outputTokens', title: string, lesser?: true): Column<UsedTenant> =>
  ({ id, title, numeric: true, ...(lesser === undefined ? {} : { lesser }), value: (row) => row[id], compare: (a, b) => compareCounts(a[id], b[id]), show: (row) => formatCount(row[id]) });

function compareCounts(a: Count, b: Count): number {
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
