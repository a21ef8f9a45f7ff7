import type { Entry } from '../../state/entry.ts';
import type { KeyPart } from '../../state/key.ts';
import { KeyMap } from '../../state/key-map.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { changeTime } from '../change-time.ts';
import { TableInput } from '../table-input.ts';
import { type RowKeys, partsOf, spaceOf } from '../row-keys.ts';
import type { Leaving } from '../step-output.ts';
import { TableOperator, type TableOptions } from '../table-operator.ts';
import { ABSENT, NEVER, finalOf, finality } from './sides.ts';

export interface ForeignJoinOptions<K, L, FK, R, V> extends TableOptions {
  readonly type: 'inner' | 'left';
  readonly rightKeys: RowKeys;
  /** The key of the right row that a left row refers to; nothing: none. */
  readonly foreign: (row: Row<K, L>) => FK | null | undefined;
  readonly join: (left: L, right: R | undefined, key: K) => V | undefined;
}

/** A left row, to which right row it refers, since when it is so, and what left last, of which revisions. */
interface Referring<K, L, V> {
  readonly side: 'left';
  row: Row<K, L> | undefined;
  time: number;
  /** The parts of the right row's place in the same space; undefined: it refers to none. */
  reference: readonly KeyPart[] | undefined;
  leftRevision: number;
  rightRevision: number;
  /** The reference of what left last. */
  outReference: readonly KeyPart[] | undefined;
  out: Row<K, V> | undefined;
}

/** A right row, there or not: it stays as long as it is there, or anything refers to it. */
interface Referred<R> {
  readonly side: 'right';
  row: Row<unknown, R> | undefined;
  time: number;
}

type Kept<K, L, R, V> = Referring<K, L, V> | Referred<R>;

const LEFT = 0;
const RIGHT = 1;

/**
 * Each row of a table with the row of another one that it refers to by that one's key.
 *
 * The rows have the left table's keys. A change on the right changes every left row that refers to it, in
 * the order in which those came; a left row that refers to another one from now on makes one change.
 */
export class ForeignJoin<K, L, FK, R, V> extends TableOperator<K, V, Kept<K, L, R, V>> {
  readonly signature: string;
  readonly inputs: readonly [Output<Row<K, L>>, Output<Row<FK, R>>];
  readonly #options: ForeignJoinOptions<K, L, FK, R, V>;
  /** By space, which left entries refer to a place. Made again from the state after a restart. */
  readonly #references = new Map<number, KeyMap<Set<Entry<Kept<K, L, R, V>>>>>();

