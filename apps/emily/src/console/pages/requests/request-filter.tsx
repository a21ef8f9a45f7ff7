import { useState, type FormEvent, type ReactElement, type RefObject } from 'react';
import type { Hello } from '../../api.ts';
import { requestOutcomes } from '../../api-requests.ts';
import { requestStrings } from '../../strings-of-requests.ts';
import { Choice } from '../../usage/question-form.tsx';
import '../../usage/usage-chart.css';
import { isEmpty, type Asked } from './use-request-question.ts';

const say = requestStrings.filter;

/** Which requests are listed: each choice is asked at once; an id opens one. */
export function RequestFilter({ hello, asked, search, onAsk }: {
  readonly hello: Hello;
  readonly asked: Asked;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onAsk: (change: Partial<Asked>, how?: 'push' | 'replace') => void;
}): ReactElement {
  const [id, setId] = useState('');
  const open = (event: FormEvent): void => {
    event.preventDefault();
    if (id.trim() !== '') onAsk({ request: id.trim() });
  };
  return (
    <search className="usage-form" aria-label={say.label}>
      <form className="request-search" onSubmit={open}>
        <label>{say.id}<input ref={search} className="field" type="search" value={id} placeholder={say.idHint} aria-keyshortcuts="/" spellCheck={false} autoComplete="off" onChange={(event) => setId(event.target.value)} onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()} /></label>
        <button type="submit" className="button">{say.open}</button>
      </form>
      <Choice label={say.tenant} value={asked.tenant} options={offered(hello.tenants, asked.tenant)} onChoose={(tenant) => onAsk({ tenant })} />
      <Choice label={say.model} value={asked.model} options={offered(hello.models.map((model) => ({ id: model.id, name: model.id })), asked.model)} onChoose={(model) => onAsk({ model })} />
      <Choice label={say.outcome} value={asked.outcome} options={offered(requestOutcomes.map((one) => ({ id: one, name: requestStrings.outcomes[one] })), asked.outcome)} onChoose={(outcome) => onAsk({ outcome })} />
      <label>{say.key}<input className="field" type="search" value={asked.key} placeholder={say.any} spellCheck={false} autoComplete="off" onChange={(event) => onAsk({ key: event.target.value }, 'replace')} /></label>
      <label>{say.user}<input className="field" type="search" value={asked.user} placeholder={say.any} spellCheck={false} autoComplete="off" onChange={(event) => onAsk({ user: event.target.value }, 'replace')} /></label>
      <button type="button" className="button" disabled={isEmpty(asked)} onClick={() => onAsk({ tenant: '', model: '', outcome: '', key: '', user: '' })}>{say.clear}</button>
    </search>
  );
}

type Named = { readonly id: string; readonly name: string };

/** All, each, and what a deep link asks for and is there no more. */
const offered = (all: readonly Named[], chosen: string): readonly Named[] =>
  [{ id: '', name: say.any }, ...all, ...(chosen === '' || all.some(({ id }) => id === chosen) ? [] : [{ id: chosen, name: chosen }])];
