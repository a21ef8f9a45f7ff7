import type { ReactElement } from 'react';
import type { AsOf, Invoice, InvoiceLine } from '../../api.ts';
import { compareAmounts, fractionDigits } from '../../format/amount.ts';
import { AmountInColumn } from '../../format/amount-in-column.tsx';
import { formatCount } from '../../format/number.ts';
import { formatBorder } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import type { Column } from '../../table/column.ts';
import { EvidenceMarks } from '../../truth/evidence-mark.tsx';
import { FinalityChip } from '../../truth/finality-chip.tsx';
import { Sure } from '../../truth/sure.tsx';
import type { Standing } from '../../truth/why.ts';

const say = strings.now.invoices;

/** The columns of the invoices; the total is a button that opens the lines it is the sum of. */
export function invoiceColumns(invoices: readonly Invoice[], currency: string, asOf: AsOf, tenantName: (id: string) => string): readonly Column<Invoice>[] {
  const digits = fractionDigits(invoices.map(({ total }) => total));
  return [
    {
      id: 'user', title: say.columns.user, value: ({ user }) => user,
      show: ({ user, measured }) => <>{user === '' ? <span className="unit">{say.noUser}</span> : user}{measured === 'elsewhere' && <span className="unit"> {say.elsewhere}</span>}</>,
    },
    { id: 'tenant', title: say.columns.tenant, lesser: true, value: ({ tenant }) => tenantName(tenant) },
    { id: 'tenantId', title: strings.tenantIdTitle, hidden: true, value: ({ tenant }) => tenant },
    { id: 'number', title: say.columns.number, lesser: 'least', value: ({ number }) => number ?? '', show: ({ number, status }) => number ?? <span className="unit">{say.noNumber[status]}</span> },
    { id: 'status', title: say.columns.status, value: ({ status }) => status, show: ({ status, finality }) => <FinalityChip finality={finality}>{say[status]}</FinalityChip> },
    { id: 'evidence', title: say.columns.evidence, lesser: 'least', value: ({ evidence }) => evidence.join(' '), show: ({ evidence }) => <EvidenceMarks evidence={evidence} named /> },
    { id: 'requests', title: say.columns.requests, numeric: true, lesser: true, value: billedRequests, show: (invoice) => formatCount(billedRequests(invoice)) },
    {
      id: 'total', title: strings.amountIn(say.columns.amount, currency), numeric: true, value: ({ total }) => total, compare: (a, b) => compareAmounts(a.total, b.total),
      show: (invoice, details) => (
        <Sure standing={standingOf(invoice, asOf)} opens={details}><AmountInColumn decimal={invoice.total} digits={digits} /></Sure>
      ),
    },
    { id: 'currency', title: strings.currencyTitle, hidden: true, value: (invoice) => invoice.currency },
    { id: 'from', title: say.columns.from, hidden: true, value: ({ period }) => new Date(period.start).toISOString() },
    { id: 'to', title: say.columns.to, hidden: true, value: ({ period }) => new Date(period.end).toISOString() },
    { id: 'zone', title: say.columns.zone, hidden: true, value: ({ period }) => period.zone },
    { id: 'measured', title: say.columns.measured, hidden: true, value: ({ measured }) => say.measured[measured] },
  ];
}

/** What a total is made of: quantity × unit price = amount, line by line. */
export function InvoiceLines({ invoice }: { readonly invoice: Invoice }): ReactElement {
  const { lines, period, currency } = invoice;
  const priceDigits = fractionDigits(lines.map(({ unitPrice }) => unitPrice));
  const amountDigits = fractionDigits(lines.map(({ amount }) => amount));
  return (
    <div className="invoice-lines">
      <p>{say.period(formatBorder(period.start, period.zone), formatBorder(period.end, period.zone))}</p>
      <table aria-label={say.lines(invoice.user)}>
        <thead>
          <tr>
            <th scope="col">{say.line.unit}</th>
            <th scope="col" className="number">{say.line.quantity}</th>
            <th scope="col" className="number">{strings.amountIn(say.line.unitPrice, currency)}</th>
            <th scope="col">{say.line.priceId}</th>
            <th scope="col" className="number">{strings.amountIn(say.line.amount, currency)}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.unit} ${line.priceId}`}>
              <th scope="row">{line.unit}</th>
              <td className="number">{formatCount(line.quantity)}</td>
              <td className="number">× <AmountInColumn decimal={line.unitPrice} digits={priceDigits} /></td>
              <td><code>{line.priceId}</code></td>
              <td className="number">= <AmountInColumn decimal={line.amount} digits={amountDigits} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/* An open one is as complete as the side it bills: our gateways, or what is sent in. */
function standingOf({ finality, evidence, period, measured }: Invoice, asOf: AsOf): Standing {
  const side = measured === 'here' ? asOf : (asOf.sentIn ?? { frontier: null, evidence: [] });
  return { finality, evidence: finality === 'final' ? evidence : side.evidence, frontier: side.frontier, period, measured };
}

const billedRequests = ({ lines }: Invoice): number =>
  lines.filter(({ unit }: InvoiceLine) => unit === 'requests').reduce((sum, { quantity }) => sum + quantity, 0);
