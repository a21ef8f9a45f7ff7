import type { KeyPart } from '../state/key.ts';
import type { Row } from './row.ts';

/** A row that has left, and may be taken back. */
export interface Told {
  /** What tells it from the others. */
  readonly id: readonly KeyPart[];
  /** As it left last. */
  readonly row: Row<unknown, unknown>;
  /** It has this revision from now on. */
  renumber(revision: number): void;
}

/** What an operator can do that knows how its rows have left: be corrected by another version of itself. */
export interface Retelling {
  /** Every row that has left and is not final, as of the last commit. */
  told(): Iterable<Told>;
  /** Leaves, as a change of what had left. */
  retell(before: Row<unknown, unknown> | undefined, after: Row<unknown, unknown> | undefined): void;
}