  constructor(options: ForeignJoinOptions<K, L, FK, R, V>, place: Place, next: Output<Row<K, V>>) {
    super(options, place, next, [LEFT]);
    this.#options = options;
    this.signature = `${options.type} join of tables by reference, ${options.keys.depth} to ${options.rightKeys.depth}${options.keys.windowed ? ' and window' : ''}`;
    this.inputs = [new TableInput((before, after) => this.#takeLeft(before, after)), new TableInput((before, after) => this.#takeRight(before, after))];
  }

  override restored(memo: unknown): void {
    super.restored(memo);
    for (const space of this.state.spaces()) {
      for (const entry of this.state.of(space)) if (entry.value.side === 'left') this.#refer(entry, entry.value.reference);
    }
  }

  rowOf({ value }: Entry<Kept<K, L, R, V>>): Row<K, V> | undefined {
    return value.side === 'left' ? value.out : undefined;
  }

  make(entry: Entry<Kept<K, L, R, V>>): Leaving<K, V> | undefined {
    const { value } = entry;
    if (value.side === 'right') return undefined;
    const right = this.#referred(entry.space, value.reference);
    const after = this.#after(value, right);
    if (after !== value.out) return { before: value.out, after, time: Math.max(value.time, right?.time ?? NEVER) };
    this.left(entry, after);
    return undefined;
  }

  left(entry: Entry<Kept<K, L, R, V>>, row: Row<K, V> | undefined): void {
    const { value } = entry;
    if (value.side === 'right') return;
    this.state.touch(entry);
    value.out = row;
    value.outReference = value.reference;
    value.leftRevision = value.row?.revision ?? ABSENT;
    value.rightRevision = this.#referred(entry.space, value.reference)?.row?.revision ?? ABSENT;
    if (value.row === undefined) this.state.remove(entry);
  }

  protected override affected(): Iterable<Entry<Kept<K, L, R, V>>> {
    const all = new Set<Entry<Kept<K, L, R, V>>>();
    for (const entry of this.gathered) {
      if (entry.value.side === 'left') all.add(entry);
      else for (const one of this.#references.get(entry.space)?.get(entry.parts) ?? []) all.add(one);
    }
    return [...all].sort((a, b) => a.order - b.order);
  }

  protected override forget(space: number): void {
    super.forget(space);
    this.#references.delete(space);
  }

  #takeLeft(before: Row<K, L> | undefined, after: Row<K, L> | undefined): void {
    const { keys, rightKeys, foreign } = this.#options;
    const row = (after ?? before) as Row<K, L>;
    const key = after === undefined ? undefined : foreign(after);
    const reference = key === undefined || key === null ? undefined : [RIGHT, ...partsOf(rightKeys, { ...row, key })];
    const space = spaceOf(row);
    const parts = [LEFT, ...partsOf(keys, row)];
    let entry = this.state.find(space, parts);
    if (entry === undefined) {
      const nothing = { reference: undefined, leftRevision: ABSENT, rightRevision: ABSENT, outReference: undefined, out: undefined };
      entry = this.create(space, parts, { side: 'left', row: undefined, time: NEVER, ...nothing });
    } else this.state.touch(entry);
    const value = entry.value as Referring<K, L, V>;
    value.row = after;
    value.time = changeTime(this.place.moment, before, after);
    const former = value.reference;
    value.reference = reference;
    // The new reference first: what both refer to must not be forgotten in between.
    this.#refer(entry, reference);
    if (!isSame(former, reference)) this.#unrefer(entry, former);
    this.gather(entry);
  }

  #takeRight(before: Row<FK, R> | undefined, after: Row<FK, R> | undefined): void {
    const row = (after ?? before) as Row<FK, R>;
    const space = spaceOf(row);
    const parts = [RIGHT, ...partsOf(this.#options.rightKeys, row)];
    let entry = this.state.find(space, parts);
    if (entry === undefined) entry = this.create(space, parts, { side: 'right', row: undefined, time: NEVER });
    else this.state.touch(entry);
    const value = entry.value as Referred<R>;
    value.row = after;
    value.time = changeTime(this.place.moment, before, after);
    this.gather(entry);
    if (after === undefined && this.#references.get(space)?.get(parts) === undefined) this.state.remove(entry);
  }

  #refer(entry: Entry<Kept<K, L, R, V>>, reference: readonly KeyPart[] | undefined): void {
    if (reference === undefined) return;
    let ofSpace = this.#references.get(entry.space);
    if (ofSpace === undefined) {
      ofSpace = new KeyMap();
      this.#references.set(entry.space, ofSpace);
    }
    const known = ofSpace.get(reference);
    if (known === undefined) ofSpace.set(reference, new Set([entry]));
    else known.add(entry);
  }

  #unrefer(entry: Entry<Kept<K, L, R, V>>, reference: readonly KeyPart[] | undefined): void {
    if (reference === undefined) return;
    const ofSpace = this.#references.get(entry.space);
    const known = ofSpace?.get(reference);
    known?.delete(entry);
    if (known?.size !== 0) return;
    ofSpace?.delete(reference);
    const right = this.state.find(entry.space, reference);
    if (right !== undefined && (right.value as Referred<R>).row === undefined) this.state.remove(right);
  }

  #referred(space: number, reference: readonly KeyPart[] | undefined): Referred<R> | undefined {
    return reference === undefined ? undefined : (this.state.find(space, reference)?.value as Referred<R> | undefined);
  }

  #after({ row, time, reference, leftRevision, rightRevision, outReference, out }: Referring<K, L, V>, referred: Referred<R> | undefined): Row<K, V> | undefined {
    const { type, join } = this.#options;
    const right = referred?.row;
    if (row === undefined || (type === 'inner' && right === undefined)) return undefined;
    // Where it refers to nothing, nothing can come.
    const final = finalOf(row, right, reference === undefined ? 0 : this.settling);
    const isKnown = row.revision === leftRevision && (right?.revision ?? ABSENT) === rightRevision && isSame(reference, outReference);
    if (isKnown) {
      if (out === undefined || final === undefined || out.finality === 'final') return out;
      return { ...out, ...finality(final) };
    }
    const value = join(row.value, right?.value, row.key);
    if (value === undefined) return undefined;
    const { key, window } = row;
    const revision = out === undefined ? 0 : out.revision + 1;
    return { key, window, value, time: Math.max(time, referred?.time ?? NEVER), revision, ...finality(final) };
  }
}

function isSame(one: readonly KeyPart[] | undefined, other: readonly KeyPart[] | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((part, i) => Object.is(part, other[i]));
}
