import type { Output } from '../operator/operator.ts';
import type { KeptLog } from './kept-log.ts';
import type { Moment } from './moment.ts';

/** The last operator before a changelog: its rows are written with the commit that is being made. */
export class ChangelogOutput implements Output<unknown> {
  /** The position of the next row. */
  next = 0;
  readonly #moment: Moment;
  #log: KeptLog<unknown> | undefined;

  constructor(moment: Moment) {
    this.#moment = moment;
  }

  /** The log is there, as of the last commit. */
  opened(log: KeptLog<unknown>): void {
    this.#log = log;
    this.next = log.next;
  }

  push(row: unknown): void {
    this.#moment.touched = true;
    this.next += 1;
    (this.#log as KeptLog<unknown>).add(row);
  }

  revise(): void {
    throw new Error('a changelog was connected to a table; it takes the changes of one');
  }
}
