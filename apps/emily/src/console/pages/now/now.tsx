import { useMemo, useRef, useState, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { Header } from '../../shell/header.tsx';
import { HelpDialog } from '../../shell/help-dialog.tsx';
import { useKeyboard, type Jump } from '../../shell/keyboard.ts';
import { goToSection } from '../../shell/panel.tsx';
import { StaleBanner } from '../../shell/stale-banner.tsx';
import { strings } from '../../strings.ts';
import { Bill } from './bill.tsx';
import { Figures } from './figures.tsx';
import { Holds } from './holds.tsx';
import { InvoicesPanel } from './invoices.tsx';
import { Models } from './models.tsx';
import { Replicas } from './replicas.tsx';
import { ReplayProgress } from './replay-progress.tsx';
import { Teach } from './teach.tsx';
import { Tenants } from './tenants.tsx';
import { TimePanel } from './time-panel.tsx';
import { VerdictLine } from './verdict-line.tsx';
import './now.css';

const { sections } = strings.now;

const jumps: readonly Jump[] = [
  { letter: 'n', id: 'page', title: strings.now.title },
  { letter: 'r', id: 'rates', title: sections.rates },
  { letter: 'h', id: 'holds', title: sections.holds },
  { letter: 'd', id: 'time', title: sections.time },
  { letter: 'b', id: 'bill', title: sections.bill },
  { letter: 'p', id: 'replicas', title: sections.replicas },
  { letter: 't', id: 'tenants', title: sections.tenants },
  { letter: 'm', id: 'models', title: sections.models },
  { letter: 'i', id: 'invoices', title: sections.invoices },
];

/** The operator's page: is everything healthy, complete and within capacity? */
export function NowPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState; readonly onReconnect: () => void }): ReactElement {
  const search = useRef<HTMLInputElement>(null);
  const [help, setHelp] = useState(false);
  useKeyboard(jumps, useMemo(() => ({
    search: () => search.current?.focus(),
    help: () => setHelp(true),
    go: goToSection,
  }), []));

  const { now, points } = live;
  const stale = live.status !== 'live';
  return <>
    <Header hello={hello} live={live} onHelp={() => setHelp(true)} />
    <StaleBanner live={live} onReconnect={onReconnect} />
    <main id="page" className={`now${stale ? ' stale-content' : ''}`} aria-busy={now === null}>
      <div className="now-top">
        <h1 id="page-title" tabIndex={-1}>{strings.now.title}<span className="unseen">: {strings.now.question}</span></h1>
        {now !== null && <VerdictLine now={now} hello={hello} stale={stale} />}
      </div>
      {now !== null && <>
        <ReplayProgress now={now} hello={hello} />
        <Figures now={now} />
        <Holds now={now} />
        {now.month.requests === 0 && <Teach hello={hello} first />}
        <div className="now-panels">
          <TimePanel now={now} hello={hello} points={points} />
          <div className="now-side">
            <Bill now={now} />
            <Replicas now={now} hello={hello} />
          </div>
          <Tenants now={now} />
          <Models now={now} hello={hello} />
          <InvoicesPanel now={now} hello={hello} search={search} />
        </div>
        {now.month.requests !== 0 && <Teach hello={hello} first={false} />}
      </>}
    </main>
    <HelpDialog open={help} jumps={jumps} onClose={() => setHelp(false)} />
  </>;
}
