import { useMemo, type ReactElement, type RefObject } from 'react';
import type { EpochMs } from '../../api.ts';
import { CompletenessStrip } from '../../chart/completeness-strip.tsx';
import { intervalAt, type Interval } from '../../chart/interval.ts';
import type { Layer, PlotView } from '../../chart/interval-plot.ts';
import { TimeChart } from '../../chart/time-chart.tsx';
import { formatMoment, viewerZone } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import { rowInWords, TimeReadout } from './time-readout.tsx';
import type { TimeRange } from './time-range.ts';
import type { TimelineRow } from './timeline.ts';

const REQUESTS_HEIGHT_REM = 10.4;
const TOKENS_HEIGHT_REM = 13.6;
const requestLayers: readonly Layer[] = [{ label: strings.now.time.requests, token: 'data-requests' }];
const tokenLayers: readonly Layer[] = [
  { label: strings.now.time.input, token: 'data-input' },
  { label: strings.now.time.output, token: 'data-output' },
];

/** All that the charts draw, for their key. */
export const layers: readonly Layer[] = [...requestLayers, ...tokenLayers];

/**
 * Requests, tokens and completeness above each other on one time axis, with one cursor. For the
 * keyboard and for screen readers the cursor is a slider over time, unseen, read out in words.
 */
export function TimeStack({ stack, range, replay, cursor, onCursor }: {
  readonly stack: RefObject<HTMLDivElement | null>;
  readonly range: TimeRange;
  readonly replay: boolean;
  /** A moment rather than an index, so that the cursor stays on its point while the chart moves. */
  readonly cursor: EpochMs | null;
  readonly onCursor: (at: EpochMs | null) => void;
}): ReactElement {
  const say = strings.now.time;
  const { id, rows } = range;
  const requests = useMemo(() => viewOf(range, ({ requests: count }) => [count]), [range]);
  const tokens = useMemo(() => viewOf(range, ({ inputTokens, outputTokens }) => [inputTokens, outputTokens]), [range]);
  const newest = Math.max(0, rows.length - 1);
  const index = cursor === null ? -1 : intervalAt(requests.intervals, cursor);
  const pointed = index < 0 ? null : index;
  const row = rows[pointed ?? newest];
  const point = (next: number | null): void => onCursor(next === null ? null : rows[next]?.from ?? null);

  const shared = { timeAxis: false, cursor: pointed, onCursor: point };
  return <>
    <div ref={stack} className="chart-stack">
      <input
        type="range" className="unseen" aria-label={say.cursor} aria-valuetext={row === undefined ? say.empty : rowInWords(row, id, formatMoment(row.from))}
        min={0} max={newest} value={pointed ?? newest} onChange={(event) => point(event.target.valueAsNumber)} onBlur={() => onCursor(null)}
      />
      <TimeChart {...shared} title={id === 'seconds' ? say.requestsPerSecond : say.requestsPerMinute} layers={requestLayers} view={requests} heightRem={REQUESTS_HEIGHT_REM} readout={<TimeReadout row={row} range={id} of={['requests']} />} />
      <TimeChart {...shared} timeAxis title={id === 'seconds' ? say.tokensPerSecond : say.tokensPerMinute} layers={tokenLayers} view={tokens} heightRem={TOKENS_HEIGHT_REM} readout={<TimeReadout row={row} range={id} of={['inputTokens', 'outputTokens']} />} />
    </div>
    {range.producers !== null && <CompletenessStrip producers={range.producers} from={range.from} to={range.to} frontier={range.frontier} />}
    <p className="time-note">
      <span>{note(range, replay)}</span>
      {row !== undefined && <span className="time-pointed">{formatMoment(row.from)} · {say.mean(String(Math.round((row.to - row.from) / 100) / 10))} · {strings.finality[row.finality]}</span>}
    </p>
  </>;
}

function viewOf({ rows, from, to, frontier }: TimeRange, values: (row: TimelineRow) => readonly number[]): PlotView {
  const intervals = rows.map((row): Interval => ({ from: row.from, to: row.to, final: row.finality === 'final', values: values(row) }));
  return { intervals, from, to, frontier };
}

function note({ id, rows }: TimeRange, replay: boolean): string {
  const say = strings.now.time;
  if (rows.length === 0) return say.empty;
  if (!replay) return say.zone(viewerZone());
  return id === 'minutes' ? say.zoneTrace(viewerZone()) : say.wallClock;
}
