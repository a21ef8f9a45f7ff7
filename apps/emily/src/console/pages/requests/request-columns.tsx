import type { ReactElement } from 'react';
import { compareAmounts, fractionDigits } from '../../format/amount.ts';
import { AmountInColumn } from '../../format/amount-in-column.tsx';
import { Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/number.ts';
import { isFar } from '../../format/time.ts';
import type { RequestRow } from '../../api-requests.ts';
import { onPageLink, pageHref } from '../../shell/page-id.ts';
import { requestStrings } from '../../strings-of-requests.ts';
import { strings } from '../../strings.ts';
import type { Column } from '../../table/column.ts';
import { paramsOf, type Asked } from './use-request-question.ts';

const say = requestStrings;
/** As much of an id as tells requests apart at a glance. */
const ID_SHOWN_LENGTH = 8;

/** The columns of the list; an id is a link to what became of the request. */
export function requestColumns(rows: readonly RequestRow[], asked: Asked, at: number, currency: string, tenantName: (id: string) => string): readonly Column<RequestRow>[] {
  const { columns } = say;
  const digits = fractionDigits(rows.flatMap(({ amount }) => amount ?? []));
  return [
    { id: 'id', title: columns.id, value: ({ id }) => id, show: ({ id }) => <RequestLink id={id} asked={asked} /> },
    { id: 'at', title: columns.at, value: ({ admittedAt }) => new Date(admittedAt).toISOString(), show: ({ admittedAt }) => <Moment at={admittedAt} dated={isFar(admittedAt, at)} /> },
    { id: 'tenant', title: columns.tenant, lesser: true, value: ({ tenant }) => (tenant === null ? '' : tenantName(tenant)) },
    { id: 'tenantId', title: strings.tenantIdTitle, hidden: true, value: ({ tenant }) => tenant ?? '' },
    { id: 'model', title: columns.model, lesser: true, value: ({ model }) => model ?? '' },
    { id: 'user', title: columns.user, lesser: 'least', value: ({ user }) => user ?? '' },
    { id: 'key', title: columns.key, lesser: 'least', value: ({ key }) => key ?? '', show: ({ key }) => key !== null && <code>{key}</code> },
    { id: 'outcome', title: columns.outcome, value: ({ outcome }) => outcome, show: (row) => <OutcomeWord row={row} /> },
    { id: 'status', title: columns.status, hidden: true, value: ({ refusal }) => refusal?.status ?? '' },
    { id: 'code', title: columns.code, hidden: true, value: ({ refusal }) => refusal?.code ?? '' },
    count('input', columns.input, ({ units }) => units?.inputTokens, true),
    { id: 'cached', title: columns.cached, hidden: true, value: ({ units }) => units?.cachedInputTokens ?? '' },
    count('output', columns.output, ({ units }) => units?.outputTokens, true),
    { id: 'provenance', title: columns.provenance, hidden: true, value: ({ provenance }) => provenance ?? '' },
    { id: 'replica', title: columns.replica, hidden: true, value: ({ replica }) => replica ?? '' },
    count('first', columns.firstToken, ({ firstTokenMs }) => firstTokenMs, 'least'),
    count('total', columns.total, ({ totalMs }) => totalMs, 'least'),
    {
      id: 'amount', title: strings.amountIn(columns.amount, currency), numeric: true, value: ({ amount }) => amount ?? '', compare: (a, b) => compareAmounts(a.amount ?? '-1', b.amount ?? '-1'),
      show: ({ amount, outcome }) => (amount === null ? <span className="unit">{outcome === 'open' ? '' : say.free}</span> : <AmountInColumn decimal={amount} digits={digits} />),
    },
    { id: 'writtenOff', title: columns.writtenOff, hidden: true, value: ({ writtenOff }) => writtenOff ?? '' },
  ];
}

function RequestLink({ id, asked }: { readonly id: string; readonly asked: Asked }): ReactElement {
  const { page: _page, ...params } = paramsOf({ ...asked, request: id });
  return <a className="request-link" href={pageHref('requests', params)} title={id} aria-label={say.openRequest(id)} onClick={onPageLink('requests', params)}><code>{shortId(id)}</code></a>;
}

/** How a request ended, in words; what is not as it should be stands out. */
export function OutcomeWord({ row: { outcome, refusal } }: { readonly row: RequestRow }): ReactElement {
  if (refusal !== null) return <span className="request-outcome bad">{say.refused(String(refusal.status))} <span className="request-code">{refusal.code}</span></span>;
  return <span className={`request-outcome${outcome === 'failed' || outcome === 'lost' ? ' bad' : ''}${outcome === 'open' ? ' open' : ''}`}>{say.outcomes[outcome]}</span>;
}

/* The last digits: the first are the same for ids that count. */
const shortId = (id: string): string => (id.length <= ID_SHOWN_LENGTH ? id : `…${id.slice(-ID_SHOWN_LENGTH + 1)}`);

const count = (id: string, title: string, of: (row: RequestRow) => number | null | undefined, lesser: true | 'least'): Column<RequestRow> =>
  ({ id, title, numeric: true, lesser, value: (row) => of(row) ?? '', compare: (a, b) => (of(a) ?? -1) - (of(b) ?? -1), show: (row) => { const value = of(row); return typeof value === 'number' ? formatCount(value) : ''; } });
