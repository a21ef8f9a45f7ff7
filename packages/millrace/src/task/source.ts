import type { Clock } from '../port/clock.ts';
import type { LogHandle } from './log-handle.ts';

/** A value that survives `JSON.stringify` and back. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Events that are ready, in their order. */
export interface Batch<T> {
  readonly rows: readonly T[];
  /** When the engine first saw them, in ms since the Unix epoch. */
  readonly arrival: number;
  /** Where to read on after these rows; given back to `open` after a restart. */
  readonly cursor: Json;
  /** The broker's offsets of the rows, ascending, where it has some and `gapless` is to be checked. */
  readonly offsets?: readonly number[];
}

/** One record that is no event. */
export interface BadInput {
  readonly bad: { readonly reason: BadReason; readonly message: string; readonly raw: string };
  readonly arrival: number;
  readonly cursor: Json;
  /** Its offset at the broker. */
  readonly position?: number;
}

/** Why something is in `bad`. */
export type BadReason = 'malformed' | 'bad-time' | 'future-time' | 'threw' | 'too-large' | 'unknown-producer' | 'unknown-version' | 'invalid';

/**
 * One partition of a source: an ordered log of records, read from a cursor on.
 *
 * - Read again from the same cursor, it gives the same records in the same order.
 * - `read` never blocks. It returns at most `max` rows, one bad record, nothing for now, or 'ended'.
 * - After 'ended' it is not read again.
 */
export interface Reader<T> {
  read(max: number): Batch<T> | BadInput | undefined | 'ended';
  /** Resolves when reading again may give something; rejects when the source has failed. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** What a source is given when a program starts. */
export interface SourceContext {
  /** The source's name in the program. */
  readonly name: string;
  readonly clock: Clock;
  /** The log of that name in the program's own store. */
  log<T>(keep: 'processed' | 'forever'): LogHandle<T>;
}

/** Where events come from. Connectors make these; users may make their own. */
export interface SourceSpec<T> {
  /** As `describe()` shows it. */
  readonly text: string;
  readonly partitions: number;
  /** It never ends by itself, so it has no batch. Default: false. */
  readonly endless?: boolean;
  /** The same records once more, from the first on, beside the reader that goes on. Not there where they cannot be read again. */
  readonly again?: (context: SourceContext) => Promise<readonly Reader<T>[]>;
  /** Its offsets have no holes, because it is neither compacted nor transactional: a hole is the broker's loss. */
  readonly gapless?: boolean;
  /** One reader per partition; `cursors[p]` is undefined for one that is read from its beginning. */
  open(context: SourceContext, cursors: readonly (Json | undefined)[]): Promise<readonly Reader<T>[]>;
}
