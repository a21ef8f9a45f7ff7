import { useState, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import { TenantChoice } from '../../customer/tenant-choice.tsx';
import { useClock } from '../../customer/use-clock.ts';
import { useTenant, type ChosenTenant } from '../../customer/use-tenant.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { Frame, type Section } from '../../shell/frame.tsx';
import { Panel } from '../../shell/panel.tsx';
import { pageStrings } from '../../strings-of-pages.ts';
import { playgroundStrings } from '../../strings-of-playground.ts';
import { Answer } from './answer.tsx';
import { AskForm } from './ask-form.tsx';
import { KeyField } from './key-field.tsx';
import { useTurns } from './use-turns.ts';
import './playground.css';

const say = playgroundStrings;
const sections: readonly Section[] = [{ letter: 'k', id: 'key', title: say.sections.key }, { letter: 't', id: 'talk', title: say.sections.talk }];

/** The customer's page: asks a model as any client does, and says what each answer costs. */
export function PlaygroundPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState | null; readonly onReconnect: () => void }): ReactElement {
  const tenant = useTenant(hello);
  return (
    <Frame hello={hello} page="playground" sections={sections} live={live} onReconnect={onReconnect} aside={<TenantChoice hello={hello} tenant={tenant} none={pageStrings.chooseTenant} />}>
      {tenant.id === '' ? <p className="table-empty">{say.choose}</p> : <Playground key={tenant.id} hello={hello} live={live} tenant={tenant} />}
    </Frame>
  );
}

/** Of one tenant: its key and what was said go when another is chosen. */
function Playground({ hello, live, tenant: { id, asked } }: { readonly hello: Hello; readonly live: LiveState | null; readonly tenant: ChosenTenant }): ReactElement {
  const [key, setKey] = useState('');
  const talk = useTurns();
  const at = useClock(hello, live);
  const others = new Set(hello.tenants.map((tenant) => tenant.id).filter((one) => one !== id));
  const models = hello.models.filter(({ owner }) => !others.has(owner)).map((model) => model.id);
  return <>
    <KeyField tenant={asked} at={at} value={key} administers={hello.may.includes('administer')} onKey={setKey} />
    <Panel id="talk" title={say.sections.talk}>
      {talk.turns.length === 0 ? <p className="table-empty">{say.none}</p> : talk.turns.map((turn) => <Answer key={turn.number} turn={turn} watches={hello.may.includes('watch')} />)}
      <AskForm models={models} apiKey={key} talk={talk} />
    </Panel>
  </>;
}
