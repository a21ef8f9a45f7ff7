import type { Change, Row } from '../operator/row.ts';
import type { Builder } from './builder.ts';
import type { Sink } from './sink.ts';
import { Stream } from './stream.ts';

/**
 * The latest value by key, and by window where it has windows.
 *
 * It changes: what leaves it are changes, from what to what. What will never change again is `final()`.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- whoever names a table's type rarely cares what was late for it
export class Table<K, V, T = any> { // any: as above
  readonly #builder: Builder;
  readonly node: number;

  constructor(builder: Builder, node: number) {
    this.#builder = builder;
    this.node = node;
  }

  /** The rows that will never change again, as facts, each once: a window's when it closes. */
  final(): Stream<Row<K, V>> {
    return this.#side('final');
  }

  /** Every change as a fact: the changelog of the table. */
  changes(): Stream<Change<K, V>> {
    return this.#side('changes');
  }

  /** Sends the table's changes out of the engine. */
  to(sink: Sink<Change<K, V>>): void {
    this.changes().to(sink);
  }

  /** Events whose window was closed when they came. */
  get late(): Stream<T> {
    return new Stream(this.#builder, { node: this.node, port: 'late' });
  }

  #side<U>(kind: 'final' | 'changes'): Stream<U> {
    const node = this.#builder.add({ kind, inputs: [{ node: this.node, port: 'out' }] });
    return new Stream(this.#builder, { node, port: 'out' });
  }
}
