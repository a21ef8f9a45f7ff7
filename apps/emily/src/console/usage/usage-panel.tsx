import { useMemo, useRef, type ReactElement, type ReactNode } from 'react';
import type { EpochMs, Usage } from '../api.ts';
import { chartPng } from '../chart/chart-png.ts';
import { formatCount } from '../format/number.ts';
import { formatMoment, viewerZone } from '../format/time.ts';
import { usePolled } from '../live/use-polled.ts';
import { Panel } from '../shell/panel.tsx';
import { useQueryParam } from '../shell/query-param.ts';
import { strings } from '../strings.ts';
import { usageStrings } from '../strings-of-usage.ts';
import { tableCsv } from '../table/column.ts';
import { DataTable } from '../table/data-table.tsx';
import { download, downloadCsv } from '../table/download.ts';
import { Legend } from '../truth/legend.tsx';
import { flawOf, pathOf, spanOf, WINDOWS_MAX, type Flaw, type Question } from './question.ts';
import { seriesOf, sumOf } from './series.ts';
import { layersOf, UsageChart } from './usage-chart.tsx';
import { usageColumns } from './usage-columns.tsx';

const ASK_EVERY_MS = 10_000;
const FIRST_ROWS = 100;
const say = usageStrings;

/** The answer to one question: the chart, the table behind it, and both as files. */
export function UsagePanel({ id, title, question, tenant = '', at, nameOf, empty = say.empty, children }: {
  readonly id: string;
  readonly title: string;
  readonly question: Question;
  /** Whose usage it is; '': of all that who is signed in may see. */
  readonly tenant?: string;
  /** Now, by the clock of what is asked. */
  readonly at: EpochMs;
  /** What people call something that is told apart. */
  readonly nameOf: (name: string) => string;
  /** What stands there where nothing was used. */
  readonly empty?: ReactNode;
  /** What the question is asked with. */
  readonly children: ReactNode;
}): ReactElement {
  const [view, setView] = useQueryParam('view', 'chart');
  const stack = useRef<HTMLDivElement>(null);
  const { from, to } = spanOf(question, at);
  const span = useMemo(() => ({ from, to }), [from, to]);
  const flaw = flawOf(question, span);
  const { group, unit, window } = question;
  const path = pathOf(question, span, tenant);
  const polled = usePolled<Usage>(flaw === null ? path : null, ASK_EVERY_MS, at);
  const answer = isOf(polled.of, path, question) ? polled.answer : null;
  const series = useMemo(() => seriesOf(answer?.data ?? [], group, unit), [answer, group, unit]);
  const layers = useMemo(() => layersOf(series, nameOf), [series, nameOf]);
  const columns = useMemo(() => usageColumns(group, nameOf), [group, nameOf]);
  const rows = useMemo(() => (answer?.data ?? []).toReversed(), [answer]);
  const chartTitle = say.chart.title(say.form.units[unit], say.form.windows[window]);
  const fileName = `emily-usage-${window}-${group}-commit-${answer?.asOf.commit ?? 0}`;
  const drawn = answer !== null && rows.length > 0;
  return (
    <Panel
      id={id} title={title} problem={polled.problem} commit={answer?.asOf.commit}
      tools={<>
        <button type="button" className="button quiet" aria-pressed={view === 'table'} aria-label={strings.tableOf(title)} onClick={() => setView(view === 'table' ? 'chart' : 'table')}>{strings.table}</button>
        <button type="button" className="button quiet" aria-label={strings.csvOf(title)} disabled={!drawn} onClick={() => downloadCsv(`${fileName}.csv`, tableCsv(answer?.data ?? [], columns))}>{strings.csv}</button>
        <button
          type="button" className="button quiet" aria-label={strings.pngOf(title)} disabled={!drawn || view === 'table'}
          onClick={() => stack.current !== null && void chartPng(stack.current, { layers, stretch: say.chart.stretch(formatMoment(span.from), formatMoment(span.to), viewerZone()) }).then((picture) => download(`${fileName}.png`, picture))}
        >
          {strings.png}
        </button>
      </>}
    >
      {children}
      {flaw !== null && <p className="usage-flaw" role="alert">{flawText(flaw)}</p>}
      {flaw === null && answer === null && polled.problem === null && <p className="table-empty">{say.asking}</p>}
      {flaw === null && answer !== null && rows.length === 0 && <div className="table-empty">{empty}</div>}
      {flaw === null && drawn && (view === 'table'
        ? <DataTable caption={title} columns={columns} rows={rows} rowKey={(row) => `${row.window.start} ${row.tenant ?? ''} ${row.model ?? row.user ?? row.key ?? row.project ?? ''} ${row.measured}`} total={{ label: say.sum, row: sumOf(rows) }} empty={say.empty} first={FIRST_ROWS} />
        : <UsageChart stack={stack} title={chartTitle} series={series} layers={layers} span={span} frontier={answer.asOf.frontier} />)}
      <footer className="usage-legend"><Legend gateways={false} /></footer>
    </Panel>
  );
}

/** Whether an answer may be shown for a question: where the stretch moves with the clock, the last one until the next has come. */
function isOf(asked: string | null, path: string, { from, to }: Question): boolean {
  if (asked === null || from !== null || to !== null) return asked === path;
  return withoutSpan(asked) === withoutSpan(path);
}

const withoutSpan = (path: string): string => path.replace(/&(from|to)=\d+/g, '');

const flawText = (flaw: Flaw): string => (flaw.kind === 'order' ? say.flaws.order : say.flaws.tooLong(formatCount(flaw.windows), formatCount(WINDOWS_MAX)));
