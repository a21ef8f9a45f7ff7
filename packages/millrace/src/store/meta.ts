import { errors } from '../error.ts';
import type { Backend, Transaction } from '../port/backend.ts';
import { decodeBlock, encodeBlock } from './block.ts';
import { META, key } from './key.ts';
import type { TreeCount } from './spill-tree.ts';

/*
 * What a store knows of itself.
 *
 *   [META, 0, 0] := block(JSON of Meta)       as of the last commit
 *   [META, 0, 1] := block(epoch:f64)          of the task that owns the store; each opening takes the next one
 */
const META_KEY: Uint8Array = key(META, 0, 0);
const EPOCH_KEY: Uint8Array = key(META, 0, 1);

export interface Meta {
  readonly format: 1;
  readonly pipeline: string;
  readonly commit: number;
  readonly sources: { readonly [name: string]: { readonly signature: string; readonly partitions: readonly PartitionMeta[] } };
  readonly states: { readonly [name: string]: StateMeta };
  readonly sinks: { readonly [name: string]: SinkMeta };
  readonly logs: { readonly [name: string]: number };
  /** What waits for people; not there in stores from before that was possible. */
  readonly holds?: StateMeta;
}

/** How the name of the log of a source begins. */
export const SOURCE_LOG = 'source ';

export interface PartitionMeta {
  readonly cursor: unknown;
  readonly offset: number;
  /** Null: the end of time. */
  readonly frontier: number | null;
  readonly evidence: number;
  readonly ended: boolean;
  readonly bad: number;
  /** What its producers have said, where they number what they send. */
  readonly producers?: unknown;
  /** What of the broker's offsets has come, where it tells them. */
  readonly broker?: unknown;
  /** What it has to know of its holds. */
  readonly held?: unknown;
}

export interface StateMeta {
  readonly id: number;
  readonly signature: string;
  readonly memo: unknown;
  /** The version as which it was counted anew, where it was. */
  readonly rebuilt?: string;
  /** How many blocks it has, and the sum of their commits: a block that has vanished shows. */
  readonly blocks: readonly [count: number, sum: number];
  /** How many of its rows the tree has, and the sum of what tells their keys apart; where rows may leave memory. */
  readonly spilled?: TreeCount;
}

export interface SinkMeta {
  readonly id: number;
  readonly next: number;
  readonly delivered: number;
  readonly position: unknown;
}

export function readMeta(backend: Backend): Meta | undefined {
  const bytes = backend.get(META_KEY);
  return bytes === undefined ? undefined : decodeMeta(bytes);
}

export function decodeMeta(bytes: Uint8Array): Meta {
  const { payload, commit } = decodeBlock(bytes, 'the meta block', META_KEY);
  const meta = JSON.parse(Buffer.from(payload).toString('utf8'), withoutPrototype) as Meta;
  if (meta.commit !== commit) throw errors.CORRUPT_BLOCK({ where: 'the meta block', what: 'commit', expected: String(meta.commit), actual: String(commit) });
  return meta;
}

/** Names are the user's: `constructor` must not be found where nobody put it. */
function withoutPrototype(_name: string, value: unknown): unknown {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? Object.assign(Object.create(null) as object, value) : value;
}

export function putMeta(txn: Transaction, meta: Meta): void {
  txn.put(META_KEY, encodeBlock({ store: 0, commit: meta.commit, payload: Buffer.from(JSON.stringify(meta)) }, META_KEY));
}

/** Takes the store over: whoever had it before is refused from now on. */
export function takeEpoch(backend: Backend): number {
  return backend.transact((txn) => {
    const bytes = txn.get(EPOCH_KEY);
    const epoch = bytes === undefined ? 1 : readEpoch(bytes) + 1;
    const payload = new Uint8Array(8);
    new DataView(payload.buffer).setFloat64(0, epoch);
    txn.put(EPOCH_KEY, encodeBlock({ store: 0, commit: 0, payload }, EPOCH_KEY));
    return epoch;
  });
}

/** The epoch that owns the store now. */
export function currentEpoch(txn: Transaction): number {
  const bytes = txn.get(EPOCH_KEY);
  return bytes === undefined ? 0 : readEpoch(bytes);
}

export function readEpoch(bytes: Uint8Array): number {
  const { payload } = decodeBlock(bytes, 'the epoch block', EPOCH_KEY);
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getFloat64(0);
}
