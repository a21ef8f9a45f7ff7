import { useMemo, type ReactElement } from 'react';
import type { Hello, Now, Producer } from '../../api.ts';
import { missingColumns, producerColumns } from '../../chart/completeness-columns.tsx';
import { CompletenessStrip } from '../../chart/completeness-strip.tsx';
import { formatCount } from '../../format/number.ts';
import { formatMoment, viewerZone } from '../../format/time.ts';
import { goToSection, Panel } from '../../shell/panel.tsx';
import { useQueryParam } from '../../shell/query-param.ts';
import { Tabs } from '../../shell/tabs.tsx';
import { holdStrings } from '../../strings-of-holds.ts';
import { strings } from '../../strings.ts';
import { tableCsv, type Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { downloadCsv } from '../../table/download.ts';
import { Legend } from '../../truth/legend.tsx';
import { isStripRange, stripRanges, stripSpan, type StripRange } from './strip-span.ts';

const say = holdStrings.gateways;
const { sections } = holdStrings;
const standard: StripRange = 'hours';

/** How completely each gateway has reported: who is silent, what is missing, and which hold waits for a decision on it. */
export function GatewaysPanel({ now, hello }: { readonly now: Now; readonly hello: Hello }): ReactElement {
  const { producers, missing, frontier } = now;
  const [asked, choose] = useQueryParam('range', standard);
  const range = isStripRange(asked) ? asked : standard;
  const { from, to } = stripSpan(range, now, hello);
  const columns = useMemo(() => gatewayColumns(now.holds), [now.holds]);
  const view = 'gateways-view';
  const isReplay = hello.mode === 'replay';
  return (
    <Panel
      id="gateways" title={sections.gateways}
      tools={<>
        {!isReplay && <Tabs label={say.range} tabs={stripRanges.map((id) => ({ id, ...say.ranges[id] }))} chosen={range} panelId={view} onChoose={(next) => choose(next, 'push')} />}
        <button type="button" className="button quiet" aria-label={strings.csvOf(sections.gateways)} disabled={producers.length === 0} onClick={() => downloadCsv(`emily-gateways-commit-${now.commit}.csv`, tableCsv(producers, columns))}>{strings.csv}</button>
      </>}
    >
      <Sentences producers={producers} />
      <div id={view} {...(isReplay ? {} : { 'role': 'tabpanel', 'aria-labelledby': `${view}-tab-${range}` })}>
        {producers.length > 0 && <>
          <CompletenessStrip producers={producers} from={from} to={to} frontier={frontier} />
          <p className="gateways-axis">{say.axis(formatMoment(from), formatMoment(to), viewerZone())}</p>
        </>}
      </div>
      <DataTable caption={sections.gateways} columns={columns} rows={producers} rowKey={({ producer, epoch }) => `${producer} ${epoch}`} empty={say.none} />
      <div className="panel-head">
        <h3 id="missing-title" tabIndex={-1}>{sections.missing}</h3>
        <div className="panel-tools"><button type="button" className="button quiet" aria-label={strings.csvOf(sections.missing)} disabled={missing.length === 0} onClick={() => downloadCsv(`emily-missing-commit-${now.commit}.csv`, tableCsv(missing, missingColumns))}>{strings.csv}</button></div>
      </div>
      <DataTable caption={sections.missing} columns={missingColumns} rows={missing} rowKey={(one) => JSON.stringify(one)} empty={strings.completeness.missing.none} />
      <footer className="time-legend"><Legend /></footer>
    </Panel>
  );
}

/** How the gateways stand, in words; what others wait for stands out. */
function Sentences({ producers }: { readonly producers: readonly Producer[] }): ReactElement | null {
  if (producers.length === 0) return null;
  const odd = (['silent', 'gapped', 'lost'] as const).flatMap((state) => {
    const count = producers.filter((one) => one.state === state).length;
    return count === 0 ? [] : [say[state](count)];
  });
  return <p className={`holds-count${odd.length > 0 ? ' waiting' : ''}`} role="status">{odd.length === 0 ? say.good : odd.join(' ')}</p>;
}

/** The columns of the gateways, with the hold that is about each. */
function gatewayColumns(holds: Now['holds']): readonly Column<Producer>[] {
  const of = (producer: string): readonly number[] => holds.filter((hold) => hold.producer === producer).map(({ id }) => id);
  // Here what is missing has a table of its own below.
  const roomy = producerColumns.map((column) => (column.id === 'sequence' || column.id === 'missing' ? { ...column, lesser: true as const } : column));
  return [...roomy, {
    id: 'hold', title: say.hold, value: ({ producer }) => of(producer).join(' '),
    show: ({ producer }) => of(producer).map((id) => <button key={id} type="button" className="finding bad" onClick={() => goToSection(`hold-${id}`)}>{say.toHold(formatCount(id))}</button>),
  }];
}
