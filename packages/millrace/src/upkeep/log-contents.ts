import { errors } from '../error.ts';
import { parseKey } from '../store/key.ts';
import { decodeLogBlock, decodeLogHead } from '../store/log.ts';
import { type Meta, SOURCE_LOG } from '../store/meta.ts';
import type { Depth, Keeper, Stored } from './contents.ts';
import type { SubscriberContents, SubscriberSummary } from './subscriber-contents.ts';

export interface LogSummary {
  readonly name: string;
  readonly blocks: number;
  readonly bytes: number;
  /** The position of the oldest row that is kept, and the one behind the newest. */
  readonly first: number;
  readonly end: number;
  /** Whether nothing will ever follow. */
  readonly ended: boolean;
  /** Of a changelog: who takes it. */
  readonly subscribers: readonly SubscriberSummary[];
}

interface Kept {
  readonly id: number;
  readonly name: string;
  blocks: number;
  bytes: number;
  first: number | undefined;
  end: number;
  ended: boolean;
  /** The last block is damaged: nobody knows where it ends. */
  isLost: boolean;
}

/** The logs: positions without gaps, and no position of a source beyond the end or before the beginning. */
export class LogContents implements Keeper {
  readonly #depth: Depth;
  readonly #logs = new Map<number, Kept>();
  /** By the name of the log: how far its source has read. */
  readonly #cursors = new Map<string, number>();

  constructor(meta: Meta | undefined, depth: Depth) {
    this.#depth = depth;
    for (const [name, id] of Object.entries(meta?.logs ?? {})) this.#logs.set(id, { id, name, blocks: 0, bytes: 0, first: undefined, end: 0, ended: false, isLost: false });
    for (const [name, { partitions }] of Object.entries(meta?.sources ?? {})) {
      const cursor = partitions[0]?.cursor;
      if (typeof cursor === 'number') this.#cursors.set(`${SOURCE_LOG}${name}`, cursor);
    }
  }

  /** The log of this number, where there is one. */
  get(id: number): { readonly name: string; readonly end: number } | undefined {
    return this.#logs.get(id);
  }

  take({ id, key, bytes }: Stored): void {
    const log = this.#logs.get(id);
    const { first, count, ended } = this.#decoded(key, bytes, log ?? { id, name: `number ${id}` });
    const where = `the block at ${first} of log ${log === undefined ? `number ${id}` : `'${log.name}'`}`;
    if (log === undefined) throw errors.CORRUPT_BLOCK({ where, what: 'log', expected: 'one that the program has', actual: 'none' });
    const expected = log.first === undefined || log.isLost ? first : log.end;
    log.isLost = false;
    const hadEnded = log.ended;
    log.first ??= first;
    log.end = first + count;
    log.ended = ended;
    log.blocks += 1;
    log.bytes += bytes.length;
    if (first !== expected) throw errors.CORRUPT_BLOCK({ where: `the log '${log.name}'`, what: 'next offset', expected: String(expected), actual: String(first) });
    if (hadEnded) throw errors.CORRUPT_BLOCK({ where, what: 'place', expected: 'before the end of its log', actual: 'behind it' });
  }

  #decoded(key: Uint8Array, bytes: Uint8Array, { id, name }: Pick<Kept, 'id' | 'name'>): ReturnType<typeof decodeLogHead> {
    try {
      if (this.#depth === 'rows') decodeLogBlock(key, bytes, { id, name });
      return decodeLogHead(key, bytes, { id, name });
    } catch (error) {
      const log = this.#logs.get(id);
      if (log !== undefined) {
        log.isLost = true;
        log.first ??= parseKey(key).number;
        log.blocks += 1;
        log.bytes += bytes.length;
      }
      throw error;
    }
  }

  end(wrong: Parameters<Keeper['end']>[0]): void {
    for (const { name, first, end, isLost } of this.#logs.values()) {
      const cursor = this.#cursors.get(name);
      if (cursor === undefined || isLost || (cursor >= (first ?? 0) && cursor <= end)) continue;
      wrong({ where: `the log '${name}'`, what: cursor > end ? 'next offset' : 'first offset', expected: String(cursor), actual: String(cursor > end ? end : first) });
    }
  }

  summaries(subscribers: SubscriberContents): readonly LogSummary[] {
    return [...this.#logs.values()].map(({ id, name, blocks, bytes, first = 0, end, ended }) => ({ name, blocks, bytes, first, end, ended, subscribers: subscribers.of(id) }));
  }
}
