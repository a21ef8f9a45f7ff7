import { useId, useState, type FormEvent, type ReactElement, type ReactNode } from 'react';
import { keyPaths, type Key, type NewKey } from '../../api-keys.ts';
import { DeedOutcome } from '../../customer/deed-outcome.tsx';
import { useDeed, type Deed } from '../../customer/use-deed.ts';
import { formatCount } from '../../format/number.ts';
import { post } from '../../live/post.ts';
import { keyStrings } from '../../strings-of-keys.ts';
import { Choice } from '../../usage/question-form.tsx';

const say = keyStrings;
/** As docs/budgets.md says. */
const PER_MINUTE_MAX = 1_000_000_000;
const overlaps = Object.entries(say.rotate.overlaps).map(([id, name]) => ({ id, name }));

type ChangeProps = { readonly of: Key; readonly onChanged: (made: NewKey | null) => void };

/** What an administrator may do with a key: another in its place, how often it may ask, or no more of it. */
export const ChangeKey = (props: ChangeProps): ReactElement => <div className="key-change"><Limits {...props} /><Rotate {...props} /><Revoke {...props} /></div>;

function Limits({ of: { id, name, requestsPerMinute, tokensPerMinute }, onChanged }: ChangeProps): ReactElement {
  const [requests, setRequests] = useState(String(requestsPerMinute ?? ''));
  const [tokens, setTokens] = useState(String(tokensPerMinute ?? ''));
  const deed = useDeed();
  const work = async (): Promise<string> => {
    const [most, mostTokens] = [limitOf(requests), limitOf(tokens)];
    if (most === undefined || mostTokens === undefined) throw new Error(say.limits.lacking(formatCount(PER_MINUTE_MAX)));
    await post(keyPaths.act(id, 'limits'), { requestsPerMinute: most, tokensPerMinute: mostTokens });
    onChanged(null);
    return say.limits.done(name);
  };
  return (
    <Act title={say.limits.title} submit={say.limits.submit} deed={deed} work={work}>
      <label>{say.limits.requests}<input className="field" inputMode="numeric" autoComplete="off" placeholder={say.unlimited} value={requests} onChange={(event) => setRequests(event.target.value)} /></label>
      <label>{say.limits.tokens}<input className="field" inputMode="numeric" autoComplete="off" placeholder={say.unlimited} value={tokens} onChange={(event) => setTokens(event.target.value)} /></label>
    </Act>
  );
}

function Rotate({ of: { id, name }, onChanged }: ChangeProps): ReactElement {
  const [minutes, setMinutes] = useState('60');
  const deed = useDeed();
  const work = async (): Promise<string> => {
    onChanged(await post<NewKey>(keyPaths.act(id, 'rotate'), { overlapMinutes: Number(minutes) }));
    return say.rotate.done(name);
  };
  return (
    <Act title={say.rotate.title} submit={say.rotate.submit} deed={deed} work={work}>
      <Choice label={say.rotate.overlap} value={minutes} options={overlaps} onChoose={setMinutes} />
      <p className="deed-note">{say.rotate.note}</p>
    </Act>
  );
}

function Revoke({ of: { id, name }, onChanged }: ChangeProps): ReactElement {
  const [sure, setSure] = useState(false);
  const deed = useDeed();
  const work = async (): Promise<string> => {
    if (!sure) throw new Error(say.revoke.lacking);
    await post(keyPaths.act(id, 'revoke'), {});
    onChanged(null);
    return say.revoke.done(name);
  };
  return (
    <Act title={say.revoke.title} submit={say.revoke.submit} danger deed={deed} work={work}>
      <p className="deed-note">{say.revoke.sure(name)}</p>
      <label className="tick"><input type="checkbox" checked={sure} onChange={(event) => setSure(event.target.checked)} />{say.revoke.confirm}</label>
    </Act>
  );
}

function Act({ title, submit, danger = false, deed, work, children }: {
  readonly title: string;
  readonly submit: string;
  readonly danger?: boolean;
  readonly deed: Deed;
  readonly work: () => Promise<string>;
  readonly children: ReactNode;
}): ReactElement {
  const heading = useId();
  const send = (event: FormEvent): void => {
    event.preventDefault();
    void deed.run(work);
  };
  return (
    <div>
      <h3 id={heading}>{title}</h3>
      <form className="deed" aria-labelledby={heading} noValidate onSubmit={send}>
        {children}
        <button type="submit" className={`button${danger ? ' danger' : ''}`} aria-disabled={deed.busy}>{submit}</button>
      </form>
      <DeedOutcome deed={deed} />
    </div>
  );
}

/** Null: no limit; undefined: it is none that the server takes. */
function limitOf(text: string): number | null | undefined {
  const plain = text.trim();
  if (plain === '') return null;
  const most = /^\d{1,10}$/.test(plain) ? Number(plain) : 0;
  return most >= 1 && most <= PER_MINUTE_MAX ? most : undefined;
}
