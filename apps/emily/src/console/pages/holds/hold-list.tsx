import { useState, type ReactElement } from 'react';
import type { DecidedHold, Now } from '../../api.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/number.ts';
import { isFar } from '../../format/time.ts';
import { goToSection, Panel } from '../../shell/panel.tsx';
import { holdStrings } from '../../strings-of-holds.ts';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { EvidenceMark } from '../../truth/evidence-mark.tsx';
import { HoldCard, choiceName, reasonName } from './hold-card.tsx';
import './holds.css';

const say = holdStrings;

/** What waits for a person, and what persons have decided; `decides`: whether who looks is one who may. */
export function HoldList({ now, decides }: { readonly now: Now; readonly decides: boolean }): ReactElement {
  const { holds, decided } = now;
  const [name, setName] = useState('');
  // What became of the last decision: it stays when its hold has gone.
  const [outcome, setOutcome] = useState<{ readonly text: string; readonly failed: boolean }>({ text: '', failed: false });
  // Decided here; the stream says it a moment later.
  const [gone, setGone] = useState<ReadonlySet<number>>(new Set());
  const open = holds.filter(({ id }) => !gone.has(id));
  const columns = columnsAt(now.at);
  return (
    <Panel id="holds" title={say.sections.holds} tools={decided.length > 0 && <button type="button" className="button quiet" aria-label={strings.csvOf(say.decided.title)} onClick={() => downloadCsv(`emily-holds-commit-${now.commit}.csv`, tableCsv(decided, columns))}>{strings.csv}</button>}>
      <p className={`holds-count${open.length > 0 ? ' waiting' : ''}`}>{say.open(open.length)}</p>
      {open.map((hold) => (
        <HoldCard
          key={hold.id}
          hold={hold}
          at={now.at}
          decides={decides}
          name={name}
          onName={setName}
          onTaken={(choice) => {
            setGone((last) => new Set(last).add(hold.id));
            setOutcome({ text: say.taken(formatCount(hold.id), choiceName(choice), name.trim()), failed: false });
            goToSection('holds');
          }}
          onFailed={(problem) => setOutcome({ text: say.failed(formatCount(hold.id), problem), failed: true })}
        />
      ))}
      <p className={`holds-outcome${outcome.failed ? ' failed' : ''}`} role="status">{outcome.text}</p>
      {decided.length > 0 && <div className="holds-decided"><DataTable caption={say.decided.title} columns={columns} rows={decided} rowKey={({ hold }) => String(hold)} empty="" /></div>}
    </Panel>
  );
}

const columnsAt = (now: number): readonly Column<DecidedHold>[] => {
  const { columns } = say.decided;
  return [
    { id: 'hold', title: columns.hold, hidden: true, value: ({ hold }) => hold },
    { id: 'what', title: columns.what, value: whatOf, show: (one) => <><span className="hold-number">{formatCount(one.hold)}</span> {whatOf(one)}<span className="hold-note">{one.evidence}</span></> },
    { id: 'seen', title: say.seen, hidden: true, value: ({ evidence }) => evidence },
    { id: 'choice', title: columns.choice, value: ({ choice }) => choiceName(choice), show: ({ choice, because }) => <>{choiceName(choice)}<span className="hold-note">{because}</span></> },
    {
      id: 'by', title: columns.by, value: ({ by }) => by,
      show: ({ by, at, credential }) => <><span title={credential}><EvidenceMark evidence="declared" /> {by}</span><span className="hold-note"><Moment at={at} dated={isFar(at, now)} /></span></>,
    },
    { id: 'credential', title: columns.credential, hidden: true, value: ({ credential }) => credential },
    { id: 'at', title: columns.at, hidden: true, value: ({ at }) => new Date(at).toISOString() },
    { id: 'because', title: say.because, hidden: true, value: ({ because }) => because },
  ];
};

const whatOf = ({ reason, producer }: DecidedHold): string => `${reasonName(reason)}${producer === null ? '' : say.about(producer)}`;
