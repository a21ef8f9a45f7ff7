import { errors } from '../error.ts';
import { decodeBlock } from '../store/block.ts';
import type { Meta, StateMeta } from '../store/meta.ts';
import type { Depth, Keeper, Stored } from './contents.ts';
import { type StateRows, stateRows } from './state-contents.ts';

export interface StateSummary {
  readonly name: string;
  readonly signature: string;
  readonly blocks: number;
  readonly bytes: number;
  readonly rows: number;
}

interface Kept {
  readonly name: string;
  readonly meta: StateMeta;
  readonly rows: StateRows;
  blocks: number;
  sum: number;
  bytes: number;
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
    for (const [name, state] of all) this.#states.set(state.id, { name, meta: state, rows: stateRows(state.signature), blocks: 0, sum: 0, bytes: 0 });
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

  end(wrong: Parameters<Keeper['end']>[0]): void {
    for (const { name, meta, blocks, sum } of this.#states.values()) {
      const [count, total] = meta.blocks;
      if (count !== blocks || total !== sum) wrong({ where: `the state '${name}'`, what: 'number of blocks', expected: `${count} (commits summing to ${total})`, actual: `${blocks} (${sum})` });
    }
  }

  summaries(): readonly StateSummary[] {
    return [...this.#states.values()].map(({ name, meta, blocks, bytes, rows }) => ({ name, signature: meta.signature, blocks, bytes, rows: rows.rows }));
  }
}
