import { useMemo, useState, type ReactElement, type RefObject } from 'react';
import type { EpochMs } from '../api.ts';
import { intervalAt, type Interval } from '../chart/interval.ts';
import type { Layer, PlotView } from '../chart/interval-plot.ts';
import type { Token } from '../chart/palette.ts';
import { TimeChart } from '../chart/time-chart.tsx';
import { formatCount } from '../format/number.ts';
import { formatMoment } from '../format/time.ts';
import { strings } from '../strings.ts';
import { usageStrings } from '../strings-of-usage.ts';
import type { Span } from './question.ts';
import { SERIES_MAX, type Series, type SeriesRow } from './series.ts';
import './usage-chart.css';

const HEIGHT_REM = 19;
const tokens: readonly Token[] = ['data-1', 'data-2', 'data-3', 'data-4', 'data-5'];
const say = usageStrings.chart;

/** What the layers of a series are drawn as, with the names that people know. */
export function layersOf({ names, others }: Series, nameOf: (name: string) => string): readonly Layer[] {
  const named = names.map((name, at): Layer => ({ label: nameOf(name), token: tokens[at] as Token }));
  return others === 0 ? named : [...named, { label: say.others(others), token: 'data-others' }];
}

/**
 * Usage over time, each thing that is told apart as a layer. For the keyboard and for screen readers the cursor is a
 * slider over time, unseen, read out in words.
 */
export function UsageChart({ stack, title, series, layers, span, frontier }: {
  readonly stack: RefObject<HTMLDivElement | null>;
  readonly title: string;
  readonly series: Series;
  readonly layers: readonly Layer[];
  readonly span: Span;
  readonly frontier: EpochMs | null;
}): ReactElement {
  const { rows } = series;
  const [cursor, setCursor] = useState<EpochMs | null>(null);
  const view = useMemo((): PlotView => {
    const intervals = rows.map(({ from, to, values, finality }): Interval => ({ from, to, final: finality === 'final', values }));
    return { intervals, from: Math.min(span.from, rows[0]?.from ?? span.from), to: Math.max(span.to, rows.at(-1)?.to ?? span.to), frontier };
  }, [rows, span, frontier]);
  const newest = Math.max(0, rows.length - 1);
  const index = cursor === null ? -1 : intervalAt(view.intervals, cursor);
  const pointed = index < 0 ? null : index;
  const row = rows[pointed ?? newest];
  const point = (next: number | null): void => setCursor(next === null ? null : rows[next]?.from ?? null);
  return (
    <div ref={stack} className="chart-stack">
      <input
        type="range" className="unseen" aria-label={say.cursor} aria-valuetext={row === undefined ? usageStrings.empty : inWords(row, layers)}
        min={0} max={newest} value={pointed ?? newest} onChange={(event) => point(event.target.valueAsNumber)} onBlur={() => setCursor(null)}
      />
      <TimeChart
        timeAxis title={title} layers={layers} view={view} heightRem={HEIGHT_REM} cursor={pointed} onCursor={point}
        readout={row === undefined ? <span /> : <span className="chart-readout"><span>{formatMoment(row.from)}</span><span>{say.total} <b>{formatCount(row.total)}</b></span><span>{strings.finality[row.finality]}</span></span>}
      />
      <ul className="usage-key">
        {layers.map(({ label, token }, at) => (
          <li key={`${token} ${label}`}><span className={`chart-key shade-${token.slice('data-'.length)}`} />{label} <b>{formatCount(row?.values[at] ?? 0)}</b></li>
        ))}
      </ul>
      {series.others > 0 && <p className="usage-note">{say.largest(formatCount(SERIES_MAX))}</p>}
    </div>
  );
}

function inWords(row: SeriesRow, layers: readonly Layer[]): string {
  const parts = [say.part(say.total, formatCount(row.total)), ...layers.map(({ label }, at) => say.part(label, formatCount(row.values[at] ?? 0)))];
  return say.point(formatMoment(row.from), parts.join(', '), strings.finality[row.finality]);
}
