import { useState, type ReactElement } from 'react';
import type { DecidedHold, Now } from '../../api.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/number.ts';
import { isFar } from '../../format/time.ts';
import { goToSection, Panel } from '../../shell/panel.tsx';
import { holdStrings } from '../../strings-of-holds.ts';
import { strings } from '../../strings.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { EvidenceMark } from '../../truth/evidence-mark.tsx';
import { HoldCard, choiceName, reasonName } from './hold-card.tsx';
import './holds.css';

const say = holdStrings;

/** What waits for a person, and what persons have decided; nothing at all as long as there was neither. */
export function Holds({ now }: { readonly now: Now }): ReactElement | null {
  const { holds, decided } = now;
  const [name, setName] = useState('');
  // What became of the last decision: it stays when its hold has gone.
  const [outcome, setOutcome] = useState<{ readonly text: string; readonly failed: boolean }>({ text: '', failed: false });
  // Decided here; the stream says it a moment later.
  const [gone, setGone] = useState<ReadonlySet<number>>(new Set());
  if (holds.length === 0 && decided.length === 0 && outcome.text === '') return null;
  const open = holds.filter(({ id }) => !gone.has(id));
  return (
    <Panel id="holds" title={strings.now.sections.holds}>
      <p className={`holds-count${open.length > 0 ? ' waiting' : ''}`}>{say.open(open.length)}<span className="unseen">. {say.question}</span></p>
      {open.map((hold) => (
        <HoldCard
          key={hold.id}
          hold={hold}
          at={now.at}
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
      {decided.length > 0 && <div className="holds-decided"><DataTable caption={say.decided.title} columns={columnsAt(now.at)} rows={decided} rowKey={({ hold }) => String(hold)} empty="" /></div>}
    </Panel>
  );
}

const columnsAt = (now: number): readonly Column<DecidedHold>[] => {
  const { columns } = say.decided;
  return [
    { id: 'what', title: columns.what, value: whatOf, show: (one) => <><span className="hold-number">{formatCount(one.hold)}</span> {whatOf(one)}<span className="hold-note">{one.evidence}</span></> },
    { id: 'choice', title: columns.choice, value: ({ choice }) => choiceName(choice), show: ({ choice, because }) => <>{choiceName(choice)}<span className="hold-note">{because}</span></> },
    {
      id: 'by', title: columns.by, value: ({ by }) => by,
      show: ({ by, at, credential }) => <><span title={credential}><EvidenceMark evidence="declared" /> {by}</span><span className="hold-note"><Moment at={at} dated={isFar(at, now)} /></span></>,
    },
  ];
};

const whatOf = ({ reason, producer }: DecidedHold): string => `${reasonName(reason)}${producer === null ? '' : say.about(producer)}`;
