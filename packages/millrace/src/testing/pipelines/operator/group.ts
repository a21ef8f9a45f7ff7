import { collect } from '../../../aggregation/collect.ts';
import { count } from '../../../aggregation/count.ts';
import { max } from '../../../aggregation/extreme.ts';
import { sum } from '../../../aggregation/sum.ts';
import type { Change, Row } from '../../../operator/row.ts';
import type { EvidenceName } from '../../../time/evidence.ts';
import { united } from '../../reference/recorded.ts';
import { type Options, type PipelineOperator, type TableFlow, tableFlowOf, tableOf } from '../operator.ts';
import type { PlacedFact } from '../place.ts';
import { type Gatherer, type Said, stepwise } from '../stepwise.ts';
import { weightOf } from '../toy.ts';

type AnyRow = Row<unknown, unknown>;

const groupOf = ({ value }: AnyRow): string => (weightOf(value) % 2 === 0 ? 'even' : 'odd');
const weight = ({ value }: AnyRow): number => weightOf(value);

const RESULTS: Readonly<Record<string, (rows: readonly AnyRow[]) => unknown>> = {
  subtracting: (rows) => ({ n: rows.length, sum: rows.reduce((all, row) => all + weight(row), 0) }),
  'made again': (rows) => ({ n: rows.length, max: Math.max(...rows.map(weight)), all: rows.toSorted((a, b) => a.time - b.time).map(weight) }),
};

interface Group {
  readonly key: string;
  readonly window: AnyRow['window'];
  /** In the order in which they came, by place. */
  readonly rows: Map<string, AnyRow>;
  time: number;
  stirred: boolean;
  out: AnyRow | undefined;
}

const textOf = (key: unknown, window: AnyRow['window']): string => JSON.stringify([key, window]);

/** The rows of a table by group, as they are when a step is through. */
class Groups implements Gatherer<Change<unknown, unknown>> {
  readonly #result: (rows: readonly AnyRow[]) => unknown;
  readonly #settleMs: number;
  readonly #rows = new Map<string, AnyRow>();
  readonly #groups = new Map<string, Group>();
  /** What has come in this step. */
  readonly #gathered = new Set<Group>();

  constructor(result: (rows: readonly AnyRow[]) => unknown, settleMs: number) {
    this.#result = result;
    this.#settleMs = settleMs;
  }

  take({ value: { key, window, after: value, time, revision, finality, evidence } }: PlacedFact<Change<unknown, unknown>>): boolean {
    const text = textOf(key, window);
    const before = this.#rows.get(text);
    const after: AnyRow | undefined = value === undefined ? undefined : { key, window, value, time, revision, finality, evidence };
    const [was, is] = [before, after].map((row) => (row === undefined ? undefined : this.#groupOf(row)));
    if (after === undefined) this.#rows.delete(text);
    else this.#rows.set(text, after);
    if (was !== undefined && was !== is) {
      was.rows.delete(text);
      this.#changed(was, time);
    }
    if (is === undefined || after === undefined) return true;
    is.rows.set(text, after);
    // Of a row of the same revision only the finality is new.
    if (was === is && before?.revision === revision) this.#gathered.add(is);
    else this.#changed(is, time);
    return true;
  }

  settle(): readonly Said[] {
    const said = [...this.#gathered].flatMap((group) => this.#leave(group, undefined));
    this.#gathered.clear();
    return said;
  }

  times(): readonly number[] {
    return [...this.#groups.values()].flatMap(({ window }) => (window === undefined ? [] : [window.end + this.#settleMs]));
  }

  due(time: number, evidence: readonly EvidenceName[]): readonly Said[] {
    const settled = [...this.#groups].filter(([, { window }]) => window !== undefined && window.end + this.#settleMs === time);
    const said = settled.flatMap(([, group]) => this.#leave(group, evidence));
    for (const [text, group] of settled) {
      this.#groups.delete(text);
      this.#gathered.delete(group);
    }
    return said;
  }

  get rows(): readonly AnyRow[] {
    return [...this.#groups.values()].flatMap(({ out }) => out ?? []);
  }

  #groupOf(row: AnyRow): Group {
    const key = groupOf(row);
    const text = textOf(key, row.window);
    const group = this.#groups.get(text) ?? { key, window: row.window, rows: new Map(), time: -Infinity, stirred: false, out: undefined };
    this.#groups.set(text, group);
    return group;
  }

  #changed(group: Group, time: number): void {
    group.time = this.#gathered.has(group) ? Math.max(group.time, time) : time;
    group.stirred = true;
    this.#gathered.add(group);
  }

  #leave(group: Group, settling: readonly EvidenceName[] | undefined): readonly Said[] {
    const { key, window, out: before } = group;
    const time = window === undefined ? group.time : window.end - 1;
    const after = this.#after(group, time, settling);
    group.out = after;
    group.stirred = false;
    if (group.rows.size === 0) this.#groups.delete(textOf(key, window));
    if (after === before) return [];
    const said = (after ?? before) as AnyRow;
    return [{ key, window, before: before?.value, after: after?.value, time, revision: said.revision + (after === undefined ? 1 : 0), finality: said.finality, evidence: said.evidence }];
  }

  #after({ key, window, rows, stirred, out }: Group, time: number, settling: readonly EvidenceName[] | undefined): AnyRow | undefined {
    if (rows.size === 0) return undefined;
    const all = [...rows.values()];
    const isFinal = settling !== undefined && all.every((row) => row.finality === 'final');
    const finality = isFinal ? ({ finality: 'final', evidence: united([settling, ...all.map((row) => row.evidence)]) } as const) : ({ finality: 'provisional', evidence: [] } as const);
    if (out !== undefined && !stirred) return isFinal && out.finality === 'provisional' ? { ...out, ...finality } : out;
    return { key, window, value: this.#result(all), time, revision: out === undefined ? 0 : out.revision + 1, ...finality };
  }
}

/** An aggregation over the rows of a table, which move from group to group as they change. */
export const group: PipelineOperator = {
  name: 'group',
  takes: ['table'],
  options: { how: Object.keys(RESULTS) },
  fits: ([table]) => table?.loose !== true,
  shape: (_options, [table]) => ({ by: 'parity', windows: table?.windows ?? '' }),
  ports: () => ({ out: 'table' }),
  build: ({ name }, inputs, { how }: Options) => {
    const groups = tableOf(inputs).groupBy(groupOf);
    return { out: how === 'subtracting' ? groups.aggregate({ n: count(), sum: sum(weight) }, { name }) : groups.aggregate({ n: count(), max: max(weight), all: collect(weight) }, { name }) };
  },
  naive(_name, inputs, { how }) {
    const { entries, sources, own, orderFree, complete, settleMs } = tableFlowOf(inputs);
    const groups = new Groups(RESULTS[how as string] as (rows: readonly AnyRow[]) => unknown, settleMs);
    const out: TableFlow = {
      kind: 'table',
      entries: stepwise([entries], groups),
      sources,
      provisional: true,
      several: true,
      orderFree: orderFree && how === 'subtracting',
      positioned: false,
      complete,
      own: own === true,
      settleMs,
      kept: groups.rows,
      forgettable: [],
    };
    return { ports: { out } };
  },
};
