import { useRef, useState, type FormEvent, type ReactElement } from 'react';
import type { Hello, Own } from '../api.ts';
import { SIGNED_OUT } from '../live/ask.ts';
import { accountStrings } from '../strings-of-account.ts';
import { pageStrings } from '../strings-of-pages.ts';
import { accountPost } from './account-post.ts';
import './help-dialog.css';
import './account.css';

/** Who one is, behind a button that says whose console this is: to set a password, and to leave. */
export function Account({ who, label }: { readonly who: Hello['who']; readonly label: string }): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const say = accountStrings;
  return (
    <>
      <button type="button" className="mode" aria-haspopup="dialog" title={say.open} onClick={() => dialog.current?.showModal()}>{label}</button>
      <dialog ref={dialog} className="help account" aria-labelledby="account-title">
        <header>
          <h2 id="account-title">{say.title}</h2>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>{say.close}</button>
        </header>
        <p>{say.whose(who.user?.name ?? null, pageStrings.roles[who.role], who.tenant?.name ?? null)}</p>
        {who.user !== null && <PasswordForm own={who.user} />}
        <button type="button" className="button" onClick={() => void leave()}>{say.signOut}</button>
      </dialog>
    </>
  );
}

async function leave(): Promise<void> {
  await accountPost('/console/sign-out', {});
  dispatchEvent(new Event(SIGNED_OUT));
}

function PasswordForm({ own: { name, hasPassword, asksCurrent } }: { readonly own: Own }): ReactElement {
  const [said, setSaid] = useState<{ readonly text: string; readonly isFlaw: boolean }>();
  const [busy, setBusy] = useState(false);
  const say = accountStrings;

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    setSaid(undefined);
    setBusy(true);
    const wrong = await accountPost('/console/password', { password: String(data.get('next') ?? ''), ...(asksCurrent && { current: String(data.get('current') ?? '') }) });
    setBusy(false);
    setSaid(wrong === undefined ? { text: say.done, isFlaw: false } : { text: wrong, isFlaw: true });
    if (wrong === undefined) form.reset();
  };

  return (
    <form className="account-form" onSubmit={(event) => void submit(event)}>
      <h3>{hasPassword ? say.changeTitle : say.setTitle}</h3>
      <input type="text" name="username" autoComplete="username" value={name ?? ''} readOnly hidden />
      {asksCurrent && <label>{say.current}<input className="field" name="current" type="password" autoComplete="current-password" required /></label>}
      <label>{say.next}<input className="field" name="next" type="password" autoComplete="new-password" minLength={12} maxLength={256} required /></label>
      <p className={said?.isFlaw === true ? 'account-flaw' : undefined} role="status">{said?.text}</p>
      <button type="submit" className="button" disabled={busy}>{say.set}</button>
    </form>
  );
}
