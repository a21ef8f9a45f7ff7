import type { EpochMs } from '../../domain/names.ts';
import type { Arrival } from './trace-row.ts';

/** One way of writing demand down, a line at a time. */
export interface TraceFormat {
  readonly name: string;
  /** How a file of this format begins, for the error that says what was expected. */
  readonly firstLine: string;
  recognises(firstLine: string): boolean;
  /** A reader for one pass over a file, from its first line. */
  open(seed: number): LineReader;
}

/**
 * Turns lines into arrivals.
 *
 * - Lines come in file order, each to `count` or to `arrivals`; a reader sees one of the two only.
 * - `count` says how many arrivals the line stands for without making them, and refuses the same lines.
 * - A line that isn't of the format throws an `UnexpectedLine`.
 */
export interface LineReader {
  count(line: string): number;
  /** No arrival of the lines so far is later. */
  readonly latest: EpochMs;
  arrivals(line: string): Iterable<Arrival>;
}

/** Says what a line should have been; the reader of the file adds file, line number and text. */
export class UnexpectedLine extends Error {
  readonly expected: string;

  constructor(expected: string) {
    super(`expected ${expected}`);
    this.name = 'UnexpectedLine';
    this.expected = expected;
  }
}
