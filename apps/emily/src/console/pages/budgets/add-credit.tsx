import { useState, type FormEvent, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import { budgetPaths, type Budget } from '../../api-budgets.ts';
import { DeedOutcome } from '../../customer/deed-outcome.tsx';
import { useDeed } from '../../customer/use-deed.ts';
import { formatMoney } from '../../format/amount.ts';
import { post } from '../../live/post.ts';
import { Panel } from '../../shell/panel.tsx';
import { budgetStrings } from '../../strings-of-budgets.ts';

const say = budgetStrings.credit;
const blank = { amount: '', reference: '' };

/** Records what a tenant has paid in: for the operator and finance. */
export function AddCredit({ hello, tenant, onChanged }: { readonly hello: Hello; readonly tenant: string; readonly onChanged: () => void }): ReactElement {
  const [wish, setWish] = useState(blank);
  const deed = useDeed();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void deed.run(async () => {
      const amount = wish.amount.trim();
      if (amount === '' || wish.reference.trim() === '') throw new Error(say.lacking);
      const { limit, currency } = await post<Budget>(budgetPaths.credit, { tenant, amount, reference: wish.reference });
      setWish(blank);
      onChanged();
      return say.done(formatMoney(amount, currency), formatMoney(limit, currency));
    });
  };
  return (
    <Panel id="credit" title={budgetStrings.sections.credit}>
      <form className="deed" aria-labelledby="credit-title" noValidate onSubmit={submit}>
        <label>{say.amount(hello.currency)}<input className="field" inputMode="decimal" autoComplete="off" value={wish.amount} onChange={(event) => setWish((last) => ({ ...last, amount: event.target.value }))} /></label>
        <label>{say.reference}<input className="field" autoComplete="off" maxLength={100} value={wish.reference} onChange={(event) => setWish((last) => ({ ...last, reference: event.target.value }))} /></label>
        <button type="submit" className="button" aria-disabled={deed.busy}>{say.submit}</button>
        <p className="deed-note">{say.note}</p>
      </form>
      <DeedOutcome deed={deed} />
    </Panel>
  );
}
