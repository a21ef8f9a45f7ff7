import type { EpochMs, Evidence, Finality, UsageWindow } from '../../api.ts';
import type { LivePoint } from '../../live/live-point.ts';

/** One row of the time charts and of the table behind them: what happened in [from, to). */
export type TimelineRow = {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly finality: Finality;
  readonly evidence: readonly Evidence[];
};

type Span = { readonly from: EpochMs; readonly to: EpochMs };

/** Two live points further apart than this have a hole between them. */
const HOLE_MS = 2_500;
const LIVE_SPAN_MS = 1_000;

/**
 * Rates per second: what was heard live, and before and between, where the page was not listening, the means of
 * the meter's minutes. So the chart is full when the page opens, and honest about its grain.
 *
 * What was heard is a mean of the seconds before it, without the calls that were still open: it is never final.
 * Where a minute is, the meter's own figures take its place.
 */
export function perSecond(points: readonly LivePoint[], minutes: readonly UsageWindow[], span: Span): readonly TimelineRow[] {
  const final = together(minutes).filter(({ finality }) => finality === 'final');
  const isFinal = ({ from, to }: Span): boolean => final.some(({ window }) => from < window.end && to > window.start);
  const heard = points.filter(({ at }) => at > span.from && at <= span.to).map((point, at, all) => heardRow(point, all[at - 1])).filter((row) => !isFinal(row));
  const rows: TimelineRow[] = [];
  let covered = span.from;
  for (const row of heard) {
    rows.push(...means(minutes, { from: covered, to: row.from }), row);
    covered = row.to;
  }
  rows.push(...means(minutes, { from: covered, to: span.to }));
  return rows;
}

/** Totals per minute, as the meter holds them. */
export function perMinute(minutes: readonly UsageWindow[], span: Span): readonly TimelineRow[] {
  return together(minutes)
    .filter(({ window }) => window.end > span.from && window.start < span.to)
    .map(({ window, requests, inputTokens, outputTokens, finality, evidence }) =>
      ({ from: window.start, to: window.end, requests, inputTokens, outputTokens, finality, evidence }));
}

type Minute = Omit<UsageWindow, 'measured'>;

/* What was measured here and elsewhere in one minute, drawn as one: as sure as the less sure of the two. */
function together(minutes: readonly Minute[]): readonly Minute[] {
  const all: Minute[] = [];
  for (const minute of minutes) {
    const before = all.at(-1);
    if (before?.window.start !== minute.window.start) all.push(minute);
    else all[all.length - 1] = sum(before, minute);
  }
  return all;
}

function sum(a: Minute, b: Minute): Minute {
  const final = a.finality === 'final' && b.finality === 'final';
  return {
    ...a,
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    finality: final ? 'final' : 'provisional',
    evidence: final ? united([...a.evidence, ...b.evidence]) : [],
  };
}

/* What rests on an assumption or a word is not proved, whatever else it rests on. */
function united(evidence: readonly Evidence[]): readonly Evidence[] {
  const less = evidence.includes('assumed') || evidence.includes('declared');
  return [...new Set(evidence)].filter((mark) => !(less && mark === 'proved'));
}

/* A live point stands for the time since the one before it. */
function heardRow(point: LivePoint, before: LivePoint | undefined): TimelineRow {
  const joined = before !== undefined && point.at - before.at <= HOLE_MS;
  const { at, ...values } = point;
  return {
    from: joined ? before.at : at - LIVE_SPAN_MS,
    to: at,
    ...values,
    finality: 'provisional',
    evidence: [],
  };
}

/* The parts of the minutes that lie in `hole`, each with its minute's mean. */
function means(minutes: readonly UsageWindow[], hole: Span): TimelineRow[] {
  if (hole.to - hole.from < LIVE_SPAN_MS) return [];
  return together(minutes).flatMap((minute) => {
    const { start, end } = minute.window;
    const from = Math.max(start, hole.from);
    const to = Math.min(end, hole.to);
    if (from >= to) return [];
    const seconds = (end - start) / 1_000;
    return [{
      from, to,
      requests: minute.requests / seconds,
      inputTokens: minute.inputTokens / seconds,
      outputTokens: minute.outputTokens / seconds,
      finality: minute.finality,
      evidence: minute.evidence,
    }];
  });
}
