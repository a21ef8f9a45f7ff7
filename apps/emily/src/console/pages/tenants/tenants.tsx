import { useState, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import { accountPaths, type TenantRow } from '../../api-accounts.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { usePolled } from '../../live/use-polled.ts';
import { Frame, type Section } from '../../shell/frame.tsx';
import { useQueryParam } from '../../shell/query-param.ts';
import { tenantStrings } from '../../strings-of-accounts.ts';
import { Legend } from '../../truth/legend.tsx';
import { CreateTenant } from './create-tenant.tsx';
import { TenantPanel } from './tenant-panel.tsx';
import { TenantTable } from './tenant-table.tsx';
import './tenants.css';

const ASK_EVERY_MS = 5_000;
const { sections: titles } = tenantStrings;
const listed: readonly Section[] = [{ letter: 't', id: 'tenants', title: titles.tenants }];
const create: readonly Section[] = [{ letter: 'c', id: 'create', title: titles.create }];
const opened: readonly Section[] = [{ letter: 'o', id: 'one', title: titles.one }, { letter: 'k', id: 'keys', title: titles.keys }, { letter: 'b', id: 'budgets', title: titles.budgets }, { letter: 'w', id: 'acts', title: titles.acts }];

/** The page of the house: who uses what, with which keys, and within which budgets? */
export function TenantsPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState; readonly onReconnect: () => void }): ReactElement {
  const { now } = live;
  const operates = hello.may.includes('operate');
  const [tenant, setTenant] = useQueryParam('tenant', '');
  const [made, setMade] = useState(0);
  // The stream says when there is something new to show; one that was made here is there at once.
  const { answer, problem } = usePolled<{ readonly data: readonly TenantRow[] }>(accountPaths.tenants, ASK_EVERY_MS, now?.at ?? 0, made);
  const name = answer?.data.find(({ id }) => id === tenant)?.name ?? tenant;
  return (
    <Frame hello={hello} page="tenants" sections={[...(tenant === '' ? [] : opened), ...listed, ...(operates ? create : [])]} live={live} onReconnect={onReconnect} busy={now === null}>
      {now !== null && <>
        {tenant !== '' && <TenantPanel key={tenant} tenant={tenant} name={name} now={now} currency={hello.currency} audits={hello.may.includes('audit')} onClose={() => setTenant('', 'push')} />}
        <TenantTable now={now} tenants={answer?.data ?? null} problem={problem} />
        {operates && <CreateTenant onMade={() => setMade((count) => count + 1)} />}
        <footer className="tenants-legend"><Legend gateways={false} /></footer>
      </>}
    </Frame>
  );
}
