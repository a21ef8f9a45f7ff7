import { assert } from '../assert.ts';
import { History } from '../state/history.ts';
import type { Stateful } from '../operator/stateful.ts';
import type { Backend, Transaction } from '../port/backend.ts';
import type { StoredBlock } from '../state/persisted.ts';
import { decodeBlock, encodeBlock } from '../store/block.ts';
import { CHANGELOG, SPILLED, key, keyOfBytes, keyRange, parseKeyOfBytes } from '../store/key.ts';
import { type Meta, type StateMeta, readMeta } from '../store/meta.ts';
import { type TreeCount, countedIn } from '../store/spill-tree.ts';
import { unusedIn } from './differences.ts';
import { blocks } from './recovery.ts';

/** What was counted anew from the sources, beside the store, to be put into it in one transaction. */
export interface Rebuilt {
  /** The commit up to which it was counted: it is put into the store as of this one. */
  readonly commit: number;
  /** By name. */
  readonly states: ReadonlyMap<string, RebuiltState>;
  /** Ledgers that stay as they are, and whose recount is due at once. */
  readonly recounts: readonly string[];
  /** Told, each in a line. */
  readonly told: readonly string[];
  /** Why nothing was, each as a sentence. */
  readonly refused: readonly string[];
}

/** A state as it was counted anew. */
export interface RebuiltState {
  readonly meta: Omit<StateMeta, 'id' | 'spilled'>;
  readonly blocks: readonly StoredBlock[];
  /** Its rows that are on disk only, each under the key that is its own. */
  readonly spilled: readonly { readonly own: Uint8Array; readonly payload: Uint8Array }[] | undefined;
}

/** What has been committed of a state to the memory in which it was counted. `commit`: that of the store it is for. */
export function rebuiltState(memory: Backend, { name, state }: Stateful, version: string, commit: number): RebuiltState {
  const stored = readMeta(memory)?.states[name];
  assert(stored !== undefined, () => `'${name}' was counted, and is not there`);
  const { signature, memo, blocks: counts, id, spilled } = stored;
  const meta = { signature, memo, rebuilt: version, blocks: counts };
  // What was known at earlier commits was another version's.
  if (state instanceof History) return { meta: { ...meta, memo: { since: { commit: commit + 1, frontier: state.frontierAt(Number.POSITIVE_INFINITY) } }, blocks: [0, 0] }, blocks: [], spilled: undefined };
  const rows = [...memory.range(...keyRange(SPILLED, id))].map(([place, bytes]) => ({ own: parseKeyOfBytes(place).own, payload: decodeBlock(bytes, `a row of '${name}'`, place).payload }));
  return { meta, blocks: blocks(memory, name, stored), spilled: spilled === undefined ? undefined : rows };
}

/** What the store knows once it is put there. A name that it has keeps its number. */
export function withRebuilt(before: Meta, { states, recounts }: Rebuilt): Meta {
  let next = before;
  for (const [name, { meta, spilled }] of states) {
    const id = next.states[name]?.id ?? unusedIn(next);
    const count = spilled?.reduce<TreeCount>((sum, { own }) => countedIn(sum, keyOfBytes(SPILLED, id, own)), [0, 0]);
    next = withState(next, name, { id, ...meta, ...(count !== undefined && { spilled: count }) });
  }
  for (const name of recounts) {
    const ledger = next.states[name];
    if (ledger !== undefined) next = withState(next, name, { ...ledger, memo: { ...(ledger.memo as object), comparedAt: 0 } });
  }
  return next;
}

/** `after`: what the store knows then. */
export function putRebuilt(txn: Transaction, { states }: Rebuilt, after: Meta): void {
  for (const [name, { blocks: list, spilled = [] }] of states) {
    const { id } = after.states[name] as StateMeta;
    for (const kind of [CHANGELOG, SPILLED]) txn.deleteRange(...keyRange(kind, id));
    for (const { commit, payload } of list) {
      const place = key(CHANGELOG, id, commit);
      txn.put(place, encodeBlock({ store: id, commit, payload }, place));
    }
    for (const { own, payload } of spilled) {
      const place = keyOfBytes(SPILLED, id, own);
      txn.put(place, encodeBlock({ store: id, commit: 0, payload }, place));
    }
  }
}

const withState = (meta: Meta, name: string, state: StateMeta): Meta => ({ ...meta, states: { ...meta.states, [name]: state } });
