import { decodeRows, encodeRows } from '../store/rows.ts';
import type { KeyPart } from './key.ts';
import type { PendingBlock, Persisted, StoredBlock } from './persisted.ts';
import { Space } from './space.ts';
import type { State } from './state.ts';

/** What a row was before a commit changed it; undefined: there was none. */
interface Version {
  readonly commit: number;
  readonly before: unknown;
}

/** One changed row of a commit, as it is stored. */
interface Entry {
  readonly space: number;
  readonly parts: readonly KeyPart[];
  readonly before: unknown;
}

/** What one commit changed, and where the frontier stood then. */
interface Block {
  readonly frontier: number;
  readonly entries: readonly Entry[];
}

/** From which commit on a history is known. */
export interface HistorySince {
  readonly commit: number;
  readonly frontier: number;
}

export interface HistoryOptions {
  /** The state whose rows are remembered; made before the history. */
  readonly state: State;
  /** How long a commit is remembered, in ms of event time. */
  readonly keepMs: number;
  /** How many parts a key has. */
  readonly depth: number;
  readonly frontier: () => number;
  /** A row of a space that is going, as of the last commit. */
  readonly rowAt: (space: Space, row: number) => unknown;
}

/**
 * What a table's rows were at earlier commits.
 *
 * It keeps what a commit changed as it was before. So the row of a commit is what the first later change
 * found, or, if there is none, what the table says now; and what is old can go without a trace.
 */
export class History implements Persisted {
  readonly #of: HistoryOptions;
  readonly #spaces = new Map<number, { readonly index: Space; readonly versions: Version[][] }>();
  /** By commit, oldest first. */
  readonly #blocks = new Map<number, Block>();
  /** The oldest commit that can be asked for, and where the frontier stood then. */
  since: HistorySince = { commit: 0, frontier: -1 };
  /** The same once the commit that is being prepared is durable. */
  sinceNext: HistorySince = this.since;
  #pending: Block | undefined;

  constructor(options: HistoryOptions) {
    this.#of = options;
  }

  /** What the row of a key was at a commit, if it has changed since: `{ before }`. */
  at(space: number, parts: readonly KeyPart[], commit: number): { readonly before: unknown } | undefined {
    const known = this.#spaces.get(space);
    const row = known?.index.find(parts) ?? -1;
    return row < 0 ? undefined : known?.versions[row]?.find((version) => version.commit > commit);
  }

  /** Where the frontier stood at a commit; -1 before the first. */
  frontierAt(commit: number): number {
    let { frontier } = this.since;
    for (const [number, block] of this.#blocks) {
      if (number > commit) break;
      ({ frontier } = block);
    }
    return frontier;
  }

  prepare(): PendingBlock {
    const { keepMs, frontier } = this.#of;
    const horizon = frontier() - keepMs;
    const dead: number[] = [];
    for (const [commit, block] of this.#blocks) {
      // When the input has ended there is no later time from which something could be old.
      if (block.frontier >= horizon || horizon === Number.POSITIVE_INFINITY) break;
      dead.push(commit);
    }
    const entries = [...this.#entries()];
    this.sinceNext = dead.reduce((_, commit) => ({ commit, frontier: this.#blocks.get(commit)?.frontier ?? -1 }), this.since);
    this.#pending = { frontier: Math.min(frontier(), Number.MAX_SAFE_INTEGER), entries };
    return { payload: encodeRows([this.#pending]), dead };
  }

  settle(commit: number, { payload, dead }: PendingBlock): void {
    if (payload !== undefined && this.#pending !== undefined) this.#add(commit, this.#pending);
    for (const one of dead) this.#forget(one);
    this.#pending = undefined;
  }

  restore(blocks: Iterable<StoredBlock>): void {
    for (const { commit, payload } of blocks) this.#add(commit, decodeRows(payload)[0] as Block);
  }

  size(): number {
    let versions = 0;
    for (const { entries } of this.#blocks.values()) versions += entries.length;
    return versions;
  }

  *#entries(): Iterable<Entry> {
    const { state, rowAt } = this.#of;
    for (const space of state.changedSpaces()) {
      if (space.dropped) continue;
      for (const row of space.changed) yield { space: space.id, parts: space.partsAt(row), before: space.remembered.get(row) };
    }
    for (const space of state.leaving) {
      for (let row = 0; row < space.size; row += 1) {
        const before = space.dirty[row] === 1 ? space.remembered.get(row) : rowAt(space, row);
        yield { space: space.id, parts: space.partsAt(row), before };
      }
    }
  }

  #add(commit: number, block: Block): void {
    this.#blocks.set(commit, block);
    for (const { space: id, parts, before } of block.entries) {
      let known = this.#spaces.get(id);
      if (known === undefined) {
        known = { index: new Space(id, this.#of.depth, 0), versions: [] };
        this.#spaces.set(id, known);
      }
      let row = known.index.find(parts);
      if (row < 0) row = known.index.add(parts);
      (known.versions[row] ??= []).push({ commit, before });
    }
  }

  #forget(commit: number): void {
    const block = this.#blocks.get(commit);
    for (const { space: id, parts } of block?.entries ?? []) {
      const known = this.#spaces.get(id);
      const versions = known?.versions[known.index.find(parts)];
      if (versions?.[0]?.commit === commit) versions.shift();
      if (known !== undefined && known.versions.every(({ length }) => length === 0)) this.#spaces.delete(id);
    }
    this.#blocks.delete(commit);
    this.since = { commit, frontier: block?.frontier ?? -1 };
  }
}
