import { decodeChangelog } from '../store/changelog.ts';
import { decodeEntries } from '../store/entry-changelog.ts';
import { decodeRows } from '../store/rows.ts';

/*
 * How many rows a state has, from its blocks alone: what is last written of each row counts, and a space that
 * is dropped takes its rows with it.
 *
 * A block does not say which of the formats it has. Where the signature tells, it is asked; else the one that
 * fits is taken: each says its lengths and leaves no byte over, so that two do not fit the same block.
 */
export interface StateRows {
  /** Takes the next block, oldest first; throws where it is none of this form. */
  add(payload: Uint8Array): void;
  readonly rows: number;
  /** Of how many of them an older version is in the tree. */
  readonly shadowing: number;
}

/** The form of the first block decides. */
export function stateRows(signature: string): StateRows {
  if (signature.startsWith('dedupe for')) return new SeenIds(signature.endsWith('contents compared') ? DIGEST_BYTES : 0);
  if (signature === 'final groups') return new FinalGroups();
  if (signature.startsWith('history of')) return new HistoryVersions();
  return new EitherForm();
}

class EitherForm implements StateRows {
  #form: StateRows | undefined;

  get rows(): number {
    return this.#form?.rows ?? 0;
  }

  get shadowing(): number {
    return this.#form?.shadowing ?? 0;
  }

  add(payload: Uint8Array): void {
    if (this.#form !== undefined) return this.#form.add(payload);
    const columns = new ColumnRows();
    try {
      columns.add(payload);
      this.#form = columns;
    } catch (error) {
      const entries = new EntryRows();
      try {
        entries.add(payload);
      } catch {
        throw error;
      }
      this.#form = entries;
    }
  }
}

/** Blocks as in store/changelog.ts. */
class ColumnRows implements StateRows {
  readonly #spaces = new Map<number, Set<number>>();
  /** Rows of the one space of a state whose rows may leave memory. */
  readonly #shadowing = new Set<number>();

  get shadowing(): number {
    return this.#shadowing.size;
  }

  get rows(): number {
    return [...this.#spaces.values()].reduce((sum, { size }) => sum + size, 0);
  }

  add(payload: Uint8Array): void {
    const { dropped, spaces, row } = decodeChangelog(payload, 0, 0);
    const total = spaces.reduce((sum, { count }) => sum + count, 0);
    if (total !== row.length || !row.every(Number.isSafeInteger)) throw new RangeError(`${row.length} rows, where its spaces have ${total}`);
    let at = 0;
    for (const { space, count, shadowing = [], left = [] } of spaces) {
      const rows = this.#spaces.get(space) ?? new Set();
      this.#spaces.set(space, rows);
      for (const end = at + count; at < end; at += 1) {
        rows.add(row[at] as number);
        this.#shadowing.delete(row[at] as number);
      }
      for (const one of shadowing) this.#shadowing.add(one);
      for (const one of left) {
        rows.delete(one);
        this.#shadowing.delete(one);
      }
    }
    for (const space of dropped) this.#spaces.delete(space);
  }
}

/** Blocks as in store/entry-changelog.ts. */
class EntryRows implements StateRows {
  readonly #shadowing = new Set<number>();

  get shadowing(): number {
    return this.#shadowing.size;
  }

  /** By order; its space. */
  readonly #entries = new Map<number, number>();

  get rows(): number {
    return this.#entries.size;
  }

  add(payload: Uint8Array): void {
    const { dropped, space, order, there, shadowing } = decodeEntries(payload);
    if (!order.every(Number.isSafeInteger) || !there.every((one) => typeof one === 'boolean')) throw new RangeError('entries without order');
    const gone = new Set(dropped);
    for (const [entry, of] of this.#entries) if (gone.has(of)) this.#entries.delete(entry);
    order.forEach((entry, i) => {
      if (there[i] === true) this.#entries.set(entry, space[i] as number);
      else this.#entries.delete(entry);
      if (shadowing?.[i] === true) this.#shadowing.add(entry);
      else this.#shadowing.delete(entry);
    });
  }
}

/** As in state/history.ts: a row { frontier, entries } for each commit; versions are counted. */
class HistoryVersions implements StateRows {
  readonly shadowing = 0;
  rows = 0;

  add(payload: Uint8Array): void {
    const [block, ...more] = decodeRows(payload) as readonly { readonly frontier?: unknown; readonly entries?: unknown }[];
    if (more.length > 0 || typeof block?.frontier !== 'number' || !Array.isArray(block.entries)) throw new RangeError('a history without entries');
    this.rows += block.entries.length;
  }
}

/** As in operator/dedupe: generation:f64 length:u32 (idLength:u16 time:u32 id digest)*, little-endian. */
class SeenIds implements StateRows {
  readonly shadowing = 0;
  readonly #digestBytes: number;
  rows = 0;

  constructor(digestBytes: number) {
    this.#digestBytes = digestBytes;
  }

  add(payload: Uint8Array): void {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    for (let at = 0; at < payload.length; ) {
      if (!Number.isSafeInteger(view.getFloat64(at, true))) throw new RangeError('a generation without number');
      const end = at + GENERATION_HEAD_BYTES + view.getUint32(at + 8, true);
      at += GENERATION_HEAD_BYTES;
      for (; at < end; this.rows += 1) at += ID_HEAD_BYTES + view.getUint16(at, true) + this.#digestBytes;
      if (at !== end || end > payload.length) throw new RangeError(`ids up to ${at}, where they end at ${Math.min(end, payload.length)}`);
    }
  }
}

/** As in operator/group-window: stretch:f64 length:u32 (keyLength:u16 groupLength:u8 key group)*, little-endian. */
class FinalGroups implements StateRows {
  readonly shadowing = 0;
  rows = 0;

  add(payload: Uint8Array): void {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    for (let at = 0; at < payload.length; ) {
      if (!Number.isSafeInteger(view.getFloat64(at, true))) throw new RangeError('a stretch without number');
      const end = at + STRETCH_HEAD_BYTES + view.getUint32(at + 8, true);
      at += STRETCH_HEAD_BYTES;
      for (; at < end; this.rows += 1) at += FINAL_HEAD_BYTES + view.getUint16(at, true) + view.getUint8(at + 2);
      if (at !== end || end > payload.length) throw new RangeError(`groups up to ${at}, where they end at ${Math.min(end, payload.length)}`);
    }
  }
}

const STRETCH_HEAD_BYTES = 12;
const FINAL_HEAD_BYTES = 3;
const DIGEST_BYTES = 16;
const GENERATION_HEAD_BYTES = 12;
const ID_HEAD_BYTES = 6;
