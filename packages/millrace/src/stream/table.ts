import { errors } from '../error.ts';
import type { Adjustment } from '../operator/ledger/ledger.ts';
import type { Change, Finality, Row } from '../operator/row.ts';
import { nameOf } from '../plan/compile.ts';
import type { Port } from '../plan/node.ts';
import type { Builder } from './builder.ts';
import type { Fitting, Sink, Takes } from './sink.ts';
import type { Stream } from './stream.ts';

/** Makes a stream of an output; streams and tables come out of each other. */
export type StreamOf = <U, F extends Finality = 'final'>(port: Port) => Stream<U, F>;

/**
 * The latest value by key, and by window where it has windows.
 *
 * It changes: what leaves it are changes, from what to what. What will never change again is `final()`.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- whoever names a table's type rarely cares what was late for it
export class Table<K, V, T = any> { // any: as above
  readonly #builder: Builder;
  readonly #streamOf: StreamOf;
  readonly node: number;

  constructor(builder: Builder, streamOf: StreamOf, node: number) {
    this.#builder = builder;
    this.#streamOf = streamOf;
    this.node = node;
  }

  /** The rows that will never change again, as facts, each once: a window's when it closes. */
  final(): Stream<Row<K, V, 'final'>> {
    return this.#side('final');
  }

  /** Every change as a fact: the changelog of the table. */
  changes(): Stream<Change<K, V>, 'provisional'> {
    return this.#side('changes');
  }

  /** Sends the table's changes out of the engine, to a sink that can take results back. */
  to<Name extends string, S extends Takes>(sink: Sink<Change<K, V>, Name, S> & Fitting<'provisional', Name, S>): void {
    this.changes().to(sink);
  }

  /** Events whose window was closed when they came. */
  get late(): Stream<T> {
    return this.#streamOf({ node: this.node, port: 'late' });
  }

  /** Under the policies `reconcile` and `halt`: by how much results that have left were wrong, as new facts. */
  get adjustments(): Stream<Adjustment<K, V>> {
    const node = this.#builder.node(this.node);
    if (!('late' in node) || (node.late.kind !== 'reconcile' && node.late.kind !== 'halt')) throw errors.NOT_RECONCILED({ table: nameOf(node) });
    return this.#streamOf({ node: this.node, port: 'adjustments' });
  }

  #side<U, F extends Finality>(kind: 'final' | 'changes'): Stream<U, F> {
    const node = this.#builder.add({ kind, inputs: [{ node: this.node, port: 'out' }] });
    return this.#streamOf({ node, port: 'out' });
  }
}
