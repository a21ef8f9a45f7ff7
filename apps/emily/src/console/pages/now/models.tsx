import type { ReactElement } from 'react';
import type { Hello, ModelUsage, Now } from '../../api.ts';
import { formatCount } from '../../format/number.ts';
import { Panel } from '../../shell/panel.tsx';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { ShareBar } from '../../table/share-bar.tsx';

/** Which models are asked for, and how much. The bars are the chart, the table is its data. */
export function Models({ now, hello }: { readonly now: Now; readonly hello: Hello }): ReactElement {
  const { month } = now;
  const title = strings.now.sections.models;
  const columns = modelColumns(now, hello);
  return (
    <Panel
      id="models" title={title}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(title)} onClick={() => downloadCsv(`emily-models-${month.label}-commit-${now.commit}.csv`, tableCsv(month.byModel, columns))}>{strings.csv}</button>}
    >
      <DataTable
        caption={title} columns={columns} rows={month.byModel} rowKey={({ model }) => model} order={{ by: 'share', descending: true }}
        total={{ label: strings.now.models.all, row: { model: '', requests: month.requests, inputTokens: month.inputTokens, outputTokens: month.outputTokens, share: 1 } }}
        empty={strings.now.noUsage}
      />
    </Panel>
  );
}

function modelColumns({ month }: Now, hello: Hello): readonly Column<ModelUsage>[] {
  const { columns: say } = strings.now.models;
  const owner = (id: string): string => hello.models.find((model) => model.id === id)?.owner ?? '';
  return [
    { id: 'model', title: say.model, value: ({ model }) => model },
    { id: 'owner', title: say.owner, hidden: true, value: ({ model }) => owner(model) },
    { id: 'share', title: say.share, numeric: true, value: ({ share }) => share, show: ({ share }) => <ShareBar share={share} finality={month.finality} /> },
    { id: 'requests', title: say.requests, numeric: true, value: ({ requests }) => requests, show: ({ requests }) => formatCount(requests) },
    { id: 'input', title: say.input, numeric: true, lesser: true, value: ({ inputTokens }) => inputTokens, show: ({ inputTokens }) => formatCount(inputTokens) },
    { id: 'output', title: say.output, numeric: true, lesser: true, value: ({ outputTokens }) => outputTokens, show: ({ outputTokens }) => formatCount(outputTokens) },
    { id: 'finality', title: strings.finalityTitle, hidden: true, value: () => month.finality },
    { id: 'evidence', title: strings.evidenceTitle, hidden: true, value: () => month.evidence.join(' ') },
  ];
}
