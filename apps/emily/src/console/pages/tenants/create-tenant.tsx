import { useState, type FormEvent, type ReactElement } from 'react';
import { accountPaths, type TenantRow } from '../../api-accounts.ts';
import { post } from '../../live/post.ts';
import { Panel } from '../../shell/panel.tsx';
import { tenantStrings } from '../../strings-of-accounts.ts';

const say = tenantStrings.create;
/** The longest that the server takes, in characters. */
const NAME_LENGTH_MAX = 100;

/** Makes a tenant; what is wrong with a wish the server says, and what became of it stays. */
export function CreateTenant({ onMade }: { readonly onMade: (tenant: string) => void }): ReactElement {
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<{ readonly text: string; readonly failed: boolean }>({ text: '', failed: false });

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    if (id.trim() === '' || name.trim() === '') return setOutcome({ text: say.lacking, failed: true });
    setBusy(true);
    try {
      const made = await post<TenantRow>(accountPaths.tenants, { id: id.trim(), name: name.trim() });
      setOutcome({ text: say.done(made.name), failed: false });
      setId('');
      setName('');
      onMade(made.id);
    } catch (error) {
      setOutcome({ text: error instanceof Error ? error.message : String(error), failed: true });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Panel id="create" title={tenantStrings.sections.create}>
      <form className="tenant-form" noValidate onSubmit={(event) => void submit(event)}>
        <label>{say.id}<input className="field" name="id" value={id} placeholder={say.idHint} maxLength={NAME_LENGTH_MAX} spellCheck={false} autoComplete="off" aria-describedby="tenant-id-explained" onChange={(event) => setId(event.target.value)} /></label>
        <label>{say.name}<input className="field" name="name" value={name} placeholder={say.nameHint} maxLength={NAME_LENGTH_MAX} autoComplete="off" onChange={(event) => setName(event.target.value)} /></label>
        <button type="submit" className="button" aria-disabled={busy}>{busy ? say.doing : say.do}</button>
        <p id="tenant-id-explained" className="unit">{say.idExplained}</p>
        <p className={`tenant-outcome${outcome.failed ? ' failed' : ''}`} role={outcome.failed ? 'alert' : 'status'}>{outcome.text}</p>
      </form>
    </Panel>
  );
}
