import { useMemo, useRef, useState, type ReactElement } from 'react';
import type { EpochMs, Hello, Now, Usage } from '../../api.ts';
import { chartPng } from '../../chart/chart-png.ts';
import { missingColumns, producerColumns } from '../../chart/completeness-columns.tsx';
import { formatCount } from '../../format/number.ts';
import { formatMoment, viewerZone } from '../../format/time.ts';
import { usePolled } from '../../live/use-polled.ts';
import type { LivePoint } from '../../live/live-point.ts';
import { Panel } from '../../shell/panel.tsx';
import { useQueryParam } from '../../shell/query-param.ts';
import { Tabs, type Tab } from '../../shell/tabs.tsx';
import { strings } from '../../strings.ts';
import { tableCsv } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { download, downloadCsv } from '../../table/download.ts';
import { Legend } from '../../truth/legend.tsx';
import { timelineColumns } from './time-columns.tsx';
import { defaultRange, minutesPassed, minutesPath, timeRange, type RangeId } from './time-range.ts';
import { layers, TimeStack } from './time-stack.tsx';
import './time-panel.css';

const ASK_EVERY_MS = 15_000;
/** A replay fills minutes as fast as it can read. */
const ASK_EVERY_REPLAYING_MS = 3_000;

/** Demand over time, the completeness it rests on, and the tables behind both. */
export function TimePanel({ now, hello, points }: { readonly now: Now; readonly hello: Hello; readonly points: readonly LivePoint[] }): ReactElement {
  const say = strings.now.time;
  const title = strings.now.sections.time;
  const [chosen, choose] = useQueryParam('range', defaultRange(hello));
  const [view, setView] = useQueryParam('view', 'chart');
  const stack = useRef<HTMLDivElement>(null);
  const [pinned, setPinned] = useState<EpochMs | null>(null);

  const id: RangeId = chosen === 'minutes' ? 'minutes' : 'seconds';
  const { replay } = now;
  const polled = usePolled<Usage>(
    minutesPath(id, now, hello),
    replay?.finished === false ? ASK_EVERY_REPLAYING_MS : ASK_EVERY_MS,
    now.at,
    minutesPassed(now, hello),
  );

  const range = useMemo(() => timeRange(id, now, hello, points, polled), [id, now, hello, points, polled]);
  const newestFirst = useMemo(() => (view === 'table' ? range.rows.toReversed() : []), [view, range]);
  const columns = timelineColumns(id);
  const fileName = `emily-demand-${id}-commit-${now.commit}`;
  const stretch = say.stretch(formatMoment(range.from), formatMoment(range.to), viewerZone());
  const panelId = 'time-view';

  return (
    <Panel
      id="time" title={title} problem={polled.problem} commit={id === 'minutes' ? polled.answer?.asOf.commit : undefined}
      tools={<>
        <Tabs label={say.tabs} tabs={tabs(hello)} chosen={id} panelId={panelId} onChoose={(next) => { setPinned(null); choose(next, 'push'); }} />
        <button type="button" className="button quiet" aria-pressed={view === 'table'} aria-label={strings.tableOf(title)} onClick={() => setView(view === 'table' ? 'chart' : 'table')}>{strings.table}</button>
        <button type="button" className="button quiet" aria-label={strings.csvOf(title)} onClick={() => downloadCsv(`${fileName}.csv`, tableCsv(range.rows, columns))}>{strings.csv}</button>
        <button
          type="button" className="button quiet" aria-label={strings.pngOf(title)} disabled={view === 'table'}
          onClick={() => stack.current !== null && void chartPng(stack.current, { layers, stretch }).then((picture) => download(`${fileName}.png`, picture))}
        >
          {strings.png}
        </button>
      </>}
    >
      <div id={panelId} role="tabpanel" aria-labelledby={`${panelId}-tab-${id}`}>
        {view === 'table' ? <>
          <DataTable caption={title} columns={columns} rows={newestFirst} rowKey={({ from }) => from} empty={say.empty} tall />
          {range.producers !== null && <>
            <h3 className="time-subtitle">{strings.completeness.title}</h3>
            <DataTable caption={strings.completeness.title} columns={producerColumns} rows={range.producers} rowKey={({ producer, epoch }) => `${producer} ${formatCount(epoch)}`} empty={strings.completeness.none} />
            <h3 className="time-subtitle">{strings.completeness.missing.title}</h3>
            <DataTable caption={strings.completeness.missing.title} columns={missingColumns} rows={now.missing} rowKey={(missing) => JSON.stringify(missing)} empty={strings.completeness.missing.none} />
          </>}
        </> : <TimeStack stack={stack} range={range} replay={hello.mode === 'replay'} cursor={pinned} onCursor={setPinned} />}
      </div>
      <footer className="time-legend"><Legend /></footer>
    </Panel>
  );
}

function tabs({ mode }: Hello): readonly Tab<RangeId>[] {
  const say = strings.now.time;
  const seconds: Tab<RangeId> = { id: 'seconds', label: say.seconds, title: say.secondsTitle };
  return mode === 'replay'
    ? [{ id: 'minutes', label: say.trace, title: say.traceTitle }, seconds]
    : [seconds, { id: 'minutes', label: say.minutes, title: say.minutesTitle }];
}
