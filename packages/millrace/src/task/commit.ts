import type { Stateful } from '../operator/stateful.ts';
import type { Transaction } from '../port/backend.ts';
import type { Persisted, PendingBlock } from '../state/persisted.ts';
import { type NewBlock, encodeBlock } from '../store/block.ts';
import { CHANGELOG, OUTPUT, key } from '../store/key.ts';
import type { Range } from '../store/log.ts';
import { type Meta, type PartitionMeta, type SinkMeta, type StateMeta, putMeta } from '../store/meta.ts';
import { END } from '../time/frontier.ts';
import type { BadList } from './bad-list.ts';
import type { Changelog } from './changelog.ts';
import type { CorrectionBook } from './corrections.ts';
import type { DecisionList } from './decision-list.ts';
import { blocksOf } from './state-blocks.ts';
import type { Feed } from './feed.ts';
import type { HoldBook } from './hold-book.ts';
import type { LogHandle } from './log-handle.ts';
import { type Rebuilt, putRebuilt, withRebuilt } from './rebuilt.ts';
import type { Runtime, RuntimeSink } from './runtime.ts';
import type { Parcel } from './sink.ts';
import type { StoreIds } from './store-ids.ts';

export interface CommitInput {
  readonly number: number;
  readonly pipeline: string;
  readonly runtime: Runtime;
  readonly durable: boolean;
  readonly ids: StoreIds;
  readonly logs: readonly LogHandle<unknown>[];
  readonly bad: BadList;
  readonly decisions: DecisionList;
  readonly holds: HoldBook;
  readonly changelogs: readonly Changelog[];
  readonly corrections: CorrectionBook;
  /** When it is, in ms since the Unix epoch. */
  readonly now: number;
  /** Up to which number each sink has taken its rows. */
  readonly delivered: ReadonlyMap<string, number>;
  /** What was counted anew, to be put into the store with this commit. */
  readonly rebuilt: Rebuilt | undefined;
  readonly transact: (work: (txn: Transaction) => void) => void;
}

/** Rows of a durable commit, ready for their sink. */
export interface Outgoing {
  readonly sink: RuntimeSink;
  readonly parcels: readonly Parcel[];
}

export interface Committed {
  readonly outgoing: readonly Outgoing[];
}

/**
 * Makes input positions, state, outputs and what was set aside durable together.
 *
 * First everything is encoded, which changes nothing; then one transaction; and when it has returned,
 * and only then, memory moves on. If it throws, the store is as of the commit before.
 */
export function commit(input: CommitInput): Committed {
  const { number, runtime, ids, durable } = input;
  const disposable = disposableOf(input);
  if (!durable) {
    input.holds.committed();
    if (disposable.length > 0) input.transact((txn) => drop(disposable, txn));
    settleKept(input);
    return { outgoing: [] };
  }
  const states = runtime.statefuls.map((stateful) => ({ stateful, pending: stateful.state.prepare() }));
  const held = input.holds.state.prepare();
  const outgoing = runtime.sinks.map(outgoingOf).filter(({ parcels }) => parcels.length > 0);
  const meta = input.rebuilt === undefined ? metaOf(input, states, held) : withRebuilt(metaOf(input, states, held), input.rebuilt);
  input.transact((txn) => {
    putMeta(txn, meta);
    for (const { stateful, pending } of states) putState(txn, ids.state(stateful.name), number, pending);
    putState(txn, ids.holds(), number, held);
    if (input.rebuilt !== undefined) putRebuilt(txn, input.rebuilt, meta);
    for (const { sink, parcels } of outgoing) {
      const id = ids.sink(sink.name);
      for (const { first, payload } of parcels) putBlock(txn, key(OUTPUT, id, first), { store: id, commit: number, payload });
    }
    for (const sink of runtime.sinks) {
      const id = ids.sink(sink.name);
      txn.deleteRange(key(OUTPUT, id, 0), key(OUTPUT, id, input.delivered.get(sink.name) ?? 0));
    }
    input.bad.put(txn);
    input.decisions.put(txn);
    input.corrections.put(txn, input.now);
    for (const { log } of input.changelogs) log.put(txn, input.now);
    drop(disposable, txn);
  });
  for (const { stateful, pending } of states) {
    stateful.state.settle(number, pending);
    blocksOf(stateful.state).settle(number, pending);
    stateful.committed();
  }
  input.holds.state.settle(number, held);
  blocksOf(input.holds.state).settle(number, held);
  input.holds.committed();
  for (const { sink } of outgoing) sink.output.parcels = [];
  input.bad.settle();
  input.decisions.settle();
  settleKept(input);
  return { outgoing };
}

