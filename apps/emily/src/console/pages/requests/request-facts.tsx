import type { ReactElement } from 'react';
import type { Count, RequestFact } from '../../api-requests.ts';
import { formatMoney } from '../../format/amount.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/number.ts';
import { isFar } from '../../format/time.ts';
import { requestStrings } from '../../strings-of-requests.ts';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';

const say = requestStrings.one;

/** All that the usage log has of it, in the log's order, each fact under the number that its gateway gave it. */
export function RequestFacts({ id, facts, currency, at }: { readonly id: string; readonly facts: readonly RequestFact[]; readonly currency: string; readonly at: number }): ReactElement {
  const title = requestStrings.sections.facts;
  const columns = columnsAt(at, currency);
  return <>
    <div className="panel-head">
      <h3 id="facts-title" tabIndex={-1}>{title}</h3>
      <div className="panel-tools"><button type="button" className="button quiet" aria-label={strings.csvOf(title)} onClick={() => downloadCsv(`emily-${id}.csv`, tableCsv(facts, columns))}>{strings.csv}</button></div>
    </div>
    <DataTable caption={title} columns={columns} rows={facts} rowKey={({ producer, epoch, sequence }) => `${producer} ${epoch} ${sequence}`} empty="" />
  </>;
}

const columnsAt = (now: number, currency: string): readonly Column<RequestFact>[] => {
  const { factColumns: columns } = say;
  return [
    { id: 'number', title: columns.number, value: numberOf },
    { id: 'producer', title: columns.producer, hidden: true, value: ({ producer }) => producer },
    { id: 'epoch', title: columns.epoch, hidden: true, value: ({ epoch }) => epoch },
    { id: 'sequence', title: columns.sequence, hidden: true, value: ({ sequence }) => sequence },
    { id: 'kind', title: columns.kind, value: ({ kind }) => kindOf(kind) },
    { id: 'at', title: columns.at, lesser: true, value: ({ at }) => new Date(at).toISOString(), show: ({ at }) => <Moment at={at} dated={isFar(at, now)} /> },
    { id: 'says', title: columns.says, value: (fact) => saysOf(fact, currency) },
  ];
};

const numberOf = ({ producer, epoch, sequence }: RequestFact): string => say.number(producer, formatCount(epoch), formatCount(sequence));

/** A newer server may have kinds that this page does not know. */
const kindOf = (kind: string): string => (say.kinds as Readonly<Record<string, string>>)[kind] ?? kind;

function saysOf({ outcome, stream, idempotencyKey, reserve, units, provenance, charge, status, code }: RequestFact, currency: string): string {
  return [
    outcome,
    status === undefined ? undefined : `${status} ${code ?? ''}`,
    stream === undefined ? undefined : stream ? say.says.stream : say.says.whole,
    typeof idempotencyKey === 'string' ? say.says.idempotencyKey(idempotencyKey) : undefined,
    reserve ? say.says.reserve(formatMoney(reserve.amount, currency), budgetsOf(reserve.counts)) : undefined,
    units === undefined ? undefined : say.says.tokens(formatCount(units.inputTokens), formatCount(units.outputTokens)),
    provenance,
    charge ? say.says.charge(formatMoney(charge.charged, currency), budgetsOf(charge.counts)) : undefined,
  ].filter((part) => part !== undefined).join('; ');
}

const budgetsOf = (counts: readonly Count[]): string => counts.map(({ budget, period }) => say.says.budget(budget, period)).join(', ');
