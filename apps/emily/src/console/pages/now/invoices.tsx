import { useMemo, type ReactElement, type RefObject } from 'react';
import { INVOICES_MAX, paths, type Hello, type Invoice, type Invoices, type Now } from '../../api.ts';
import { formatCount } from '../../format/number.ts';
import { usePolled } from '../../live/use-polled.ts';
import { Panel } from '../../shell/panel.tsx';
import { useQueryParam } from '../../shell/query-param.ts';
import { strings } from '../../strings.ts';
import { tableCsv } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { invoiceColumns, InvoiceLines } from './invoice-columns.tsx';
import { filterInvoices } from './invoice-filter.ts';
import './invoices.css';

const ASK_EVERY_MS = 10_000;
/** Rows shown before the reader asks for the rest. */
const FIRST_ROWS = 25;

const say = strings.now.invoices;
const linesOf = (invoice: Invoice): ReactElement => <InvoiceLines invoice={invoice} />;

/** The invoices of the month, one per user, with search and filters that stay in the address. */
export function InvoicesPanel({ now, hello, search }: { readonly now: Now; readonly hello: Hello; readonly search: RefObject<HTMLInputElement | null> }): ReactElement {
  const { label, currency } = now.month;
  const { answer, problem } = usePolled<Invoices>(paths.invoices(label), ASK_EVERY_MS, now.at);
  const [words, setWords] = useQueryParam('q', '');
  const [tenant, setTenant] = useQueryParam('tenant', '');
  const [status, setStatus] = useQueryParam('status', '');

  const names = useMemo(() => new Map(hello.tenants.map(({ id, name }) => [id, name])), [hello]);
  const tenantName = (id: string): string => names.get(id) ?? id;
  const invoices = answer?.data ?? [];
  const found = filterInvoices(invoices, { search: words, tenant, status }, tenantName);
  const columns = invoiceColumns(found, currency, answer?.asOf ?? now, tenantName);
  const clear = (): void => {
    for (const set of [setWords, setTenant, setStatus]) set('');
  };

  return (
    <Panel
      id="invoices" title={strings.now.sections.invoices} commit={answer?.asOf.commit} problem={problem}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(strings.now.sections.invoices)} onClick={() => downloadCsv(`emily-invoices-${label}-commit-${answer?.asOf.commit ?? now.commit}.csv`, tableCsv(found, columns))}>{strings.csv}</button>}
    >
      <search className="invoice-filter">
        <input
          ref={search} type="search" className="field" value={words} placeholder={say.search} aria-label={say.search} aria-keyshortcuts="/" spellCheck={false} autoComplete="off"
          onChange={(event) => setWords(event.target.value)} onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
        <select className="field" aria-label={say.tenant} value={tenant} onChange={(event) => setTenant(event.target.value)}>
          <option value="">{say.anyTenant}</option>
          {hello.tenants.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
        </select>
        <select className="field" aria-label={say.status} value={status} onChange={(event) => setStatus(event.target.value)}>
          <option value="">{say.anyStatus}</option>
          <option value="open">{say.open}</option>
          <option value="final">{say.final}</option>
        </select>
        <output className="invoice-count">{answer !== null && say.count(formatCount(found.length), formatCount(invoices.length))}</output>
      </search>
      <DataTable
        caption={strings.now.sections.invoices} columns={columns} rows={found} rowKey={({ id }) => id} details={linesOf} order={{ by: 'total', descending: true }} first={FIRST_ROWS}
        empty={invoices.length === 0 ? say.none : <>{words === '' ? say.noneSo : say.noMatch(words)} <button type="button" className="button" onClick={clear}>{say.clear}</button></>}
      />
      {invoices.length >= INVOICES_MAX && <footer className="invoice-foot">{say.top(formatCount(INVOICES_MAX))}</footer>}
    </Panel>
  );
}