function settleKept({ corrections, changelogs, now }: CommitInput): void {
  corrections.settled(now);
  for (const { log } of changelogs) log.settle(now);
}

function putState(txn: Transaction, id: number, number: number, { payload, dead, spill }: PendingBlock): void {
  for (const one of dead) txn.delete(key(CHANGELOG, id, one));
  if (payload !== undefined) putBlock(txn, key(CHANGELOG, id, number), { store: id, commit: number, payload });
  for (const change of spill?.changes ?? []) {
    if (change.value === undefined) txn.delete(change.key);
    else txn.put(change.key, change.value);
  }
}

function putBlock(txn: Transaction, place: Uint8Array, block: NewBlock): void {
  txn.put(place, encodeBlock(block, place));
}

function outgoingOf(sink: RuntimeSink): Outgoing {
  sink.output.encode();
  return { sink, parcels: sink.output.parcels };
}

/** What logs that are not kept for ever can lose with this commit. */
function disposableOf({ runtime, logs, changelogs, corrections, now }: CommitInput): readonly Range[] {
  const kept = [corrections.disposable(), ...changelogs.map((changelog) => changelog.disposable(now))].flatMap(listOf);
  return [...kept, ...processed(runtime, logs)];
}

/** What logs that are kept until they are processed can lose. */
function processed(runtime: Runtime, logs: readonly LogHandle<unknown>[]): readonly Range[] {
  return logs.flatMap(({ keep, log }) => {
    const cursor = runtime.sources.find((source) => source.name === log.name)?.feeds[0]?.cursor;
    return keep === 'forever' || typeof cursor !== 'number' ? [] : listOf(log.disposable(cursor));
  });
}

const listOf = (range: Range | undefined): readonly Range[] => (range === undefined ? [] : [range]);

function drop(ranges: readonly Range[], txn: Transaction): void {
  for (const [from, to] of ranges) txn.deleteRange(from, to);
}

function metaOf({ number, pipeline, runtime, ids, delivered, holds }: CommitInput, states: readonly Prepared[], held: PendingBlock): Meta {
  return {
    format: 1,
    pipeline,
    commit: number,
    sources: Object.fromEntries(
      runtime.sources.map(({ name, spec, feeds }) => [name, { signature: spec.text, partitions: feeds.map(partitionOf) }]),
    ),
    states: Object.fromEntries(states.map(({ stateful, pending }) => [stateful.name, stateOf(stateful, pending, ids, number)])),
    sinks: Object.fromEntries(
      runtime.sinks.map((sink): [string, SinkMeta] => {
        const { next, driver } = sink.output;
        const position = driver?.position() ?? null;
        return [sink.name, { id: ids.sink(sink.name), next, delivered: delivered.get(sink.name) ?? 0, position }];
      }),
    ),
    logs: ids.logs(),
    holds: { id: ids.holds(), signature: 'holds', memo: holds.memo(), blocks: blocksOf(holds.state).after(number, held) },
  };
}

interface Prepared {
  readonly stateful: Stateful;
  readonly pending: PendingBlock;
}

function stateOf(stateful: Stateful, pending: PendingBlock, ids: StoreIds, number: number): StateMeta {
  const { name, signature, state } = stateful;
  const blocks = blocksOf(state as Persisted).after(number, pending);
  const rebuilt = ids.rebuilt(name);
  return { id: ids.state(name), signature, memo: stateful.memo(), ...(rebuilt !== undefined && { rebuilt }), blocks, ...(pending.spill !== undefined && { spilled: pending.spill.count }) };
}

function partitionOf(feed: Feed): PartitionMeta {
  const { cursor = null, offset, ended, bad, frontier } = feed;
  const value = frontier.value === END ? null : frontier.value;
  const producers = feed.snapshot();
  const broker = feed.positions.snapshot();
  const held = feed.held();
  const more = { ...(producers !== undefined && { producers }), ...(broker !== undefined && { broker }), ...(held !== undefined && { held }) };
  return { cursor, offset, frontier: value, evidence: frontier.evidence, ended, bad, ...more };
}
