import { useMemo, useRef, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { Frame, type Section } from '../../shell/frame.tsx';
import { strings } from '../../strings.ts';
import { Bill } from './bill.tsx';
import { Figures } from './figures.tsx';
import { InvoicesPanel } from './invoices.tsx';
import { ReplayProgress } from './replay-progress.tsx';
import { Teach } from './teach.tsx';
import { TimePanel } from './time-panel.tsx';
import { VerdictLine } from './verdict-line.tsx';
import './now.css';

const { sections } = strings.now;

const jumps: readonly Section[] = [
  { letter: 'n', id: 'page', title: strings.now.title },
  { letter: 'r', id: 'rates', title: sections.rates },
  { letter: 'd', id: 'time', title: sections.time },
  { letter: 'b', id: 'bill', title: sections.bill },
  { letter: 'i', id: 'invoices', title: sections.invoices },
];

/** The operator's page: is everything healthy, complete and within capacity? */
export function NowPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState; readonly onReconnect: () => void }): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const search = useMemo(() => ({ field, title: strings.help.search }), []);
  const { now, points } = live;
  const stale = live.status !== 'live';
  return (
    <Frame
      hello={hello} page="now" sections={jumps} live={live} onReconnect={onReconnect} search={search} busy={now === null}
      aside={now !== null && <VerdictLine now={now} hello={hello} stale={stale} />}
    >
      {now !== null && <>
        <ReplayProgress now={now} hello={hello} />
        <Figures now={now} hello={hello} />
        {now.month.requests === 0 && <Teach hello={hello} first />}
        <div className="now-panels">
          <TimePanel now={now} hello={hello} points={points} />
          <Bill now={now} />
          <InvoicesPanel now={now} hello={hello} search={field} />
        </div>
        {now.month.requests !== 0 && <Teach hello={hello} first={false} />}
      </>}
    </Frame>
  );
}
