import { errors } from '../error.ts';
import { decodeBlock } from '../store/block.ts';
import { parseKeyOfBytes } from '../store/key.ts';
import type { Meta, StateMeta } from '../store/meta.ts';
import { type TreeCount, countedIn } from '../store/spill-tree.ts';
import { decodeSpilledKey } from '../store/spilled-key.ts';
import { decodeSpilledRow } from '../store/spilled-row.ts';
import type { Depth, Keeper, Stored } from './contents.ts';
import { type StateRows, stateRows } from './state-contents.ts';

export interface StateSummary {
  readonly name: string;
  readonly signature: string;
  readonly blocks: number;
  readonly bytes: number;
  readonly rows: number;
  /** How many of the rows are on disk only; where any may be. */
  readonly spilled?: number;
}

interface Kept {
  readonly name: string;
  readonly meta: StateMeta;
  readonly rows: StateRows;
  blocks: number;
  sum: number;
  bytes: number;
  tree: TreeCount;
}

/** The changelogs of states: as many blocks as meta counts, of the commits that it adds up. */
export class StateContents implements Keeper {
  readonly #depth: Depth;
  readonly #states = new Map<number, Kept>();
  readonly #commit: number;

  constructor(meta: Meta | undefined, depth: Depth) {
    this.#depth = depth;
    this.#commit = meta?.commit ?? 0;
    const all = [...Object.entries(meta?.states ?? {}), ...(meta?.holds === undefined ? [] : [['holds', meta.holds] as const])];
    for (const [name, state] of all) this.#states.set(state.id, { name, meta: state, rows: stateRows(state.signature), blocks: 0, sum: 0, bytes: 0, tree: [0, 0] });
  }

  take({ id, number, key, bytes }: Stored): void {
    const state = this.#states.get(id);
    const where = `the block of commit ${number} of state ${state === undefined ? `number ${id}` : `'${state.name}'`}`;
    if (state !== undefined) {
      state.blocks += 1;
      state.sum += number;
      state.bytes += bytes.length;
    }
    const { store, commit, payload } = decodeBlock(bytes, where, key);
    if (store !== id || commit !== number) throw errors.CORRUPT_BLOCK({ where, what: 'place', expected: `${id}/${number}`, actual: `${store}/${commit}` });
    if (state === undefined) throw errors.CORRUPT_BLOCK({ where, what: 'state', expected: 'one that the program has', actual: 'none' });
    if (number > this.#commit) throw errors.CORRUPT_BLOCK({ where, what: 'commit', expected: `at most ${this.#commit}`, actual: String(number) });
    if (this.#depth === 'blocks') return;
    try {
      state.rows.add(payload);
    } catch (error) {
      throw errors.CORRUPT_BLOCK({ where, what: 'content', expected: 'rows of a state', actual: (error as Error).message }, error);
    }
  }

  /** A row that has left memory. */
  takeSpilled(key: Uint8Array, bytes: Uint8Array): void {
    const { id, own } = parseKeyOfBytes(key);
    const state = this.#states.get(id);
    const where = `a row of state ${state === undefined ? `number ${id}` : `'${state.name}'`} on disk`;
    if (state !== undefined) {
      state.tree = countedIn(state.tree, key);
      state.bytes += bytes.length;
    }
    const { store, payload } = decodeBlock(bytes, where, key);
    if (state?.meta.spilled === undefined || store !== id) throw errors.CORRUPT_BLOCK({ where, what: 'state', expected: 'one of the program whose rows may leave memory', actual: state === undefined ? 'none' : `number ${store}` });
    if (this.#depth === 'blocks') return;
    try {
      decodeSpilledKey(own);
      decodeSpilledRow(payload);
    } catch (error) {
      throw errors.CORRUPT_BLOCK({ where, what: 'content', expected: 'the key and the values of a row', actual: (error as Error).message }, error);
    }
  }

  end(wrong: Parameters<Keeper['end']>[0]): void {
    for (const { name, meta, blocks, sum, tree, rows } of this.#states.values()) {
      const [known, keys] = meta.spilled ?? [0, 0];
      if (known !== tree[0] || keys !== tree[1]) wrong({ where: `the state '${name}'`, what: 'number of rows on disk', expected: `${known} (keys summing to ${keys})`, actual: `${tree[0]} (${tree[1]})` });
      if (rows.shadowing > tree[0]) wrong({ where: `the state '${name}'`, what: 'number of rows on disk', expected: `at least ${rows.shadowing}, of which newer ones are in its blocks`, actual: String(tree[0]) });
      const [count, total] = meta.blocks;
      if (count !== blocks || total !== sum) wrong({ where: `the state '${name}'`, what: 'number of blocks', expected: `${count} (commits summing to ${total})`, actual: `${blocks} (${sum})` });
    }
  }

  summaries(): readonly StateSummary[] {
    return [...this.#states.values()].map(({ name, meta, blocks, bytes, rows, tree }) => {
      const spilled = tree[0] - rows.shadowing;
      return { name, signature: meta.signature, blocks, bytes, rows: rows.rows + spilled, ...(meta.spilled !== undefined && { spilled }) };
    });
  }
}
