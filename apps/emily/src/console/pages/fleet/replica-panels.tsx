import type { ReactElement } from 'react';
import type { Now } from '../../api.ts';
import { fleetPaths, type BootTime, type Fleet, type FleetReplica, type GpuMs, type LeftReplica } from '../../api-fleet.ts';
import { Moment } from '../../format/moment.tsx';
import { formatCount } from '../../format/number.ts';
import { isFar } from '../../format/time.ts';
import { usePolled } from '../../live/use-polled.ts';
import { Panel } from '../../shell/panel.tsx';
import { fleetStrings } from '../../strings-of-fleet.ts';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import '../now/replicas.css';
import { GpuBar } from './gpu-bar.tsx';
import type { GpuPart } from './gpu-parts.ts';

const ASK_EVERY_MS = 2_000;
const FIRST_LEFT = 10;
const say = fleetStrings;

/** The replicas of now with their load and what their time came to, and those that have left, with why. */
export function ReplicaPanels({ now }: { readonly now: Now }): ReactElement {
  const { answer, problem } = usePolled<Fleet>(fleetPaths.fleet, ASK_EVERY_MS, now.at);
  const { data = [], waiting = [], left = [] } = answer ?? {};
  const [columns, leftColumns] = [columnsAt(now.at), leftColumnsAt(now.at)];
  const file = (name: string): string => `emily-${name}-commit-${answer?.asOf.commit ?? now.commit}.csv`;
  const ready = data.filter(({ state }) => state === 'ready').length;
  return <>
    <Panel
      id="replicas" title={say.sections.replicas} problem={problem} commit={answer?.asOf.commit}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(say.sections.replicas)} disabled={data.length === 0} onClick={() => downloadCsv(file('replicas'), tableCsv(data, columns))}>{strings.csv}</button>}
    >
      {answer === null ? problem === null && <p className="table-empty">{say.asking}</p> : <>
        {data.length > 0 && <p className={`fleet-ready${ready < data.length ? ' odd' : ''}`}>{say.ready(formatCount(ready), formatCount(data.length))}</p>}
        {waiting.map(({ model, calls }) => <p key={model} className="fleet-ready odd">{say.waiting(formatCount(calls), model)}</p>)}
        <DataTable caption={say.sections.replicas} columns={columns} rows={data} rowKey={({ replica }) => replica} empty={say.none} />
      </>}
    </Panel>
    <Panel
      id="left" title={say.sections.left}
      tools={<button type="button" className="button quiet" aria-label={strings.csvOf(say.sections.left)} disabled={left.length === 0} onClick={() => downloadCsv(file('replicas-left'), tableCsv(left, leftColumns))}>{strings.csv}</button>}
    >
      {answer !== null && <DataTable caption={say.sections.left} columns={leftColumns} rows={left} rowKey={({ replica }) => replica} first={FIRST_LEFT} empty={say.noneLeft} />}
    </Panel>
  </>;
}

const columnsAt = (now: number): readonly Column<FleetReplica>[] => [
  { id: 'replica', title: say.columns.replica, value: ({ replica }) => replica },
  { id: 'model', title: say.columns.model, lesser: true, value: ({ model }) => model },
  { id: 'state', title: say.columns.state, value: ({ state }) => state, show: ({ state }) => <span className={`replica-state ${state === 'ready' ? 'ready' : 'other'}`}>{stateName(state)}</span> },
  { id: 'outstanding', title: say.columns.outstanding, numeric: true, value: ({ outstanding }) => outstanding, show: ({ outstanding }) => formatCount(outstanding) },
  ...timeColumns<FleetReplica>(now),
];

const leftColumnsAt = (now: number): readonly Column<LeftReplica>[] => [
  { id: 'replica', title: say.columns.replica, value: ({ replica }) => replica },
  { id: 'model', title: say.columns.model, lesser: true, value: ({ model }) => model },
  { id: 'reason', title: say.columns.reason, value: ({ reason }) => reason ?? say.unsaid },
  ...timeColumns<LeftReplica>(now),
];

/** What is known of a boot once it has registered. */
function timeColumns<Row extends BootTime>(now: number): readonly Column<Row>[] {
  const moment = (at: number | null): ReactElement | string => (at === null ? '' : <Moment at={at} dated={isFar(at, now)} />);
  const beatOf = (row: Row): number | null => (row.registeredAt === null ? null : row.lastBeatAt);
  const ms = (id: keyof GpuMs): Column<Row> => ({ id, title: `${say.gpu.parts[id]}, ${say.gpu.columns.ms}`, hidden: true, value: (row) => (row.registeredAt === null ? '' : row.gpuMs[id]) });
  return [
    { id: 'owner', title: say.columns.owner, lesser: 'least', value: (row) => (row.registeredAt === null ? '' : row.owner) },
    { id: 'gpus', title: say.columns.gpus, numeric: true, lesser: 'least', value: (row) => (row.registeredAt === null ? '' : row.gpus) },
    { id: 'registered', title: say.columns.registered, lesser: 'least', value: ({ registeredAt }) => isoOf(registeredAt), show: ({ registeredAt }) => (registeredAt === null ? <span className="unit">{say.unregistered}</span> : moment(registeredAt)) },
    { id: 'beat', title: say.columns.beat, lesser: true, value: (row) => isoOf(beatOf(row)), show: (row) => moment(beatOf(row)) },
    {
      id: 'time', title: say.columns.time, lesser: true, value: (row) => (row.registeredAt === null ? '' : row.clockMs * row.gpus),
      show: (row) => { const parts = partsOf(row); return parts.length > 0 && <GpuBar small parts={parts} nameOf={({ state }) => say.gpu.parts[state]} />; },
    },
    ms('setup'), ms('active'), ms('idle'), ms('unknown'),
  ];
}

const isoOf = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());

const partsOf = (boot: BootTime): readonly GpuPart[] =>
  (boot.registeredAt === null ? [] : (['setup', 'active', 'idle', 'unknown'] as const).map((state): GpuPart => ({ id: state, state, tenant: state === 'active' ? '' : null, others: 0, gpuMs: boot.gpuMs[state] })).filter(({ gpuMs }) => gpuMs > 0));

/** A newer server may know states that this page does not. */
const stateName = (state: string): string => (say.states as Readonly<Record<string, string>>)[state] ?? state;
