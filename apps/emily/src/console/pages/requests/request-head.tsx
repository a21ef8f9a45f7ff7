import type { ReactElement } from 'react';
import type { RequestStory } from '../../api-requests.ts';
import { formatMoney } from '../../format/amount.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/number.ts';
import { isFar } from '../../format/time.ts';
import { requestStrings } from '../../strings-of-requests.ts';
import { OutcomeWord } from './request-columns.tsx';

const say = requestStrings.one;

/** Who asked for what, how it ended, and whether it is charged. */
export function RequestHead({ story: { request, unended }, at, tenantName }: { readonly story: RequestStory; readonly at: number; readonly tenantName: (id: string) => string }): ReactElement {
  const { labels } = say;
  const { amount, currency, writtenOff } = request;
  const ms = (value: number | null): string => (value === null ? say.none : say.ms(formatCount(value)));
  return (
    <div className="request-part">
      <p className="request-amount">{amount === null ? (request.outcome === 'open' ? '' : requestStrings.free) : formatMoney(amount, currency)}</p>
      <p><OutcomeWord row={request} />. {say.why[request.why]}</p>
      {writtenOff !== null && <p className="request-odd">{say.writtenOff(formatMoney(writtenOff, currency))}</p>}
      {unended?.timedOut === true && <p className="request-odd">{say.unended.timedOut}</p>}
      {unended?.endCameLate === true && <p className="request-odd">{say.unended.endCameLate}</p>}
      <dl className="request-what">
        <dt>{labels.admitted}</dt><dd><Moment at={request.admittedAt} dated={isFar(request.admittedAt, at)} /></dd>
        <dt>{labels.tenant}</dt><dd>{request.tenant === null ? labels.unknown : tenantName(request.tenant)}</dd>
        <dt>{labels.user}</dt><dd>{request.user === null ? labels.unknown : request.user === '' ? labels.noUser : request.user}</dd>
        <dt>{labels.key}</dt><dd>{request.key === null ? labels.unknown : <code>{request.key}</code>}</dd>
        <dt>{labels.model}</dt><dd>{request.model ?? labels.unknown}</dd>
        <dt>{labels.replica}</dt><dd>{request.replica ?? say.none}</dd>
        <dt>{labels.times}</dt><dd>{say.times(ms(request.firstTokenMs), ms(request.totalMs))}</dd>
      </dl>
    </div>
  );
}
