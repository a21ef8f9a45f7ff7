import type { ReactElement } from 'react';
import type { Hello, Now } from '../../api.ts';
import { formatCount, type Count } from '../../format/number.ts';
import { Panel } from '../../shell/panel.tsx';
import { modelStrings } from '../../strings-of-models.ts';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { ShareBar } from '../../table/share-bar.tsx';
import { modelRows, type ModelRow } from './model-rows.ts';

const { columns: say, sections } = modelStrings;

/** Every model, also one that nobody has asked for: what was used of it this month, and what serves it now. */
export function ModelTable({ now, hello }: { readonly now: Now; readonly hello: Hello }): ReactElement {
  const { month } = now;
  const rows = modelRows(now, hello);
  const columns = columnsOf(now);
  const ready = rows.reduce((sum, row) => sum + row.ready, 0);
  const replicas = rows.reduce((sum, row) => sum + row.replicas, 0);
  const outstanding = rows.reduce((sum, row) => sum + row.outstanding, 0);
  return (
    <Panel
      id="catalog" title={sections.models}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(sections.models)} onClick={() => downloadCsv(`emily-models-${month.label}-commit-${now.commit}.csv`, tableCsv(rows, columns))}>{strings.csv}</button>}
    >
      <DataTable
        caption={sections.models} columns={columns} rows={rows} rowKey={({ model }) => model} order={{ by: 'share', descending: true }} empty={modelStrings.none}
        total={{ label: modelStrings.all, row: { model: '', owner: '', ready, replicas, outstanding, share: rows.length === 0 ? 0 : 1, requests: month.requests, inputTokens: month.inputTokens, outputTokens: month.outputTokens } }}
      />
    </Panel>
  );
}

function columnsOf({ month }: Now): readonly Column<ModelRow>[] {
  return [
    { id: 'model', title: say.model, value: ({ model }) => model },
    { id: 'owner', title: say.owner, lesser: 'least', value: ({ owner }) => owner },
    { id: 'replicas', title: say.ready, numeric: true, value: ({ ready }) => ready, show: ({ ready, replicas }) => <span className={ready === 0 && replicas > 0 ? 'model-bad' : ''}>{modelStrings.ready(formatCount(ready), formatCount(replicas))}</span> },
    { id: 'outstanding', title: say.outstanding, numeric: true, lesser: true, value: ({ outstanding }) => outstanding, show: ({ outstanding }) => formatCount(outstanding) },
    { id: 'share', title: say.share, numeric: true, lesser: 'least', value: ({ share }) => share, show: ({ share }) => <ShareBar share={share} finality={month.finality} /> },
    count('requests', say.requests),
    count('inputTokens', say.input, true),
    count('outputTokens', say.output, true),
    { id: 'finality', title: strings.finalityTitle, hidden: true, value: () => month.finality },
    { id: 'evidence', title: strings.evidenceTitle, hidden: true, value: () => month.evidence.join(' ') },
  ];
}

const count = (id: 'requests' | 'inputTokens' | 'outputTokens', title: string, lesser?: true): Column<ModelRow> =>
  ({ id, title, numeric: true, ...(lesser === undefined ? {} : { lesser }), value: (row) => row[id], compare: (a, b) => compareCounts(a[id], b[id]), show: (row) => formatCount(row[id]) });

function compareCounts(a: Count, b: Count): number {
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
