import type { ChangelogKeeps } from './changelog.ts';
import type { Json } from './source.ts';

/** Rows as the store keeps them and the sink takes them. */
export interface Parcel {
  readonly payload: Uint8Array;
  /** The number of the first row. */
  readonly first: number;
}

/**
 * Where results leave the engine.
 *
 * In memory, each row is written when it is made. With a store, the rows of a commit are encoded
 * into it, and delivered once it is durable; after a crash, what may not have been delivered is
 * delivered again, with the same numbers and the same bytes.
 */
export interface SinkDriver<T> {
  /** In memory: takes a row, the number-th of this sink. */
  write(row: T, number: number): void;
  /** In memory: what has been written and is not yet out; undefined where nothing is to be waited for. */
  flush(): Promise<void> | undefined;
  /** With a store: the bytes that `deliver` needs for these rows, also after a crash. */
  encode(rows: readonly T[]): Uint8Array;
  /**
   * With a store: the rows of a durable commit, in parcels as they were encoded. They count as delivered
   * when this resolves. Called in order, never twice at once.
   */
  deliver(parcels: readonly Parcel[]): Promise<void>;
  /** What the driver must know after a restart, as of the rows encoded so far. */
  position(): Json;
  /** The program stops, and has waited for 5 s: `deliver` and `flush` that are under way reject now. Without it they are waited for. */
  abandon?(): void;
  close(): Promise<void>;
}

export interface SinkContext {
  /** The sink's name in the program. */
  readonly name: string;
  readonly pipeline: string;
  /** The last durable position; undefined at the first start, and always without a store. */
  readonly position: Json | undefined;
  readonly durable: boolean;
}

export interface SinkSpec<T> {
  /** As `describe()` shows it. */
  readonly text: string;
  open(context: SinkContext): Promise<SinkDriver<T>>;
}

/** A way out that keeps what it is given in the store, for subscribers to read. */
export interface ChangelogSpec extends ChangelogKeeps {
  /** As `describe()` shows it. */
  readonly text: string;
}
