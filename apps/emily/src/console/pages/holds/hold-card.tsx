import { useId, useState, type FormEvent, type ReactElement } from 'react';
import type { Hold, HoldChoice } from '../../api.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/number.ts';
import { isFar } from '../../format/time.ts';
import { decide } from '../../live/decide.ts';
import { holdStrings } from '../../strings-of-holds.ts';

const say = holdStrings;

/** The longest that the server takes, in characters. */
const NAME_LENGTH_MAX = 100;
const REASON_LENGTH_MAX = 500;

/** One hold: what was seen, what waits, and a decision with a name and a reason. */
export function HoldCard({ hold, at, decides, name, onName, onTaken, onFailed }: {
  readonly hold: Hold;
  readonly at: number;
  /** Whether who looks may decide. */
  readonly decides: boolean;
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly onTaken: (choice: HoldChoice) => void;
  readonly onFailed: (problem: string) => void;
}): ReactElement {
  const { id, reason, producer, evidence, since, waits, choices } = hold;
  const [choice, setChoice] = useState<HoldChoice | null>(null);
  const [because, setBecause] = useState('');
  const [busy, setBusy] = useState(false);
  const [lacking, setLacking] = useState(false);
  const card = useId();
  const title = `hold-${id}-title`;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    const decision = choice === null || name.trim() === '' || because.trim() === '' ? null : { choice, by: name.trim(), reason: because.trim() };
    setLacking(decision === null);
    if (decision === null) return;
    setBusy(true);
    try {
      await decide(id, decision);
      // Of a contradiction it says: not now. It stays.
      if (decision.choice === 'wait' && reason === 'contradiction') setChoice(null);
      else onTaken(decision.choice);
    } catch (error) {
      onFailed(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <article className="hold" aria-labelledby={title}>
      <div className="hold-what">
        <h3 id={title} tabIndex={-1}>{say.titleOf(formatCount(id), reasonName(reason), producer === null ? '' : say.about(producer))}</h3>
        <dl>
          <dt>{say.seen}</dt><dd>{evidence}</dd>
          <dt>{say.waits}</dt><dd><Waiting waits={waits} at={at} /></dd>
          <dt>{say.scope}</dt><dd>{scopeText(hold)}</dd>
          <dt>{say.since}</dt><dd><Moment at={since} dated={isFar(since, at)} /></dd>
        </dl>
      </div>
      {!decides && <div><p className="unit">{say.looksOn}</p><ul className="hold-choices">{choices.map((one) => <li key={one}><b>{choiceName(one)}</b> <span className="hold-does">{doesText(hold, one)}</span></li>)}</ul></div>}
      {decides && <form className="hold-form" aria-labelledby={title} noValidate onSubmit={(event) => void submit(event)}>
        <fieldset>
          <legend>{say.choose}</legend>
          {choices.map((one) => (
            <div key={one} className="hold-choice">
              <input type="radio" id={`${card}-${one}`} name={`${card}-choice`} value={one} checked={choice === one} onChange={() => setChoice(one)} />
              <label htmlFor={`${card}-${one}`}><b>{choiceName(one)}</b> <span className="hold-does">{doesText(hold, one)}</span></label>
            </div>
          ))}
        </fieldset>
        <div className="hold-sign">
          <label>{say.by}<input className="field" name="by" autoComplete="name" maxLength={NAME_LENGTH_MAX} value={name} onChange={(event) => onName(event.target.value)} /></label>
          <label className="hold-because">{say.because}<input className="field" name="reason" autoComplete="off" maxLength={REASON_LENGTH_MAX} placeholder={say.becauseHint} value={because} onChange={(event) => setBecause(event.target.value)} /></label>
          <button type="submit" className="button" aria-disabled={busy}>{busy ? say.deciding : say.decide}</button>
        </div>
        <p className="hold-problem" role="alert">{lacking ? say.lacking : ''}</p>
      </form>}
    </article>
  );
}

function Waiting({ waits, at }: { readonly waits: Hold['waits']; readonly at: number }): ReactElement {
  const kept = waits.messages > 0 ? ` ${say.waiting.messages(formatCount(waits.messages))}` : '';
  if (waits.what !== 'frontier') return <>{say.waiting[waits.what]}{kept}</>;
  return <>{say.waiting.frontier}{waits.upTo !== null && <>{say.waiting.upTo}<Moment at={waits.upTo} dated={isFar(waits.upTo, at)} /></>}.{kept}</>;
}

function scopeText({ scope }: Hold): string {
  switch (scope.kind) {
    case 'partition': return say.scopes.partition(scope.source, formatCount(scope.partition));
    case 'key': return say.scopes.key(scope.operator, JSON.stringify(scope.key));
    case 'sink': return say.scopes.sink(scope.sink);
    case 'pipeline': return say.scopes.pipeline;
  }
}

/** A newer server may have words that this page has not. */
export const reasonName = (reason: string): string => (say.reasons as Readonly<Record<string, string>>)[reason] ?? reason;
export const choiceName = (choice: string): string => (say.choices as Readonly<Record<string, string>>)[choice] ?? choice;

function doesText({ reason }: Hold, choice: HoldChoice): string {
  const does = (say.does as Readonly<Record<string, Readonly<Record<string, string>>>>)[reason];
  return does?.[choice] ?? say.doesElse[choice] ?? '';
}
