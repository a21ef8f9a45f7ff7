import type { Backend } from '../port/backend.ts';
import type { Meta } from '../store/meta.ts';
import { SpillTree } from '../store/spill-tree.ts';
import type { Runtime } from './runtime.ts';
import type { StoreIds } from './store-ids.ts';

/**
 * Gives the states whose rows may leave memory the tree they leave for; before recovery.
 *
 * Without a bound none leave any more, but those that have left are still there.
 */
export function openSpilling(backend: Backend, { statefuls }: Runtime, ids: StoreIds, meta: Meta | undefined, hotKeys: number | undefined): void {
  for (const { name, state } of statefuls) {
    const stored = meta?.states[name]?.spilled;
    if (state.spills !== true || (hotKeys === undefined && stored === undefined)) continue;
    const id = ids.state(name);
    state.spillTo?.({ tree: (slots) => new SpillTree(backend, id, name, slots), hotMax: hotKeys ?? Number.POSITIVE_INFINITY, count: stored ?? [0, 0] });
  }
}
