import { useState, type FormEvent, type ReactElement } from 'react';
import type { EpochMs } from '../../api.ts';
import { keyPaths, scopes, type NewKey, type Projects, type Scope } from '../../api-keys.ts';
import { DeedOutcome } from '../../customer/deed-outcome.tsx';
import { useDeed } from '../../customer/use-deed.ts';
import { usePolled } from '../../live/use-polled.ts';
import { post } from '../../live/post.ts';
import { Panel } from '../../shell/panel.tsx';
import { keyStrings } from '../../strings-of-keys.ts';
import { Choice } from '../../usage/question-form.tsx';
import '../../usage/usage-chart.css';

const say = keyStrings.make;
const NAME_LENGTH_MAX = 100;
const PROJECTS_EVERY_MS = 30_000;
const blank = { name: '', scopes: ['infer'] as readonly Scope[], project: '', user: '', until: '' };

/** Makes a key: its text comes back once. */
export function MakeKey({ tenant, at, onMade }: { readonly tenant: string; readonly at: EpochMs; readonly onMade: (made: NewKey) => void }): ReactElement {
  const [wish, setWish] = useState(blank);
  const projects = usePolled<Projects>(keyPaths.projects(tenant), PROJECTS_EVERY_MS, at).answer?.data ?? [];
  const deed = useDeed();
  const change = (part: Partial<typeof blank>): void => setWish((last) => ({ ...last, ...part }));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void deed.run(async () => {
      if (wish.name.trim() === '' || wish.scopes.length === 0) throw new Error(say.lacking);
      const made = await post<NewKey>(keyPaths.make, {
        name: wish.name, scopes: wish.scopes, ...(tenant === '' ? {} : { tenant }), ...(wish.project === '' ? {} : { project: wish.project }), ...(wish.user.trim() === '' ? {} : { user: wish.user.trim() }),
        ...(wish.until === '' ? {} : { expiresAt: new Date(wish.until).toISOString() }),
      });
      setWish(blank);
      onMade(made);
      return say.made(made.name);
    });
  };

  return (
    <Panel id="make" title={keyStrings.sections.make}>
      <form className="deed" aria-labelledby="make-title" noValidate onSubmit={submit}>
        <label>{say.name}<input className="field" name="name" autoComplete="off" maxLength={NAME_LENGTH_MAX} value={wish.name} onChange={(event) => change({ name: event.target.value })} /></label>
        <fieldset>
          <legend>{say.scopes}</legend>
          {scopes.map((scope) => (
            <label key={scope} className="tick">
              <input type="checkbox" checked={wish.scopes.includes(scope)} onChange={() => change({ scopes: scopes.filter((one) => (one === scope) !== wish.scopes.includes(one)) })} />
              {keyStrings.scopes[scope]}
            </label>
          ))}
        </fieldset>
        {projects.length > 0 && <Choice label={say.project} value={wish.project} options={[{ id: '', name: keyStrings.unknown }, ...projects]} onChoose={(project) => change({ project })} />}
        <label>{say.user}<input className="field" name="user" autoComplete="off" placeholder={say.optional} maxLength={NAME_LENGTH_MAX} value={wish.user} onChange={(event) => change({ user: event.target.value })} /></label>
        <label>{say.until}<input className="field" type="datetime-local" value={wish.until} onChange={(event) => change({ until: event.target.value })} /></label>
        <button type="submit" className="button" aria-disabled={deed.busy}>{deed.busy ? say.busy : say.submit}</button>
      </form>
      <DeedOutcome deed={deed} />
    </Panel>
  );
}
