import type { ReactElement, ReactNode } from 'react';
import type { RequestInvoice, RequestStory } from '../../api-requests.ts';
import type { Evidence, Finality } from '../../api.ts';
import { formatMoney } from '../../format/amount.ts';
import { formatCount } from '../../format/number.ts';
import { formatBorder, formatMoment } from '../../format/time.ts';
import { onPageLink, pageHref } from '../../shell/page-id.ts';
import { requestStrings } from '../../strings-of-requests.ts';
import { strings } from '../../strings.ts';
import { EvidenceMarks } from '../../truth/evidence-mark.tsx';
import { FinalityChip } from '../../truth/finality-chip.tsx';

const say = requestStrings.one;

/** The windows of usage and the line of the invoice that it went to, each with how sure that is. */
export function RequestPlaces({ story: { windows, invoice } }: { readonly story: RequestStory }): ReactElement {
  return (
    <div className="request-part">
      <h3>{say.where}</h3>
      {windows.length === 0 && invoice === null && <p className="unit">{say.nowhere}</p>}
      <ul className="request-places">
        {windows.map(({ window, start, end, requests, finality, evidence }) => (
          <Place key={window} title={say.windows[window]} finality={finality} evidence={evidence}>
            {window === 'minute' ? say.period(formatMoment(start), formatMoment(end)) : say.period(formatBorder(start, invoice?.period.zone ?? 'UTC'), formatBorder(end, invoice?.period.zone ?? 'UTC'))}
            <br />{say.windowOf(formatCount(requests))}
          </Place>
        ))}
        {invoice !== null && <InvoicePlace invoice={invoice} />}
      </ul>
    </div>
  );
}

function InvoicePlace({ invoice: { id, tenant, user, finality, evidence, currency, line } }: { readonly invoice: RequestInvoice }): ReactElement {
  const params = { tenant, q: user };
  return (
    <Place title={say.invoice} finality={finality} evidence={evidence}>
      <a href={pageHref('now', params)} onClick={onPageLink('now', params)}>{id}</a>
      {line !== null && <><br />{say.line(formatCount(line.quantity), formatMoney(line.unitPrice, currency), formatMoney(line.amount, currency))}</>}
    </Place>
  );
}

const Place = ({ title, finality, evidence, children }: { readonly title: string; readonly finality: Finality; readonly evidence: readonly Evidence[]; readonly children: ReactNode }): ReactElement => (
  <li>
    <p><b>{title}</b> <FinalityChip finality={finality}>{strings.finality[finality]}</FinalityChip> <EvidenceMarks evidence={evidence} named /></p>
    <p className="request-place">{children}</p>
  </li>
);
