import { errors } from '../error.ts';
import { decodeBlock } from '../store/block.ts';
import type { Meta, SinkMeta } from '../store/meta.ts';
import type { Keeper, Stored } from './contents.ts';

export interface SinkSummary {
  readonly name: string;
  /** The number of the next row, and up to which number it has taken them. */
  readonly next: number;
  readonly delivered: number;
  readonly blocks: number;
  readonly bytes: number;
}

interface Kept {
  readonly name: string;
  readonly meta: SinkMeta;
  oldest: number | undefined;
  blocks: number;
  bytes: number;
}

/** What sinks have not taken yet, in bytes that only they can read: from where they have come to, below the next number. */
export class SinkContents implements Keeper {
  readonly #sinks = new Map<number, Kept>();
  readonly #commit: number;

  constructor(meta: Meta | undefined) {
    this.#commit = meta?.commit ?? 0;
    for (const [name, sink] of Object.entries(meta?.sinks ?? {})) this.#sinks.set(sink.id, { name, meta: sink, oldest: undefined, blocks: 0, bytes: 0 });
  }

  take({ id, number, key, bytes }: Stored): void {
    const sink = this.#sinks.get(id);
    const where = `output ${number} of sink ${sink === undefined ? `number ${id}` : `'${sink.name}'`}`;
    if (sink !== undefined) {
      sink.blocks += 1;
      sink.bytes += bytes.length;
      if (number >= sink.meta.delivered) sink.oldest ??= number;
    }
    const { store, commit } = decodeBlock(bytes, where, key);
    if (store !== id) throw errors.CORRUPT_BLOCK({ where, what: 'sink', expected: String(id), actual: String(store) });
    if (commit > this.#commit) throw errors.CORRUPT_BLOCK({ where, what: 'commit', expected: `at most ${this.#commit}`, actual: String(commit) });
    if (sink === undefined) throw errors.CORRUPT_BLOCK({ where, what: 'sink', expected: 'one that the program has', actual: 'none' });
    if (number >= sink.meta.next) throw errors.CORRUPT_BLOCK({ where, what: 'first row', expected: `less than ${sink.meta.next}`, actual: String(number) });
  }

  end(wrong: Parameters<Keeper['end']>[0]): void {
    for (const { name, meta, oldest } of this.#sinks.values()) {
      if ((oldest ?? meta.next) === meta.delivered) continue;
      wrong({ where: `the output of sink '${name}'`, what: 'first row', expected: String(meta.delivered), actual: String(oldest ?? 'none') });
    }
  }

  summaries(): readonly SinkSummary[] {
    return [...this.#sinks.values()].map(({ name, meta: { next, delivered }, blocks, bytes }) => ({ name, next, delivered, blocks, bytes }));
  }
}
