import { useState, type ReactElement, type RefObject } from 'react';
import type { Hello, Now } from '../../api.ts';
import { requestPaths, type Requests } from '../../api-requests.ts';
import { formatCount } from '../../format/number.ts';
import { usePolled } from '../../live/use-polled.ts';
import { Panel } from '../../shell/panel.tsx';
import { requestStrings } from '../../strings-of-requests.ts';
import { strings } from '../../strings.ts';
import { tableCsv } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { requestColumns } from './request-columns.tsx';
import { RequestFilter } from './request-filter.tsx';
import { isEmpty, type Asked } from './use-request-question.ts';

/** A request is seen within two seconds of its admission. */
const ASK_EVERY_MS = 1_000;
const FIRST_ROWS = 50;
const say = requestStrings;

/** The newest requests, moving; they stand still while the reader wants that. */
export function RequestList({ hello, now, asked, search, onAsk, tenantName }: {
  readonly hello: Hello;
  readonly now: Now;
  readonly asked: Asked;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onAsk: (change: Partial<Asked>, how?: 'push' | 'replace') => void;
  readonly tenantName: (id: string) => string;
}): ReactElement {
  const { request: _request, ...question } = asked;
  const path = requestPaths.list(question);
  // Another question goes on by itself: what stands still is the answer to this one.
  const [pausedAt, setPausedAt] = useState<string | null>(null);
  const paused = pausedAt === path;
  const polled = usePolled<Requests>(paused ? null : path, ASK_EVERY_MS, now.at);
  const answer = polled.of === path ? polled.answer : null;
  const rows = answer?.data ?? [];
  const columns = requestColumns(rows, asked, now.at, hello.currency, tenantName);
  const title = say.sections.list;
  return (
    <Panel
      id="list" title={title} problem={polled.problem} commit={answer?.asOf.commit}
      tools={<>
        <button type="button" className="button quiet" aria-pressed={paused} disabled={answer === null} onClick={() => setPausedAt(paused ? null : path)}>{paused ? say.resume : say.pause}</button>
        <button type="button" className="button quiet" aria-label={strings.csvOf(title)} disabled={rows.length === 0} onClick={() => downloadCsv(`emily-requests-commit-${answer?.asOf.commit ?? now.commit}.csv`, tableCsv(rows, columns))}>{strings.csv}</button>
      </>}
    >
      <RequestFilter hello={hello} asked={asked} search={search} onAsk={onAsk} />
      <p className="request-count">{answer !== null && say.count(formatCount(rows.length), formatCount(answer.among))}</p>
      {answer === null && polled.problem === null
        ? <p className="table-empty">{say.asking}</p>
        : answer !== null && <DataTable caption={title} columns={columns} rows={rows} rowKey={({ id }) => id} first={FIRST_ROWS} empty={isEmpty(question) ? say.none : say.noneSo} />}
    </Panel>
  );
}
