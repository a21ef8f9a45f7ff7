import type { ReactElement } from 'react';
import type { Hello, Now } from '../../api.ts';
import { fleetPaths, type GpuTime } from '../../api-fleet.ts';
import { formatShare } from '../../format/number.ts';
import { usePolled } from '../../live/use-polled.ts';
import { Panel } from '../../shell/panel.tsx';
import { useQueryParam } from '../../shell/query-param.ts';
import { fleetStrings } from '../../strings-of-fleet.ts';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { FinalityChip } from '../../truth/finality-chip.tsx';
import { Choice } from '../../usage/question-form.tsx';
import '../../usage/usage-chart.css';
import { GpuBar, GpuMark } from './gpu-bar.tsx';
import { gpuParts, TENANTS_APART_MAX, wholeOf, type GpuPart } from './gpu-parts.ts';

const ASK_EVERY_MS = 10_000;
const say = fleetStrings.gpu;
const hours = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** What the GPUs did this month, to the millisecond, and for whom: the parts always sum to the whole. */
export function GpuPanel({ now, hello, tenantName }: { readonly now: Now; readonly hello: Hello; readonly tenantName: (id: string) => string }): ReactElement {
  const { month } = now;
  const [model, setModel] = useQueryParam('model', '');
  // The month's own beginning: it is another question only when another month is.
  const { answer, problem } = usePolled<GpuTime>(fleetPaths.month(month.start), ASK_EVERY_MS, now.at);
  const rows = (answer?.data ?? []).filter((row) => model === '' || row.model === model);
  const parts = gpuParts(rows);
  const whole = wholeOf(parts);
  const columns = columnsOf(parts, whole, tenantName);
  const title = fleetStrings.sections.gpu;
  const isFinal = rows.length > 0 && rows.every(({ finality }) => finality === 'final');
  return (
    <Panel
      id="gpu" title={title} problem={problem} commit={answer?.asOf.commit}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(title)} disabled={parts.length === 0} onClick={() => downloadCsv(`emily-gpu-time-${month.label}-commit-${answer?.asOf.commit ?? now.commit}.csv`, tableCsv(parts, columns))}>{strings.csv}</button>}
    >
      <search className="usage-form"><Choice label={say.model} value={model} options={[{ id: '', name: say.allModels }, ...hello.models.map(({ id }) => ({ id, name: id }))]} onChoose={(id) => setModel(id, 'push')} /></search>
      {answer === null && problem === null && <p className="table-empty">{fleetStrings.asking}</p>}
      {answer !== null && (parts.length === 0 ? <p className="table-empty">{say.none}</p> : <>
        <div className="gpu-whole"><GpuBar parts={gpuParts(rows, TENANTS_APART_MAX)} nameOf={(part) => nameOf(part, tenantName)} /><FinalityChip finality={isFinal ? 'final' : 'provisional'}>{strings.finality[isFinal ? 'final' : 'provisional']}</FinalityChip></div>
        <DataTable caption={title} columns={columns} rows={parts} rowKey={({ id }) => id} empty="" total={{ label: say.whole, row: { id: '', state: 'active', tenant: null, others: 0, gpuMs: whole } }} />
      </>)}
    </Panel>
  );
}

function columnsOf(parts: readonly GpuPart[], whole: number, tenantName: (id: string) => string): readonly Column<GpuPart>[] {
  const { columns } = say;
  return [
    { id: 'part', title: columns.part, value: ({ state }) => say.parts[state], show: (part) => <span title={say.explained[part.state]}><GpuMark parts={parts} at={parts.indexOf(part)} />{nameOf(part, tenantName)}</span> },
    { id: 'tenant', title: columns.tenant, hidden: true, value: ({ tenant }) => tenant ?? '' },
    { id: 'hours', title: columns.hours, numeric: true, value: ({ gpuMs }) => gpuMs / 3_600_000, show: ({ gpuMs }) => hours.format(gpuMs / 3_600_000) },
    { id: 'ms', title: columns.ms, numeric: true, lesser: true, value: ({ gpuMs }) => gpuMs, show: ({ gpuMs }) => gpuMs.toLocaleString('en-GB') },
    { id: 'share', title: columns.share, numeric: true, value: ({ gpuMs }) => (whole === 0 ? 0 : gpuMs / whole), show: ({ gpuMs }) => formatShare(whole === 0 ? 0 : gpuMs / whole) },
  ];
}

function nameOf({ state, tenant, others }: GpuPart, tenantName: (id: string) => string): string {
  if (state !== 'active') return say.parts[state];
  if (others > 0) return say.others(others);
  return say.activeOf(tenant === null || tenant === '' ? say.nobody : tenantName(tenant));
}
