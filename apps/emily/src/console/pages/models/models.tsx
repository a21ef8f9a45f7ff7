import { useMemo, type ReactElement } from 'react';
import type { EpochMs, Hello, Now } from '../../api.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { Frame, type Section } from '../../shell/frame.tsx';
import { modelStrings } from '../../strings-of-models.ts';
import { QuestionForm } from '../../usage/question-form.tsx';
import type { Question } from '../../usage/question.ts';
import { UsagePanel } from '../../usage/usage-panel.tsx';
import { useQuestion } from '../../usage/use-question.ts';
import { Replicas } from '../now/replicas.tsx';
import { LastHour } from './last-hour.tsx';
import { ModelTable } from './model-table.tsx';
import './models.css';

const { sections: titles } = modelStrings;

const sections: readonly Section[] = [
  { letter: 'p', id: 'popularity', title: titles.popularity },
  { letter: 'l', id: 'last-hour', title: titles.lastHour },
  { letter: 'm', id: 'catalog', title: titles.models },
  { letter: 'r', id: 'replicas', title: titles.replicas },
];

const serving: Question = { window: 'minute', group: 'model', unit: 'requests', model: '', user: '', key: '', project: '', from: null, to: null };
/** A trace is short beside the month that it is in. */
const replaying: Question = { ...serving, window: 'day' };

/** The operator's page: which models are asked for, how much, and what serves them? */
export function ModelsPage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState; readonly onReconnect: () => void }): ReactElement {
  const { now } = live;
  return (
    <Frame hello={hello} page="models" sections={sections} live={live} onReconnect={onReconnect} busy={now === null}>
      {now !== null && <>
        <Popularity hello={hello} now={now} />
        <LastHour now={now} />
        <div className="models-below">
          <ModelTable now={now} hello={hello} />
          <Replicas now={now} hello={hello} />
        </div>
      </>}
    </Frame>
  );
}

function Popularity({ hello, now }: { readonly hello: Hello; readonly now: Now }): ReactElement {
  const standard = hello.mode === 'replay' ? replaying : serving;
  const [question, ask] = useQuestion(standard);
  const names = useMemo(() => new Map(hello.tenants.map(({ id, name }) => [id, name])), [hello]);
  const nameOf = useMemo(() => (id: string): string => (question.group === 'tenant' ? names.get(id) ?? id : id), [names, question.group]);
  return (
    <UsagePanel id="popularity" title={titles.popularity} question={question} at={clockOf(hello, now)} nameOf={nameOf}>
      <QuestionForm question={question} standard={standard} offered={['none', 'model', 'tenant']} models={hello.models.map(({ id }) => ({ id, name: id }))} keys={null} onAsk={ask} />
    </UsagePanel>
  );
}

/** In a replay the time is the trace's. */
const clockOf = ({ mode }: Hello, { at, month }: Now): EpochMs => (mode === 'replay' ? month.end - 1 : at);
