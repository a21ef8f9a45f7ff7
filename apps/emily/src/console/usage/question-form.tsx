import { useEffect, useId, useRef, type ReactElement } from 'react';
import type { EpochMs } from '../api.ts';
import { usageStrings } from '../strings-of-usage.ts';
import { groups, units, windows, type Group, type Question } from './question.ts';

const say = usageStrings.form;

export type Named = { readonly id: string; readonly name: string };

/** What a question is asked with; each choice is asked at once. */
export function QuestionForm({ question, standard, offered, models, keys, projects = null, onAsk }: {
  readonly question: Question;
  readonly standard: Question;
  /** What can be told apart here. */
  readonly offered: readonly Group[];
  readonly models: readonly Named[];
  /** Null where who is signed in may not see them. */
  readonly keys: readonly Named[] | null;
  readonly projects?: readonly Named[] | null;
  readonly onAsk: (change: Partial<Question>, how?: 'push' | 'replace') => void;
}): ReactElement {
  const isStandard = JSON.stringify(question) === JSON.stringify(standard);
  return (
    <search className="usage-form" aria-label={say.label}>
      <Choice label={say.window} value={question.window} options={windows.map((id) => ({ id, name: say.windows[id] }))} onChoose={(id) => onAsk({ window: id })} />
      <Choice label={say.group} value={question.group} options={groups.filter((one) => offered.includes(one)).map((id) => ({ id, name: say.groups[id] }))} onChoose={(id) => onAsk({ group: id })} />
      <Choice label={say.unit} value={question.unit} options={units.map((id) => ({ id, name: say.units[id] }))} onChoose={(id) => onAsk({ unit: id })} />
      <Choice label={say.model} value={question.model} options={[{ id: '', name: say.any }, ...withChosen(models, question.model)]} onChoose={(model) => onAsk({ model })} />
      {keys !== null && <Choice label={say.key} value={question.key} options={[{ id: '', name: say.any }, ...withChosen(keys, question.key)]} onChoose={(key) => onAsk({ key })} />}
      {projects !== null && <Choice label={say.project} value={question.project} options={[{ id: '', name: say.any }, ...withChosen(projects, question.project)]} onChoose={(project) => onAsk({ project })} />}
      <label>{say.user}<input className="field" type="search" value={question.user} placeholder={say.any} spellCheck={false} autoComplete="off" onChange={(event) => onAsk({ user: event.target.value }, 'replace')} /></label>
      <MomentField label={say.from} at={question.from} onAsk={(from) => onAsk({ from })} />
      <MomentField label={say.to} at={question.to} onAsk={(to) => onAsk({ to })} />
      <button type="button" className="button" disabled={isStandard} onClick={() => onAsk(standard)}>{say.clear}</button>
    </search>
  );
}

export function Choice<Id extends string>({ label, value, options, onChoose }: {
  readonly label: string;
  readonly value: Id;
  readonly options: readonly { readonly id: Id; readonly name: string }[];
  readonly onChoose: (id: Id) => void;
}): ReactElement {
  const field = useId();
  return (
    <div className="usage-field">
      <label htmlFor={field}>{label}</label>
      <select id={field} className="field" value={value} onChange={(event) => onChoose(event.target.value as Id)}>
        {options.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </select>
    </div>
  );
}

/** A moment in the viewer's zone; asked for when it is whole, or empty. What is being typed is the browser's own. */
function MomentField({ label, at, onAsk }: { readonly label: string; readonly at: EpochMs | null; readonly onAsk: (at: EpochMs | null) => void }): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current !== null && field.current !== document.activeElement) field.current.value = localText(at);
  }, [at]);
  const change = ({ value, validity }: HTMLInputElement): void => {
    if (validity.badInput) return;
    const moment = value === '' ? null : new Date(value).getTime();
    if (moment === null || (Number.isFinite(moment) && moment >= 0)) onAsk(moment);
  };
  return <label className="usage-moment">{label}<input ref={field} className="field" type="datetime-local" defaultValue={localText(at)} onChange={(event) => change(event.target)} /></label>;
}

/** As `<input type="datetime-local">` has it: local, to the minute. */
function localText(at: EpochMs | null): string {
  if (at === null) return '';
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** A deep link may name what is there no more: it is offered, or the choice would say something else than the answer. */
const withChosen = (all: readonly Named[], chosen: string): readonly Named[] =>
  (chosen === '' || all.some(({ id }) => id === chosen) ? all : [...all, { id: chosen, name: chosen }]);
