import type { Finality } from '../operator/row.ts';
import type { KeyShape } from '../state/key.ts';
import type { Builder } from './builder.ts';
import { type StreamOf, Table } from './table.ts';

/**
 * A table that knows what it held: streams can be joined with it as of an event time, and it can be
 * asked for one: `tables.prices.get(key, at)`.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- as in Table
export class VersionedTable<K, V, T = any, out F extends Finality = Finality> extends Table<K, V, T, F> { // any: as above
  readonly key: KeyShape<unknown, unknown>;
  /** How long it knows what it held, in ms of event time; Infinity: for ever. */
  readonly retentionMs: number;

  constructor(builder: Builder, streamOf: StreamOf, node: number, key: KeyShape<unknown, unknown>, retentionMs: number) {
    super(builder, streamOf, node);
    this.key = key;
    this.retentionMs = retentionMs;
  }
}
