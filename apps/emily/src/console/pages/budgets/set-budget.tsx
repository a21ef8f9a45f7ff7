import { useState, type FormEvent, type ReactElement } from 'react';
import type { EpochMs, Hello } from '../../api.ts';
import { budgetKinds, budgetPaths, budgetPeriods, budgetScopes, type BudgetKind, type BudgetPeriod, type BudgetScope } from '../../api-budgets.ts';
import { keyPaths, type Keys, type Projects } from '../../api-keys.ts';
import { DeedOutcome } from '../../customer/deed-outcome.tsx';
import { useDeed } from '../../customer/use-deed.ts';
import { post } from '../../live/post.ts';
import { usePolled } from '../../live/use-polled.ts';
import { Panel } from '../../shell/panel.tsx';
import { budgetStrings } from '../../strings-of-budgets.ts';
import { Choice, type Named } from '../../usage/question-form.tsx';
import '../../usage/usage-chart.css';

const say = budgetStrings.set;
const NAMES_EVERY_MS = 30_000;
const nothing: Named = { id: '', name: '–' };
const blank = { id: '', of: 'organisation' as BudgetScope, which: '', period: 'month' as BudgetPeriod, kind: 'hard' as BudgetKind, limit: '' };

/** Sets a budget of the organisation, of a project, of a key or of a user. */
export function SetBudget({ hello, tenant, at, onChanged }: { readonly hello: Hello; readonly tenant: string; readonly at: EpochMs; readonly onChanged: () => void }): ReactElement {
  const [wish, setWish] = useState(blank);
  const keys = usePolled<Keys>(wish.of === 'key' ? keyPaths.list(tenant) : null, NAMES_EVERY_MS, at).answer?.data ?? [];
  const projects = usePolled<Projects>(wish.of === 'project' ? keyPaths.projects(tenant) : null, NAMES_EVERY_MS, at).answer?.data ?? [];
  const deed = useDeed();
  const change = (part: Partial<typeof blank>): void => setWish((last) => ({ ...last, ...part }));
  const { of, which } = wish;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void deed.run(async () => {
      if (wish.id.trim() === '' || wish.limit.trim() === '' || (of !== 'organisation' && which.trim() === '')) throw new Error(say.lacking);
      const id = wish.id.trim();
      await post(budgetPaths.set, { id, period: wish.period, kind: wish.kind, limit: wish.limit.trim(), ...(of === 'organisation' ? {} : { [of]: which.trim() }), ...(tenant === '' ? {} : { tenant }) });
      setWish(blank);
      onChanged();
      return say.done(id);
    });
  };

  return (
    <Panel id="set" title={budgetStrings.sections.set}>
      <form className="deed" aria-labelledby="set-title" noValidate onSubmit={submit}>
        <label>{say.id}<input className="field" name="budget" autoComplete="off" spellCheck={false} maxLength={63} placeholder={say.idHint} value={wish.id} onChange={(event) => change({ id: event.target.value })} /></label>
        <Choice label={say.of} value={of} options={budgetScopes.map((one) => ({ id: one, name: budgetStrings.scopes[one] }))} onChoose={(next) => change({ of: next, which: '' })} />
        {of === 'user' && <label>{say.which.user}<input className="field" autoComplete="off" spellCheck={false} maxLength={100} value={which} onChange={(event) => change({ which: event.target.value })} /></label>}
        {of === 'project' && <Choice label={say.which.project} value={which} options={[nothing, ...projects]} onChoose={(next) => change({ which: next })} />}
        {of === 'key' && <Choice label={say.which.key} value={which} options={[nothing, ...keys.filter(({ revokedAt }) => revokedAt === null).map(({ id, name }) => ({ id, name: `${name} (${id})` }))]} onChoose={(next) => change({ which: next })} />}
        <Choice label={say.period} value={wish.period} options={budgetPeriods.map((one) => ({ id: one, name: budgetStrings.periods[one] }))} onChoose={(period) => change({ period })} />
        <Choice label={say.kind} value={wish.kind} options={budgetKinds.map((one) => ({ id: one, name: say.kinds[one] }))} onChoose={(kind) => change({ kind })} />
        <label>{say.limit(hello.currency)}<input className="field" name="limit" inputMode="decimal" autoComplete="off" placeholder={say.limitHint} value={wish.limit} onChange={(event) => change({ limit: event.target.value })} /></label>
        <button type="submit" className="button" aria-disabled={deed.busy}>{say.submit}</button>
        <p className="deed-note">{say.note}</p>
      </form>
      <DeedOutcome deed={deed} />
    </Panel>
  );
}
