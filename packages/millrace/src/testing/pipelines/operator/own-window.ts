import { type LatePolicy, every, reconcile, revise } from '../../../operator/late-policy.ts';
import type { Change, Row } from '../../../operator/row.ts';
import type { Aggregates } from '../../../stream/aggregates.ts';
import { group } from '../../../time/group-windowing.ts';
import { countWindow, hopping, session, sliding } from '../../../time/own-windowing.ts';
import { daily } from '../../../time/schedule.ts';
import type { PlainWindowing, Windowing } from '../../../time/windowing.ts';
import { changed } from '../../reference/changed.ts';
import { counted } from '../../reference/counted.ts';
import { grouped } from '../../reference/group-windows.ts';
import { hopped } from '../../reference/hopped.ts';
import type { Recorded } from '../../reference/recorded.ts';
import type { Stood } from '../../reference/results.ts';
import { sessions } from '../../reference/sessions.ts';
import { slid } from '../../reference/slid.ts';
import { aggregationOf } from '../aggregation.ts';
import { keyOf, keyed } from '../key.ts';
import { type Options, type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';
import { standing } from '../standing.ts';
import type { Toy } from '../toy.ts';

type Standing = Stood<Toy>;
type Rows = readonly Row<unknown, unknown>[];

interface By {
  readonly key: (stood: Standing) => unknown;
  readonly result: (all: readonly Standing[]) => unknown;
  readonly retain: number;
  readonly early?: 'each' | number;
}

interface Found {
  readonly changes: Recorded<Change<unknown, unknown>>;
  readonly late: Recorded<Standing>;
  readonly open: Rows;
  /** Whether an event came too late for some of its windows, and is late for others or none. */
  readonly isMissed?: boolean;
}

interface Kind {
  readonly windowing: Windowing;
  readonly naive: (stream: Recorded<Standing>, by: By) => Found;
  /** It is the same in whatever order the same events arrive: if they are merely the same, if each stands where it stood, or not even then. */
  readonly orderFree: boolean | 'positioned';
  /** How long after its end a window may be open, in ms; default: not at all. */
  readonly openMs?: number;
}

const isOpening = ({ n }: Toy): boolean => n % 3 === 0;
const isClosing = ({ n }: Toy): boolean => n % 4 === 0;

const hops = (size: number, advance: number): Kind => ({
  windowing: hopping(size, advance),
  orderFree: true,
  naive: (stream, by) => {
    const { changes, ...rest } = hopped(stream, { size, advance, ...by });
    return { changes: changed(changes), ...rest };
  },
});
const counts = (events: number, partial: boolean): Kind => ({
  windowing: countWindow(events, { partial }),
  orderFree: false,
  // A count that is not full leaves when the input ends.
  openMs: partial ? Number.POSITIVE_INFINITY : 0,
  naive: (stream, by) => counted(stream, { events, partial, ...by }),
});

const KINDS: Readonly<Record<string, Kind>> = {
  'hopping 10 by 4': hops(10, 4),
  'hopping 12 by 6': hops(12, 6),
  'sliding 8': { windowing: sliding(8), orderFree: true, naive: (stream, by) => slid(stream, { length: 8, ...by }) },
  'session 4': { windowing: session(4), orderFree: true, naive: (stream, by) => sessions(stream, { gap: 4, ...by }) },
  'count 3': counts(3, false),
  'count 4 partial': counts(4, true),
  'group 12': {
    windowing: group({ open: isOpening, close: isClosing, timeout: 12 }),
    orderFree: 'positioned',
    openMs: 12,
    naive: (stream, by) => grouped(stream, { open: ({ value }) => isOpening(value), close: ({ value }) => isClosing(value), timeout: 12, ...by }),
  },
};

const EARLY: Readonly<Record<string, 'each' | number>> = { each: 'each', 'every 5': 5 };
const LONG_MS = 1_000_000_000;
const LATE: Readonly<Record<string, LatePolicy>> = {
  'revise 9': revise({ retain: 9 }),
  'revise long': revise({ retain: LONG_MS }),
  'reconcile 40': reconcile({ at: daily('02:00', 'UTC'), keep: 40 }),
  'reconcile long': reconcile({ at: daily('02:00', 'UTC'), keep: LONG_MS }),
};

function retainMs(late: LatePolicy | undefined): number {
  return late?.kind === 'revise' ? late.retainMs : 0;
}

function kindOf({ windowing }: Options): Kind {
  return KINDS[windowing as string] as Kind;
}

/** Windows that overlap, and windows that every key has of its own; with an aggregation. */
export const ownWindow: PipelineOperator = {
  name: 'own window',
  takes: ['stream'],
  options: {
    windowing: Object.keys(KINDS),
    by: ['key', 'both'],
    aggregation: ['count', 'several', 'ordered'],
    late: ['drop', ...Object.keys(LATE)],
    early: ['not', ...Object.keys(EARLY)],
    keep: ['not', 'forever'],
  },
  excludes: ({ windowing, late }) => windowing !== undefined && kindOf({ windowing }).windowing.kind === 'count' && late !== undefined && late !== 'drop',
  repeats: ({ windowing, early }) => windowing === 'sliding 8' && early === 'each',
  shape: ({ by, windowing }) => ({ by: String(by), windows: String(windowing), loose: !/hopping|session/.test(String(windowing)) }),
  ports: () => ({ late: 'stream', out: 'table' }),
  build({ name }, inputs, options) {
    const late = LATE[options['late'] as string];
    const early = EARLY[options['early'] as string];
    const policy = { ...(late !== undefined && { late }), ...(early !== undefined && { early: typeof early === 'number' ? every(early) : early }), ...(options['keep'] === 'forever' && { keep: 'forever' as const }) };
    const windows = keyed(streamsOf(inputs)[0], options['by']).window(kindOf(options).windowing as PlainWindowing) as unknown as Aggregates<Toy, unknown>;
    const out = aggregationOf(options['aggregation']).add(windows, { name, ...policy });
    return { out, late: out.late };
  },
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    const { of, orderFree } = aggregationOf(options['aggregation']);
    const kind = kindOf(options);
    const early = EARLY[options['early'] as string];
    const late = LATE[options['late'] as string];
    const key = keyOf(options['by']);
    const found = kind.naive(standing(input.entries), {
      key: ({ value }) => key(value),
      result: of,
      retain: retainMs(late),
      ...(early !== undefined && { early }),
    });
    const finals = found.changes.flatMap((entry) => (entry.kind === 'fact' && entry.value.finality === 'final' ? [rowOf(entry.value)] : []));
    const isLate = found.isMissed === true || found.late.some((entry) => entry.kind === 'fact');
    const isFree = (free: boolean | 'positioned'): boolean => (free === 'positioned' ? input.positioned : free);
    const refused = found.late.map((entry) => (entry.kind === 'step' ? entry : { ...entry, value: entry.value.value }));
    const isKept = options['keep'] === 'forever';
    return {
      ports: {
        late: { ...input, entries: refused, orderFree: false, several: true },
        out: {
          kind: 'table',
          entries: found.changes,
          provisional: true,
          orderFree: input.orderFree && isFree(orderFree) && isFree(kind.orderFree),
          complete: input.complete && !isLate,
          positioned: false,
          sources: input.sources,
          several: true,
          own: true,
          settleMs: Math.max(retainMs(late) + (kind.openMs ?? 0), kind.windowing.kind === 'session' && typeof early === 'number' ? early : 0),
          kept: isKept ? [...finals, ...found.open] : found.open,
          forgettable: isKept ? [] : finals,
          ...(late?.kind === 'reconcile' && { reconciledMs: late.keepMs }),
        },
      },
    };
  },
};

function rowOf({ key, window, after: value, time, revision, finality, evidence }: Change<unknown, unknown>): Row<unknown, unknown> {
  return { key, window, value, time, revision, finality, evidence };
}
