import { useId, useState, type FormEvent, type ReactElement } from 'react';
import { budgetKinds, budgetPaths, type Budget, type BudgetKind } from '../../api-budgets.ts';
import { DeedOutcome } from '../../customer/deed-outcome.tsx';
import { useDeed } from '../../customer/use-deed.ts';
import { post } from '../../live/post.ts';
import { budgetStrings } from '../../strings-of-budgets.ts';
import { Choice } from '../../usage/question-form.tsx';

const say = budgetStrings;

type ChangeProps = { readonly of: Budget; readonly tenant: string; readonly onChanged: () => void };

/** What may be changed of a budget: its limit and its kind, or that it is there. */
export const ChangeBudget = (props: ChangeProps): ReactElement => <div className="budget-change"><Limit {...props} /><Remove {...props} /></div>;

function Limit({ of: { id, project, key, user, period, kind, limit, currency }, tenant, onChanged }: ChangeProps): ReactElement {
  const [wish, setWish] = useState({ limit, kind: kind as BudgetKind });
  const deed = useDeed();
  const heading = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void deed.run(async () => {
      await post(budgetPaths.set, { id, period, project, key, user, kind: wish.kind, limit: wish.limit.trim(), ...(tenant === '' ? {} : { tenant }) });
      onChanged();
      return say.set.done(id);
    });
  };
  return (
    <div>
      <h3 id={heading}>{say.changeTitle}</h3>
      <form className="deed" aria-labelledby={heading} noValidate onSubmit={submit}>
        <label>{say.set.limit(currency)}<input className="field" inputMode="decimal" autoComplete="off" value={wish.limit} onChange={(event) => setWish((last) => ({ ...last, limit: event.target.value }))} /></label>
        <Choice label={say.set.kind} value={wish.kind} options={budgetKinds.map((one) => ({ id: one, name: say.set.kinds[one] }))} onChoose={(next) => setWish((last) => ({ ...last, kind: next }))} />
        <button type="submit" className="button" aria-disabled={deed.busy}>{say.set.submit}</button>
      </form>
      <DeedOutcome deed={deed} />
    </div>
  );
}

function Remove({ of: { id }, tenant, onChanged }: ChangeProps): ReactElement {
  const deed = useDeed();
  const heading = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void deed.run(async () => {
      await post(budgetPaths.remove, { id, ...(tenant === '' ? {} : { tenant }) });
      onChanged();
      return say.remove.done(id);
    });
  };
  return (
    <div>
      <h3 id={heading}>{say.remove.title}</h3>
      <form className="deed" aria-labelledby={heading} noValidate onSubmit={submit}>
        <p className="deed-note">{say.remove.sure(id)}</p>
        <button type="submit" className="button danger" aria-disabled={deed.busy}>{say.remove.submit}</button>
      </form>
      <DeedOutcome deed={deed} />
    </div>
  );
}
