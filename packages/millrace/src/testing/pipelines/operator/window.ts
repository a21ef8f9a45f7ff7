import { type Early, type LatePolicy, every, reconcile, revise } from '../../../operator/late-policy.ts';
import type { Row } from '../../../operator/row.ts';
import { daily } from '../../../time/schedule.ts';
import { type AlignedWindowing, calendar, tumbling } from '../../../time/windowing.ts';
import type { Aggregates } from '../../../stream/aggregates.ts';
import type { Interval } from '../../../time/calendar.ts';
import { changed } from '../../reference/changed.ts';
import { revised } from '../../reference/revised.ts';
import { tumblingAt } from '../../reference/windowed.ts';
import { AGGREGATION_NAMES, aggregationOf } from '../aggregation.ts';
import { keyOf, keyed } from '../key.ts';
import { type Options, type PipelineOperator, flowsOf, streamsOf } from '../operator.ts';
import type { Toy } from '../toy.ts';
import { standing } from '../standing.ts';

const DAY_MS = 86_400_000;
/** Longer than any run. */
const LONG_MS = 1_000_000_000;

const WINDOWINGS: Readonly<Record<string, { readonly windowing: AlignedWindowing; readonly at: (time: number) => Interval }>> = {
  tens: { windowing: tumbling(10), at: tumblingAt(10) },
  'sevens from 3': { windowing: tumbling(7, 3), at: tumblingAt(7, 3) },
  days: { windowing: calendar.day('UTC'), at: tumblingAt(DAY_MS) },
};

const LATE: Readonly<Record<string, LatePolicy>> = {
  'revise 7': revise({ retain: 7 }),
  'revise long': revise({ retain: LONG_MS }),
  'reconcile 40': reconcile({ at: daily('02:00', 'UTC'), keep: 40 }),
  'reconcile long': reconcile({ at: daily('02:00', 'UTC'), keep: LONG_MS }),
};

const EARLY: Readonly<Record<string, 'each' | Early>> = { each: 'each', 'every 4': every(4), 'every 25': every(25) };

const endOf = (row: Row<unknown, unknown>): number => row.window?.end ?? 0;

interface Chosen {
  readonly windowing: AlignedWindowing;
  readonly at: (time: number) => Interval;
  readonly late: LatePolicy | undefined;
  readonly early: 'each' | Early | undefined;
  readonly keep: number | 'forever' | undefined;
}

function chosen({ windowing, late, early, keep }: Options): Chosen {
  return {
    ...(WINDOWINGS[windowing as string] as (typeof WINDOWINGS)[string]),
    late: LATE[late as string],
    early: EARLY[early as string],
    keep: keep === 'not' ? undefined : (keep as number | 'forever'),
  };
}

/** window + aggregation, under each late policy. */
export const window: PipelineOperator = {
  name: 'window',
  takes: ['stream'],
  options: {
    windowing: Object.keys(WINDOWINGS),
    by: ['all', 'key', 'both'],
    aggregation: AGGREGATION_NAMES,
    late: ['drop', ...Object.keys(LATE)],
    early: ['not', ...Object.keys(EARLY)],
    keep: ['not', 15, 'forever'],
  },
  shape: ({ by, windowing }) => ({ by: String(by), windows: String(windowing) }),
  ports: () => ({ late: 'stream', out: 'table' }),
  build({ name }, inputs, options) {
    const [stream] = streamsOf(inputs);
    const { windowing, late, early, keep } = chosen(options);
    const windows = options['by'] === 'all' ? (stream.window(windowing) as unknown as Aggregates<Toy, unknown>) : keyed(stream, options['by']).window(windowing);
    const policy = { ...(late !== undefined && { late }), ...(early !== undefined && { early }), ...(keep !== undefined && { keep }) };
    const out = aggregationOf(options['aggregation']).add(windows, { name, ...policy });
    return { out, late: out.late };
  },
  naive(_name, inputs, options) {
    const [input] = flowsOf(inputs);
    const { of, orderFree } = aggregationOf(options['aggregation']);
    const { at, late, early, keep = 0 } = chosen(options);
    const key = keyOf(options['by']);
    const retain = late?.kind === 'revise' ? late.retainMs : 0;
    const period = typeof early === 'object' && early.kind === 'every' ? early.everyMs : 'each';
    const found = revised(standing(input.entries), { key: ({ value }) => key(value), at, result: of, retain, ...(early !== undefined && { early: period }) });
    const steps = input.entries.filter((entry) => entry.kind === 'step');
    const frontier = steps.at(-1)?.to ?? -1;
    const rows = found.changes.flatMap((entry) => (entry.kind === 'fact' ? [entry.value.after] : []));
    const finals = rows.filter(({ finality }) => finality === 'final');
    // When the input ends, nothing is forgotten any more after the last timer.
    const timers = retain + (period === 'each' ? 0 : period);
    const reached = Math.min(frontier, Math.max(...[...rows, ...found.open].map((row) => endOf(row) + timers)));
    const isKept = (row: Row<unknown, unknown>): boolean => keep === 'forever' || endOf(row) + Math.max(keep, retain) > reached;
    const isLate = found.late.some((entry) => entry.kind === 'fact');
    const isOrderFree = input.orderFree && (orderFree === 'positioned' ? input.positioned : orderFree);
    const refused = found.late.map((entry) => (entry.kind === 'step' ? entry : { ...entry, value: entry.value.value }));
    return {
      ports: {
        late: { ...input, entries: refused, orderFree: false, several: true },
        out: {
          kind: 'table',
          entries: changed(found.changes),
          provisional: true,
          orderFree: isOrderFree,
          complete: input.complete && !isLate,
          positioned: false,
          sources: input.sources,
          several: true,
          settleMs: retain,
          kept: [...finals.filter(isKept), ...found.open],
          forgettable: finals.filter((row) => !isKept(row)),
          ...(late?.kind === 'reconcile' && { reconciledMs: late.keepMs }),
        },
      },
    };
  },
};
