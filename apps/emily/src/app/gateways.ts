import type { Missing, ProducerStatus, Program, Row, SequenceRange } from 'millrace';
import type { GatewayTimes } from '../meter/gateways.ts';
import { logs, type EmilyTables } from './program.ts';

/** How completely one gateway has reported, in the times of its calls. */
export type GatewayView = {
  readonly producer: string;
  readonly state: ProducerStatus['state'];
  /** Its latest life; 0: nothing was heard of it. */
  readonly epoch: number;
  /** The last sequence of that life up to which all have come; −1: none. */
  readonly sequence: number;
  /** When it was last heard: its newest call, or what it promised. Null: it has said nothing. */
  readonly lastAt: number | null;
  /** Nothing older follows; null: it has promised nothing, or is set aside. */
  readonly promise: number | null;
  /** Stretches in which nothing is missing. */
  readonly segments: readonly { readonly from: number; readonly to: number }[];
  /** Where what is missing belongs: between its promise, before which all is there, and its newest call. */
  readonly gaps: readonly { readonly from: number; readonly to: number; readonly epoch: number; readonly ranges: readonly SequenceRange[] }[];
};

/** The most that is shown of what is missing: entries, and ranges of each. */
const MISSING_SHOWN_MAX = 100;
const RANGES_SHOWN_MAX = 20;

/** The gateways, from what the source knows of its producers and the meter of their calls. */
export function gatewayViews(program: Program<EmilyTables>, rows: readonly Row<string, GatewayTimes>[]): readonly GatewayView[] {
  const missing = shownMissing(program);
  const known = new Map(rows.map(({ key, value }) => [key, value]));
  return producersOf(program).map((status) => viewOf(status, known.get(status.producer), missing));
}

/** What is missing, as much of it as a page can show. */
export function shownMissing(program: Program<EmilyTables>): readonly Missing[] {
  return program
    .missing()
    .slice(0, MISSING_SHOWN_MAX)
    .map((one) => ('ranges' in one ? { ...one, ranges: one.ranges.slice(0, RANGES_SHOWN_MAX) } : one));
}

const producersOf = (program: Program<EmilyTables>): readonly ProducerStatus[] => program.status().sources[logs.usage]?.[0]?.numbered?.producers ?? [];

function viewOf({ producer, state, epoch, through, promise }: ProducerStatus, calls: GatewayTimes | undefined, missing: readonly Missing[]): GatewayView {
  const promised = promise >= 0 && Number.isFinite(promise) ? promise : null;
  const heard = [calls?.lastAt, promised].filter((at) => at !== undefined && at !== null);
  const lastAt = heard.length === 0 ? null : Math.max(...heard);
  const base = { producer, state, epoch: epoch ?? 0, sequence: through, lastAt, promise: promised };
  if (calls === undefined || lastAt === null) return { ...base, segments: [], gaps: [] };
  const lacks = missing.flatMap((one) => (one.what === 'sequences' && one.producer === producer && !one.lost ? [one] : []));
  const sureTo = state === 'gapped' ? Math.max(calls.firstAt, promised ?? 0) : lastAt;
  return {
    ...base,
    segments: [{ from: calls.firstAt, to: sureTo }],
    gaps: lacks.map((lack) => ({ from: sureTo, to: lastAt, epoch: lack.epoch, ranges: lack.ranges })),
  };
}
