import type { ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { Frame, type Section } from '../../shell/frame.tsx';
import { auditStrings } from '../../strings-of-accounts.ts';
import { ActsPanel } from './acts-panel.tsx';
import './audit.css';
import { ChainPanel } from './chain-panel.tsx';

const { sections: titles } = auditStrings;
const sections: readonly Section[] = [{ letter: 'c', id: 'chain', title: titles.chain }, { letter: 'w', id: 'acts', title: titles.acts }];

/** The page of the operator and of auditors: who did what, and does the chain verify? */
export function AuditPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState; readonly onReconnect: () => void }): ReactElement {
  const { now } = live;
  return (
    <Frame hello={hello} page="audit" sections={sections} live={live} onReconnect={onReconnect} busy={now === null}>
      {now !== null && <>
        <ChainPanel at={now.at} />
        <ActsPanel hello={hello} at={now.at} />
      </>}
    </Frame>
  );
}
