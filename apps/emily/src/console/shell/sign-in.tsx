import { useState, type FormEvent, type ReactElement } from 'react';
import { strings } from '../strings.ts';
import { accountStrings } from '../strings-of-account.ts';
import { accountPost } from './account-post.ts';
import './notice.css';
import './account.css';

/** For who is not signed in: with a password, or with a link that was opened elsewhere. */
export function SignIn({ onAgain }: { readonly onAgain: () => void }): ReactElement {
  const [flaw, setFlaw] = useState<string>();
  const [busy, setBusy] = useState(false);
  const say = accountStrings.form;

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const tenant = text('tenant');
    setFlaw(undefined);
    setBusy(true);
    const wrong = await accountPost('/console/sign-in', { ...(tenant !== '' && { tenant }), name: text('name'), password: String(form.get('password') ?? '') });
    setBusy(false);
    if (wrong === undefined) onAgain();
    else setFlaw(wrong);
  };

  return (
    <main className="notice">
      <h1>{strings.signIn.title}</h1>
      <form className="account-form" onSubmit={(event) => void submit(event)}>
        <label>{say.tenant}<input className="field" name="tenant" autoComplete="organization" autoCapitalize="none" spellCheck={false} placeholder={say.tenantHint} /></label>
        <label>{say.name}<input className="field" name="name" autoComplete="username" autoCapitalize="none" spellCheck={false} required /></label>
        <label>{say.password}<input className="field" name="password" type="password" autoComplete="current-password" required /></label>
        <p className="account-flaw" role="alert">{flaw}</p>
        <button type="submit" className="button" disabled={busy}>{say.submit}</button>
      </form>
      <h2>{say.link}</h2>
      <p>{strings.signIn.text}</p>
      <button type="button" className="button" onClick={onAgain}>{strings.signIn.again}</button>
    </main>
  );
}
