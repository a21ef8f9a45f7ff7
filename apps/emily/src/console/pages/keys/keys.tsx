import { useState, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import { keyPaths, type Keys, type NewKey } from '../../api-keys.ts';
import { TenantChoice } from '../../customer/tenant-choice.tsx';
import { useClock } from '../../customer/use-clock.ts';
import { useTenant } from '../../customer/use-tenant.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { usePolled } from '../../live/use-polled.ts';
import { Frame, type Section } from '../../shell/frame.tsx';
import { keyStrings } from '../../strings-of-keys.ts';
import { pageStrings } from '../../strings-of-pages.ts';
import { KeyList } from './key-list.tsx';
import { MakeKey } from './make-key.tsx';
import { Secret } from './secret.tsx';
import './keys.css';

const say = keyStrings;
const ASK_EVERY_MS = 10_000;
const list: Section = { letter: 'k', id: 'keys', title: say.sections.list };
const make: Section = { letter: 'm', id: 'make', title: say.sections.make };

/** The customer's page: which keys are there, what may each do; administrators make, limit, rotate and revoke them. */
export function KeysPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState | null; readonly onReconnect: () => void }): ReactElement {
  const tenant = useTenant(hello);
  const administers = hello.may.includes('administer');
  return (
    <Frame hello={hello} page="keys" sections={administers ? [list, make] : [list]} live={live} onReconnect={onReconnect} aside={<TenantChoice hello={hello} tenant={tenant} none={pageStrings.chooseTenant} />}>
      {tenant.id === '' ? <p className="table-empty">{say.choose}</p> : <KeysOf key={tenant.id} hello={hello} live={live} tenant={tenant.asked} />}
    </Frame>
  );
}

/** Of one tenant: the text of a new key goes when another tenant is chosen. */
function KeysOf({ hello, live, tenant }: { readonly hello: Hello; readonly live: LiveState | null; readonly tenant: string }): ReactElement {
  const at = useClock(hello, live);
  const [occasion, setOccasion] = useState(0);
  const [secret, setSecret] = useState<NewKey | null>(null);
  const { answer, problem } = usePolled<Keys>(keyPaths.list(tenant), ASK_EVERY_MS, at, occasion);
  const administers = hello.may.includes('administer');
  const onChanged = (made: NewKey | null): void => {
    if (made !== null) setSecret(made);
    setOccasion((last) => last + 1);
  };
  return <>
    {secret !== null && <Secret made={secret} onPutAway={() => setSecret(null)} />}
    <KeyList hello={hello} tenant={tenant} at={at} keys={answer?.data ?? null} problem={problem} onChanged={onChanged} />
    {administers && <MakeKey tenant={tenant} at={at} onMade={onChanged} />}
  </>;
}
