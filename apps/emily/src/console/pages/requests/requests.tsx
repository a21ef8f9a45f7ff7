import { useMemo, useRef, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { Frame, type Section } from '../../shell/frame.tsx';
import { requestStrings } from '../../strings-of-requests.ts';
import { RequestList } from './request-list.tsx';
import { RequestPanel } from './request-panel.tsx';
import './requests.css';
import { useRequestQuestion } from './use-request-question.ts';

const { sections: titles } = requestStrings;
const listed: readonly Section[] = [{ letter: 'l', id: 'list', title: titles.list }];
const opened: readonly Section[] = [{ letter: 'o', id: 'request', title: titles.one }, { letter: 'f', id: 'facts', title: titles.facts }, ...listed];

/** The page of the house: what happened to this request? */
export function RequestsPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState; readonly onReconnect: () => void }): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const search = useMemo(() => ({ field, title: requestStrings.search }), []);
  const [asked, onAsk] = useRequestQuestion();
  const names = useMemo(() => new Map(hello.tenants.map(({ id, name }) => [id, name])), [hello]);
  const tenantName = (id: string): string => names.get(id) ?? id;
  const { now } = live;
  return (
    <Frame hello={hello} page="requests" sections={asked.request === '' ? listed : opened} live={live} onReconnect={onReconnect} search={search} busy={now === null}>
      {now !== null && <>
        {asked.request !== '' && <RequestPanel key={asked.request} id={asked.request} now={now} tenantName={tenantName} onClose={() => onAsk({ request: '' })} />}
        <RequestList hello={hello} now={now} asked={asked} search={field} onAsk={onAsk} tenantName={tenantName} />
      </>}
    </Frame>
  );
}
