import type { Change, Row } from '../../../operator/row.ts';
import type { EvidenceName } from '../../../time/evidence.ts';
import { united } from '../../reference/recorded.ts';
import type { BuiltTable, Options, PipelineOperator, TableFlow, TableInput } from '../operator.ts';
import type { PlacedFact } from '../place.ts';
import { type Gatherer, type Said, stepwise } from '../stepwise.ts';
import { weightOf } from '../toy.ts';

type AnyChange = Change<unknown, unknown>;
type AnyRow = Row<unknown, unknown>;

const METHODS = { inner: 'join', left: 'leftJoin', outer: 'outerJoin' } as const;
type Kind = keyof typeof METHODS;

/** Some pairs are left out. */
function combined(left: unknown, right: unknown): unknown {
  const weight = (weightOf(left) * 31 + weightOf(right)) % 1009;
  return weight % 7 === 0 ? undefined : { left: left !== undefined, weight };
}

interface Side {
  /** Undefined: it is not there. */
  row: AnyRow | undefined;
  time: number;
}

const none = (): Side => ({ row: undefined, time: -Infinity });

interface Place {
  readonly key: unknown;
  readonly window: AnyRow['window'];
  readonly sides: readonly [Side, Side];
  out: AnyRow | undefined;
  /** Of which revisions the sides were when it left. */
  made: string;
}

/** Two tables by key and window, as they are when a step is through. */
class Joined implements Gatherer<AnyChange> {
  readonly #kind: Kind;
  readonly #settleMs: number;
  readonly #places = new Map<string, Place>();
  readonly #stirred = new Set<Place>();

  constructor(kind: Kind, settleMs: number) {
    this.#kind = kind;
    this.#settleMs = settleMs;
  }

  take({ value: { key, window, after, time, revision, finality, evidence } }: PlacedFact<AnyChange>, side: number): boolean {
    const text = JSON.stringify([key, window]);
    const place: Place = this.#places.get(text) ?? { key, window, sides: [none(), none()], out: undefined, made: 'none,none' };
    this.#places.set(text, place);
    const changed = place.sides[side] as Side;
    changed.row = after === undefined ? undefined : { key, window, value: after, time, revision, finality, evidence };
    changed.time = time;
    this.#stirred.add(place);
    return true;
  }

  settle(): readonly Said[] {
    const said = [...this.#stirred].flatMap((place) => this.#leave(place, undefined));
    this.#stirred.clear();
    return said;
  }

  times(): readonly number[] {
    return [...this.#places.values()].flatMap(({ window }) => (window === undefined ? [] : [window.end + this.#settleMs]));
  }

  /** A window has settled: who has no partner will have none. */
  due(time: number, evidence: readonly EvidenceName[]): readonly Said[] {
    const settled = [...this.#places].filter(([, { window }]) => window !== undefined && window.end + this.#settleMs === time);
    const said = settled.flatMap(([, place]) => this.#leave(place, evidence));
    for (const [text, place] of settled) {
      this.#places.delete(text);
      this.#stirred.delete(place);
    }
    return said;
  }

  get rows(): readonly AnyRow[] {
    return [...this.#places.values()].flatMap(({ out }) => out ?? []);
  }

  #leave(place: Place, absent: readonly EvidenceName[] | undefined): readonly Said[] {
    const { key, window, sides, out: before } = place;
    const time = window === undefined ? Math.max(...sides.map((side) => side.time)) : window.end - 1;
    const after = this.#after(place, time, absent);
    place.out = after;
    place.made = madeOf(place);
    if (sides.every(({ row }) => row === undefined)) this.#places.delete(JSON.stringify([key, window]));
    if (after === before) return [];
    const said = (after ?? before) as AnyRow;
    return [{ key, window, before: before?.value, after: after?.value, time, revision: said.revision + (after === undefined ? 1 : 0), finality: said.finality, evidence: said.evidence }];
  }

  #after(place: Place, time: number, absent: readonly EvidenceName[] | undefined): AnyRow | undefined {
    const { key, window, out, made } = place;
    const [left, right] = place.sides.map(({ row }) => row);
    const isThere = this.#kind === 'inner' ? left !== undefined && right !== undefined : left !== undefined || (this.#kind === 'outer' && right !== undefined);
    if (!isThere) return undefined;
    const reasons = [left, right].map((row) => (row === undefined ? absent : row.finality === 'final' ? row.evidence : undefined));
    const final = reasons.flatMap((reason) => (reason === undefined ? [] : [reason]));
    const finality = final.length === 2 ? ({ finality: 'final', evidence: united(final) } as const) : ({ finality: 'provisional', evidence: [] } as const);
    if (made === madeOf(place)) return out === undefined || finality.finality === 'provisional' || out.finality === 'final' ? out : { ...out, ...finality };
    const value = combined(left?.value, right?.value);
    return value === undefined ? undefined : { key, window, value, time, revision: out === undefined ? 0 : out.revision + 1, ...finality };
  }
}

function madeOf({ sides }: Place): string {
  return sides.map(({ row }) => row?.revision ?? 'none').join();
}

/** join of two tables by key and window, which may be one and the same. */
export const tableJoin: PipelineOperator = {
  name: 'table join',
  takes: ['table', 'table'],
  options: { kind: Object.keys(METHODS) },
  fits: ([left, right]) => left?.loose !== true && (right === undefined || (left?.by === right.by && left.windows === right.windows)),
  ports: () => ({ out: 'table' }),
  build: ({ name }, inputs, { kind }: Options) => {
    const [left, right] = inputs as readonly [BuiltTable, BuiltTable];
    return { out: left[METHODS[kind as Kind]](right, combined, { name }) };
  },
  naive(_name, inputs, { kind }) {
    const [left, right] = inputs as readonly [TableInput, TableInput];
    const settleMs = Math.max(left.settleMs, right.settleMs);
    const joined = new Joined(kind as Kind, settleMs);
    const out: TableFlow = {
      kind: 'table',
      entries: stepwise([left.entries, right.entries], joined),
      sources: [...new Set([...left.sources, ...right.sources])],
      provisional: true,
      several: true,
      orderFree: left.orderFree && right.orderFree,
      positioned: false,
      complete: left.complete && right.complete,
      own: left.own === true || right.own === true,
      settleMs,
      kept: joined.rows,
      forgettable: [],
    };
    return { ports: { out } };
  },
};
