import { errors } from '../error.ts';
import type { Backend } from '../port/backend.ts';
import type { StoredBlock } from '../state/persisted.ts';
import { decodeBlock } from '../store/block.ts';
import { CHANGELOG, OUTPUT, keyRange, parseKey } from '../store/key.ts';
import { type Meta, type StateMeta, readMeta } from '../store/meta.ts';
import { END } from '../time/frontier.ts';
import type { HoldBook } from './hold-book.ts';
import type { FeedSnapshot } from './feed.ts';
import type { Message } from '../time/producers/message.ts';
import type { BrokerSnapshot } from './broker-positions.ts';
import type { DecisionRecord } from './decision.ts';
import { Log } from '../store/log.ts';
import type { Runtime, RuntimeSink } from './runtime.ts';
import type { Json } from './source.ts';
import { openSpilling } from './spilling.ts';
import { StoreIds } from './store-ids.ts';
import { StateBlocks, setBlocks } from './state-blocks.ts';

/** Rows of a durable commit that the sink may not have taken before the restart. */
export interface Undelivered {
  readonly sink: RuntimeSink;
  readonly first: number;
  readonly payload: Uint8Array;
}

export interface Recovered {
  readonly ids: StoreIds;
  readonly commit: number;
  readonly undelivered: readonly Undelivered[];
}

/**
 * Brings a program to its last commit: positions, frontiers, state, timers, and what sinks still have to get. Of rows
 * that have left memory it reads none; `hotKeys`: how many may stay there. `versions`: see StoreIds; `anew`: see TaskOptions.
 */
export function recover(backend: Backend, runtime: Runtime, holds: HoldBook, hotKeys: number | undefined, versions?: ReadonlyMap<string, string>, anew?: ReadonlySet<string>): Recovered {
  const meta = readMeta(backend);
  const ids = new StoreIds(meta, versions);
  openSpilling(backend, runtime, ids, meta, hotKeys);
  if (meta === undefined) return { ids, commit: 0, undelivered: [] };
  recoverHolds(backend, meta, holds);
  for (const { name, feeds } of runtime.sources) {
    for (const feed of feeds) {
      const stored = meta.sources[name]?.partitions[feed.partition];
      if (stored === undefined) continue;
      feed.cursor = stored.cursor === null ? undefined : (stored.cursor as Json);
      feed.offset = stored.offset;
      feed.bad = stored.bad;
      feed.ended = stored.ended;
      feed.frontier.restore(stored.frontier ?? END, stored.evidence);
      if (stored.broker !== undefined) feed.positions.restore(stored.broker as BrokerSnapshot);
      if (stored.held !== undefined) feed.heldRestored(stored.held as FeedSnapshot);
      feed.restored(stored.producers, (entry) => messageOf(backend, meta, entry));
    }
  }
  for (const stateful of runtime.statefuls) {
    if (stateful.mayBeNew === true && meta.states[stateful.name] === undefined) continue;
    const stored = meta.states[stateful.name] as StateMeta;
    if (anew?.has(stateful.name) === true && stored?.signature !== stateful.signature) continue;
    stateful.state.restore(blocks(backend, stateful.name, stored));
    setBlocks(stateful.state, new StateBlocks(...stored.blocks));
    stateful.restored(stored.memo);
  }
  const undelivered: Undelivered[] = [];
  for (const sink of runtime.sinks) {
    const stored = meta.sinks[sink.name];
    if (stored === undefined) continue;
    sink.output.next = stored.next;
    sink.output.delivered = stored.delivered;
    const [from, to] = keyRange(OUTPUT, stored.id);
    let oldest: number | undefined;
    for (const [place, bytes] of backend.range(from, to)) {
      const first = parseKey(place).number;
      if (first < stored.delivered) continue;
      oldest ??= first;
      const { payload } = decodeBlock(bytes, `output ${first} of sink '${sink.name}'`, place);
      undelivered.push({ sink, first, payload });
    }
    if ((oldest ?? stored.next) !== stored.delivered) {
      const where = `the output of sink '${sink.name}'`;
      throw errors.CORRUPT_BLOCK({ where, what: 'first row', expected: String(stored.delivered), actual: String(oldest ?? 'none') });
    }
  }
  return { ids, commit: meta.commit, undelivered };
}

/** What waits for people. */
export function recoverHolds(backend: Backend, { holds: stored }: Meta, holds: HoldBook): void {
  if (stored === undefined) return;
  holds.state.restore(blocks(backend, 'holds', stored));
  setBlocks(holds.state, new StateBlocks(...stored.blocks));
  holds.restored(stored.memo as { next: number });
}

/** The message of a contradiction, from the log of decisions. */
function messageOf(backend: Backend, { logs }: Meta, entry: number): Message<unknown> {
  const log = new Log<DecisionRecord>(backend, logs['decisions'] ?? 0, 'decisions');
  for (const { first, rows } of log.read(entry)) {
    const decision = rows[entry - first]?.decision;
    if (decision?.kind === 'contradiction') return decision.message;
  }
  throw log.gap(entry, log.next);
}

/** A state's blocks, oldest first; all of them, or an error. */
export function blocks(backend: Backend, name: string, { id, blocks: expected }: StateMeta): readonly StoredBlock[] {
  const [from, to] = keyRange(CHANGELOG, id);
  const found: StoredBlock[] = [];
  let sum = 0;
  for (const [place, bytes] of backend.range(from, to)) {
    const commit = parseKey(place).number;
    const where = `the block of commit ${commit} of state '${name}'`;
    const block = decodeBlock(bytes, where, place);
    if (block.commit !== commit || block.store !== id) {
      throw errors.CORRUPT_BLOCK({ where, what: 'commit', expected: String(commit), actual: String(block.commit) });
    }
    sum += commit;
    found.push({ commit, payload: block.payload });
  }
  const [count, total] = expected;
  if (found.length !== count || sum !== total) {
    const where = `the state '${name}'`;
    throw errors.CORRUPT_BLOCK({ where, what: 'number of blocks', expected: `${count} (commits summing to ${total})`, actual: `${found.length} (${sum})` });
  }
  return found;
}
