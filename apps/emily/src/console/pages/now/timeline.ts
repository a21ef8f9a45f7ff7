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

/** What the meter was asked for, and how far its word is the last. */
export type Metered = {
  readonly minutes: readonly UsageWindow[];
  /** When it was asked: of the minute that ran then it holds the part before. */
  readonly askedAt: EpochMs;
  /** Up to here nothing more comes: what it holds of earlier minutes is all there was. */
  readonly frontier: EpochMs;
};

/** Two live points further apart than this have a hole between them. */
const HOLE_MS = 2_500;
const LIVE_SPAN_MS = 1_000;
const MINUTE_MS = 60_000;

/**
 * Rates per second. Of minutes that the frontier has passed, the means of what the meter holds, whatever was heard
 * while they ran: what was heard is a moving mean of what had ended by then. Since then what was heard, which is
 * always provisional; and where the page was not listening, again the means of the meter's minutes. So the chart is
 * full when the page opens, the same after a reload, and honest about its grain.
 */
export function perSecond(points: readonly LivePoint[], metered: Metered, span: Span): readonly TimelineRow[] {
  const passed = metered.frontier - (metered.frontier % MINUTE_MS);
  const settled = Math.min(span.to, Math.max(span.from, passed));
  const heard = points.filter(({ at }) => at > settled && at <= span.to).map((point, at, all) => heardRow(point, all[at - 1]));
  const rows: TimelineRow[] = [...means(metered, { from: span.from, to: settled })];
  let covered = settled;
  for (const row of heard) {
    const from = Math.max(row.from, covered);
    rows.push(...means(metered, { from: covered, to: from }), { ...row, from });
    covered = row.to;
  }
  rows.push(...means(metered, { from: covered, to: span.to }));
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
  return { from: joined ? before.at : at - LIVE_SPAN_MS, to: at, ...values, finality: 'provisional', evidence: [] };
}

/* The parts of the minutes that lie in `hole`, each with the mean of what was over of its minute. */
function means({ minutes, askedAt, frontier }: Metered, hole: Span): TimelineRow[] {
  if (hole.to - hole.from < LIVE_SPAN_MS) return [];
  return together(minutes).flatMap((minute) => {
    const { start, end } = minute.window;
    const over = Math.min(end, Math.max(askedAt, frontier));
    const from = Math.max(start, hole.from);
    const to = Math.min(over, hole.to);
    if (from >= to) return [];
    const seconds = (over - start) / 1_000;
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
