import { errors } from '../error.ts';
import type { KeyShape } from '../state/key.ts';
import type { History, HistorySince } from '../state/history.ts';
import type { Row } from './row.ts';
import { type Counters, type Stateful, type Table, noCounters } from './stateful.ts';

export interface TableHistoryOptions<K, V> {
  readonly name: string;
  readonly history: History;
  readonly table: Table<K, Row<K, V>>;
  readonly key: KeyShape<never, K>;
  /** Which space of the state the row of an event time is in. */
  readonly spaceAt: (time: number | undefined) => number;
}

/**
 * A table that can also be asked what it said at an earlier commit.
 *
 * A row becomes final when the frontier passes, without being touched; so finality is judged by where
 * the frontier stood at the commit that is asked for.
 */
export class TableHistory<K, V> implements Stateful, Table<K, Row<K, V>> {
  readonly name: string;
  readonly signature: string;
  readonly state: History;
  readonly counters: Counters = noCounters();
  readonly #of: TableHistoryOptions<K, V>;

  constructor(options: TableHistoryOptions<K, V>) {
    this.#of = options;
    this.name = `${options.name} history`;
    this.signature = `history of ${options.name}`;
    this.state = options.history;
  }

  get(key: K, time: number | undefined): Row<K, V> | undefined {
    return this.#of.table.get(key, time);
  }

  scan(): Iterable<Row<K, V>> {
    return this.#of.table.scan();
  }

  knownAt(key: K, time: number | undefined, commit: number): Row<K, V> | undefined {
    const { name, history, key: shape, spaceAt } = this.#of;
    if (commit < history.since.commit) throw errors.HISTORY_FORGOTTEN({ table: name, commit, since: history.since.commit });
    const changed = history.at(spaceAt(time), shape.toParts(key), commit);
    const row = changed === undefined ? this.get(key, time) : (changed.before as Row<K, V> | undefined);
    if (row?.window === undefined || row.window.end <= history.frontierAt(commit)) return row;
    return { ...row, finality: 'provisional', evidence: [] };
  }

  memo(): unknown {
    return { since: this.state.sinceNext };
  }

  restored(memo: unknown): void {
    this.state.since = this.state.sinceNext = (memo as { since: HistorySince }).since;
  }

  committed(): void {}
}
