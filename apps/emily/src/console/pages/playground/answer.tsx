import { useId, type ReactElement } from 'react';
import type { RequestRow } from '../../api-requests.ts';
import { formatMoney } from '../../format/amount.ts';
import { formatCount } from '../../format/number.ts';
import { onPageLink, pageHref } from '../../shell/page-id.ts';
import { playgroundStrings } from '../../strings-of-playground.ts';
import type { Turn } from './turn.ts';

const say = playgroundStrings;

/** One question with its answer, its tokens and what it costs; the request opens to its facts for who may see those. */
export function Answer({ turn, watches }: { readonly turn: Turn; readonly watches: boolean }): ReactElement {
  const { model, prompt, answer, state, problem } = turn;
  const heading = useId();
  return (
    <article className="turn" aria-labelledby={heading} aria-busy={state === 'answering'}>
      <h3 id={heading}>{say.you}</h3>
      <p className="turn-words">{prompt}</p>
      <h3>{model}</h3>
      <p className="turn-words">{answer === '' ? (state === 'answering' ? say.answering : say.noWords) : answer}</p>
      {problem !== null && <p className="turn-problem" role="alert">{say.failed(problem)}</p>}
      <output className="turn-cost"><Cost turn={turn} watches={watches} /></output>
    </article>
  );
}

function Cost({ turn: { state, request, told, untold }, watches }: { readonly turn: Turn; readonly watches: boolean }): ReactElement | null {
  if (untold !== null) return <>{say.unpriced(untold)}</>;
  if (told === null) return state === 'answering' || request === null ? null : <>{say.pricing}</>;
  const { outcome, amount, currency, units } = told;
  return <>
    <b>{amount === null ? say.free : formatMoney(amount, currency)}</b>
    <span>{say.outcomes[outcome]}</span>
    {units !== null && <span>{say.tokens(formatCount(units.inputTokens), formatCount(units.cachedInputTokens), formatCount(units.outputTokens))}</span>}
    <span>{provenanceText(told)}</span>
    <Request id={told.id} watches={watches} />
  </>;
}

const provenanceText = ({ provenance }: RequestRow): string => (provenance === null ? '' : (say.provenance as Readonly<Record<string, string>>)[provenance] ?? provenance);

function Request({ id, watches }: { readonly id: string; readonly watches: boolean }): ReactElement {
  if (!watches) return <span className="turn-request">{say.request(id)}</span>;
  return <a className="turn-request" href={pageHref('requests', { request: id })} onClick={onPageLink('requests', { request: id })}>{say.request(id)}</a>;
}
