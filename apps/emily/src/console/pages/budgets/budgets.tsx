import { useState, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import { budgetPaths, type Budgets } from '../../api-budgets.ts';
import { TenantChoice } from '../../customer/tenant-choice.tsx';
import { useClock } from '../../customer/use-clock.ts';
import { useTenant, type ChosenTenant } from '../../customer/use-tenant.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { usePolled } from '../../live/use-polled.ts';
import { Frame, type Section } from '../../shell/frame.tsx';
import { budgetStrings } from '../../strings-of-budgets.ts';
import { pageStrings } from '../../strings-of-pages.ts';
import { AddCredit } from './add-credit.tsx';
import { BudgetList } from './budget-list.tsx';
import { SetBudget } from './set-budget.tsx';
import './budgets.css';

const say = budgetStrings;
/** What is spent moves with every call. */
const ASK_EVERY_MS = 1_500;

/** The customer's page: what may be spent, and where does it stand; administrators set it. */
export function BudgetsPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState | null; readonly onReconnect: () => void }): ReactElement {
  const tenant = useTenant(hello);
  return (
    <Frame hello={hello} page="budgets" sections={sectionsOf(hello)} live={live} onReconnect={onReconnect} aside={<TenantChoice hello={hello} tenant={tenant} none={pageStrings.chooseTenant} />}>
      {tenant.id === '' ? <p className="table-empty">{say.choose}</p> : <BudgetsOf key={tenant.id} hello={hello} live={live} tenant={tenant} />}
    </Frame>
  );
}

function sectionsOf({ may }: Hello): readonly Section[] {
  const list: Section = { letter: 'b', id: 'budgets', title: say.sections.list };
  const set: readonly Section[] = may.includes('administer') ? [{ letter: 's', id: 'set', title: say.sections.set }] : [];
  const credit: readonly Section[] = may.includes('credit') ? [{ letter: 'c', id: 'credit', title: say.sections.credit }] : [];
  return [list, ...set, ...credit];
}

function BudgetsOf({ hello, live, tenant: { id, asked } }: { readonly hello: Hello; readonly live: LiveState | null; readonly tenant: ChosenTenant }): ReactElement {
  const at = useClock(hello, live);
  const [occasion, setOccasion] = useState(0);
  const { answer, problem } = usePolled<Budgets>(budgetPaths.list(asked), ASK_EVERY_MS, at, occasion);
  const onChanged = (): void => setOccasion((last) => last + 1);
  return <>
    <BudgetList hello={hello} tenant={asked} budgets={answer?.data ?? null} problem={problem} onChanged={onChanged} />
    {hello.may.includes('administer') && <SetBudget hello={hello} tenant={asked} at={at} onChanged={onChanged} />}
    {hello.may.includes('credit') && <AddCredit hello={hello} tenant={id} onChanged={onChanged} />}
  </>;
}
