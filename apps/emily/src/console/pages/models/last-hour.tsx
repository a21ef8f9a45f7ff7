import type { ReactElement } from 'react';
import type { Now } from '../../api.ts';
import { popularityPath, type PopularModel, type Popularity } from '../../api-popularity.ts';
import { formatCount, formatShare } from '../../format/number.ts';
import { usePolled } from '../../live/use-polled.ts';
import { Panel } from '../../shell/panel.tsx';
import { modelStrings } from '../../strings-of-models.ts';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { ShareBar } from '../../table/share-bar.tsx';

const ASK_EVERY_MS = 5_000;
const { columns: say, sections } = modelStrings;

/** Which models were asked for most in the last hour, and how that was in the hour before. */
export function LastHour({ now }: { readonly now: Now }): ReactElement {
  const { answer, problem } = usePolled<Popularity>(popularityPath, ASK_EVERY_MS, now.at);
  const data = answer?.data ?? [];
  const all = data.reduce((sum, { requests }) => sum + requests, 0);
  const columns = columnsOf(all);
  return (
    <Panel
      id="last-hour" title={sections.lastHour} problem={problem} commit={answer?.asOf.commit}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(sections.lastHour)} disabled={data.length === 0} onClick={() => downloadCsv(`emily-last-hour-commit-${answer?.asOf.commit ?? now.commit}.csv`, tableCsv(data, columns))}>{strings.csv}</button>}
    >
      {answer === null ? problem === null && <p className="table-empty">{modelStrings.asking}</p> : <DataTable caption={sections.lastHour} columns={columns} rows={data} rowKey={({ model }) => model} order={{ by: 'requests', descending: true }} empty={modelStrings.quiet} />}
    </Panel>
  );
}

const columnsOf = (all: number): readonly Column<PopularModel>[] => [
  { id: 'model', title: say.model, value: ({ model }) => model },
  { id: 'share', title: say.share, numeric: true, lesser: 'least', value: ({ requests }) => shareOf(requests, all), show: ({ requests, finality }) => <ShareBar share={shareOf(requests, all)} finality={finality} /> },
  { id: 'requests', title: say.requests, numeric: true, value: ({ requests }) => requests, show: ({ requests }) => formatCount(requests) },
  { id: 'before', title: say.before, numeric: true, lesser: true, value: ({ before }) => before, show: ({ before }) => formatCount(before) },
  { id: 'change', title: say.change, numeric: true, value: ({ requests, before }) => requests - before, show: ({ requests, before }) => changeText(requests, before) },
  { id: 'input', title: say.input, numeric: true, lesser: true, value: ({ inputTokens }) => inputTokens, show: ({ inputTokens }) => formatCount(inputTokens) },
  { id: 'output', title: say.output, numeric: true, lesser: true, value: ({ outputTokens }) => outputTokens, show: ({ outputTokens }) => formatCount(outputTokens) },
  { id: 'finality', title: strings.finalityTitle, hidden: true, value: ({ finality }) => finality },
];

const shareOf = (requests: number, all: number): number => (all <= 0 ? 0 : Math.max(0, requests) / all);

/** Of what was not asked for before there is no share to change by. */
function changeText(requests: number, before: number): string {
  if (requests === before) return modelStrings.same;
  if (before <= 0) return modelStrings.fresh;
  return `${requests > before ? '+' : '−'}${formatShare(Math.abs(requests - before) / before)}`;
}
