import type { ReactElement } from 'react';
import type { RequestStory, RequestUnits } from '../../api-requests.ts';
import { formatMoney } from '../../format/amount.ts';
import { formatCount } from '../../format/number.ts';
import { requestStrings } from '../../strings-of-requests.ts';

const say = requestStrings.one;
const units = ['requests', 'inputTokens', 'cachedInputTokens', 'outputTokens'] as const;

/** What was used, who counted it, and what it comes to at the price that was locked. */
export function RequestUnitsTable({ story: { request, price } }: { readonly story: RequestStory }): ReactElement {
  const { unitColumns: columns } = say;
  const from = (unit: keyof RequestUnits): string => (unit === 'requests' || request.provenance === null ? '' : nameOf(request.provenance));
  return (
    <div className="request-part">
      <h3 id="request-units">{say.units}</h3>
      {request.units === null ? <p className="unit">{say.none}</p> : (
        <table className="request-table" aria-labelledby="request-units">
          <thead><tr><th scope="col">{columns.unit}</th><th scope="col" className="number">{columns.quantity}</th><th scope="col">{columns.from}</th><th scope="col" className="number">{columns.price}</th></tr></thead>
          <tbody>
            {units.map((unit) => (
              <tr key={unit}>
                <th scope="row">{say.unitNames[unit]}</th>
                <td className="number">{formatCount(request.units?.[unit] ?? 0)}</td>
                <td>{from(unit)}</td>
                <td className="number">{price?.unit === unit ? `× ${formatMoney(price.unitPrice, price.currency)}` : <span className="unit">{say.noPrice}</span>}</td>
              </tr>
            ))}
          </tbody>
          {request.amount !== null && <tfoot><tr><th scope="row" colSpan={3}>{say.sum}</th><td className="number">= {formatMoney(request.amount, request.currency)}</td></tr></tfoot>}
        </table>
      )}
      {price !== null && <p className="unit">{say.priceOf(price.id, price.reason)}</p>}
    </div>
  );
}

/** A newer server may count in ways that this page does not know. */
const nameOf = (provenance: string): string => (say.provenances as Readonly<Record<string, string>>)[provenance] ?? provenance;
