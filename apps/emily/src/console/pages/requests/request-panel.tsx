import { useEffect, type ReactElement } from 'react';
import type { Now } from '../../api.ts';
import { requestPaths, type RequestStory } from '../../api-requests.ts';
import { usePolled } from '../../live/use-polled.ts';
import { goToSection, Panel } from '../../shell/panel.tsx';
import { requestStrings } from '../../strings-of-requests.ts';
import { Legend } from '../../truth/legend.tsx';
import { RequestFacts } from './request-facts.tsx';
import { RequestHead } from './request-head.tsx';
import { RequestPlaces } from './request-places.tsx';
import { RequestUnitsTable } from './request-units.tsx';

/** How it stands changes for as long as it is open, and how sure that is for as long as its month is. */
const ASK_EVERY_MS = 2_000;
const say = requestStrings.one;

/** What became of one request: what it is, what it costs and why, where it is counted, and the facts that all of it rests on. */
export function RequestPanel({ id, now, tenantName, onClose }: {
  readonly id: string;
  readonly now: Now;
  readonly tenantName: (id: string) => string;
  readonly onClose: () => void;
}): ReactElement {
  const { answer, problem } = usePolled<RequestStory>(requestPaths.one(id), ASK_EVERY_MS, now.at);
  useEffect(() => goToSection('request'), []);
  const close = (): void => {
    onClose();
    document.getElementById('list-title')?.focus();
  };
  return (
    <Panel
      id="request" title={say.title(id)} commit={answer?.asOf.commit} problem={answer === null ? null : problem}
      tools={<button type="button" className="button" onClick={close}>{say.close}</button>}
    >
      {answer === null && <p className="table-empty" role="status">{problem === null ? say.asking : say.missing(problem)}</p>}
      {answer !== null && <>
        <div className="request-parts">
          <RequestHead story={answer} at={now.at} tenantName={tenantName} />
          <RequestUnitsTable story={answer} />
          <RequestPlaces story={answer} />
        </div>
        <RequestFacts id={id} facts={answer.facts} currency={answer.request.currency} at={now.at} />
        <footer className="usage-legend"><Legend gateways={false} /></footer>
      </>}
    </Panel>
  );
}
