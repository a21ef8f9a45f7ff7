import { count } from '../aggregation/count.ts';
import { type CustomAggregation, custom } from '../aggregation/custom.ts';
import { type Ordered, max, min } from '../aggregation/extreme.ts';
import { type Widened, sum } from '../aggregation/sum.ts';
import { type Columns, type FieldResults, type Fields, alone, together } from '../aggregation/columns.ts';
import { type Grouped, collectGroup } from '../operator/group-window/collect-group.ts';
import { type Early, type LatePolicy, drop } from '../operator/late-policy.ts';
import type { Port, WindowNode } from '../plan/node.ts';
import type { KeyShape } from '../state/key.ts';
import type { Duration } from '../time/duration.ts';
import type { GroupWindowing } from '../time/group-windowing.ts';
import type { Windowing } from '../time/windowing.ts';
import type { Builder } from './builder.ts';
import { type StreamOf, Table } from './table.ts';

/** What every aggregation can be told. */
export interface AggregateOptions {
  /** Durable state is found again by its name; required when the program has a store. */
  readonly name?: string;
  /** How long a closed window can still be asked, in ms of event time; 'forever' says so. Default 0. Of windows only. */
  readonly keep?: Duration | 'forever';
  /** What happens to an event whose window is closed: `drop()`, the default, or `revise({ retain })`. Of windows only. */
  readonly late?: LatePolicy;
  /** Rows of open windows leave before they close: with 'each' event, or `every(period)` of event time. Of windows only. */
  readonly early?: 'each' | Early;
  /**
   * For how long after its last event a key's empty windows leave too, with the result of no events: a
   * count or a sum of 0. Of aligned and hopping windows only. Left out: empty windows say nothing.
   */
  readonly fill?: Duration;
}

/** The ways to turn the events of a key, or of a key and a window, into one value. */
export interface Aggregates<T, K> {
  /** How many events. */
  count(options?: AggregateOptions): Table<K, number, T>;
  /** The exact sum of safe integers or bigints. */
  sum<N extends number | bigint>(select: (value: T) => N, options?: AggregateOptions): Table<K, Widened<N>, T>;
  min<V extends Ordered>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T>;
  max<V extends Ordered>(select: (value: T) => V, options?: AggregateOptions): Table<K, V, T>;
  /** Several aggregations at once: `{ of: { n: count(), tokens: sum((e) => e.tokens) } }`. */
  aggregate<F extends Fields<T>>(options: AggregateOptions & { readonly of: F }): Table<K, FieldResults<F>, T>;
  /** An aggregation of your own. */
  aggregate<A, R>(options: AggregateOptions & CustomAggregation<T, A, R>): Table<K, R, T>;
}

/** The ways to turn the events of a group into one value: those of all windows, and to collect it as it is. */
export type GroupAggregates<T, K, Open extends T, Close extends T> = Omit<Aggregates<T, K>, 'collect'> & {
  /** What opened it, what closed it, all its events by event time, then by position, and whether it timed out. */
  collect(options?: AggregateOptions): Table<K, Grouped<T, Open, Close>, T>;
};

/** Where aggregates are added to a program. */
export interface AggregatesPlace {
  readonly builder: Builder;
  readonly streamOf: StreamOf;
  readonly input: Port;
}

export function aggregates<T, K>(place: AggregatesPlace, key: KeyShape<T, K>, windowing: Windowing | undefined): Aggregates<T, K> {
  const table = tableOf(place, key, windowing);
  return {
    count: (options) => table(alone(count()), options),
    sum: (select, options) => table(alone(sum(select)), options),
    min: (select, options) => table(alone(min(select)), options),
    max: (select, options) => table(alone(max(select)), options),
    aggregate: ((options: AggregateOptions & ({ readonly of: Fields<T> } | CustomAggregation<T, unknown, unknown>)) =>
      table('of' in options ? together(options.of) : alone(custom(options)), options)) as Aggregates<T, K>['aggregate'],
  };
}

/** Adds a table of `columns` to the program. */
function tableOf<T, K>(place: AggregatesPlace, key: KeyShape<T, K>, windowing: Windowing | undefined): <V>(columns: Columns<T, V>, options?: AggregateOptions) => Table<K, V, T> {
  const { builder, streamOf, input } = place;
  return <V>(columns: Columns<T, V>, options: AggregateOptions = {}): Table<K, V, T> => {
    if (windowing === undefined) checkUnwindowed(options);
    if (windowing?.kind === 'count' && options.late?.kind === 'revise') throw new RangeError('late: nothing is late for windows of so many events');
    const common = {
      inputs: [input],
      name: options.name,
      key: key as KeyShape<unknown, unknown>,
      columns: columns as Columns<unknown, unknown>,
    };
    const node =
      windowing === undefined
        ? builder.add({ kind: 'aggregate', ...common })
        : builder.add({ kind: 'window', ...common, windowing, ...closingOf(options), fillMs: fillMs(options.fill, windowing, columns) });
    return new Table(builder, streamOf, node);
  };
}

function checkUnwindowed({ keep, late, early, fill }: AggregateOptions): void {
  if (fill !== undefined) throw new RangeError('fill: a table without windows has no empty ones');
  if (keep !== undefined) throw new RangeError('keep: a table without windows keeps every row');
  if (late !== undefined) throw new RangeError('late: nothing is late for a table without windows');
  if (early !== undefined) throw new RangeError('early: a table without windows emits every change at once');
}

function closingOf({ keep, late = drop(), early }: AggregateOptions): Pick<WindowNode, 'keepMs' | 'late' | 'early'> {
  return { keepMs: keepMs(keep), late, early: early === 'each' ? { kind: 'each' } : early };
}

function fillMs<T, V>(fill: Duration | undefined, { kind, text }: Windowing, columns: Columns<T, V>): number {
  if (fill === undefined) return 0;
  if (!Number.isSafeInteger(fill) || fill <= 0) throw new RangeError(`fill: ${fill}: expected a positive whole number of ms`);
  if (kind !== 'aligned' && kind !== 'hopping') throw new RangeError(`fill: windows of '${text}' are not there where nothing happens`);
  if (!hasEmptyResult(columns)) throw new RangeError(`fill: '${columns.name}' has no result of no events; count and sum have`);
  return fill;
}

/** Whether there is a result of no events, in every field. */
function hasEmptyResult<T, V>(columns: Columns<T, V>): boolean {
  const values: readonly unknown[][] = Array.from({ length: columns.slots }, () => []);
  try {
    columns.create(values, 0);
    const result: unknown = columns.result(values, 0);
    return result !== undefined && !(isRecord(result) && Object.values(result).includes(undefined));
  } catch {
    return false; // a result that cannot be made of nothing is none
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

function keepMs(keep: Duration | 'forever' = 0): number {
  if (keep === 'forever') return Number.POSITIVE_INFINITY;
  if (!Number.isSafeInteger(keep) || keep < 0) throw new RangeError(`keep: ${keep}: expected a non-negative whole number of ms, or 'forever'`);
  return keep;
}

export function groupAggregates<T, K, Open extends T, Close extends T>(
  place: AggregatesPlace,
  key: KeyShape<T, K>,
  windowing: GroupWindowing<T, Open, Close>,
): GroupAggregates<T, K, Open, Close> {
  const table = tableOf(place, key, windowing);
  return { ...aggregates(place, key, windowing), collect: (options) => table<Grouped<T, Open, Close>>(collectGroup, options) };
}
