import { AssertionError } from '../assert.ts';
import { MillraceError, errors } from '../error.ts';
import { isA, reasonOf } from '../reason.ts';
import { isOfTree } from '../store/spill-tree.ts';
import type { Moment } from './moment.ts';

/** What failed after something had been changed: a record, or a row that was made of several. */
export interface FailedEvent {
  readonly source: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  /** Set where it was not the record itself that failed, but a row that left in its course. */
  readonly row?: string;
  /** Which operator threw, where that is known. */
  readonly operator?: string;
}

const ofTheProgram: ReadonlySet<string> = new Set(['SCHEMA_ASYNC', 'FUNCTION_THREW']);

/** Whether it is the program, its store or Millrace that is wrong, and no single event; or whether it ends the program already. */
export function isOfTheProgram(error: unknown): boolean {
  return isFatal(error) || (isA(error, MillraceError) && ofTheProgram.has(error.code));
}

/** Whether it is the store or Millrace that is wrong. */
export function isFatal(error: unknown): boolean {
  return isA(error, AssertionError) || isOfTree(error);
}

const ofTheData: ReadonlySet<string> = new Set(['UNSTORABLE_VALUE', 'UNSENDABLE_VALUE', 'BLOCK_TOO_LARGE']);

/** Whether a commit failed because of what was to be written; `isEncoded`: all of it had been made bytes before. */
export function isOfTheData(error: unknown, isEncoded: boolean): boolean {
  if (isA(error, MillraceError)) return ofTheData.has(error.code);
  return !isEncoded && !isA(error, AssertionError);
}

export type EventFailure = MillraceError<'EVENT_FAILED', FailedEvent>;

export function isEventFailure(error: unknown): error is EventFailure {
  return isA(error, MillraceError) && error.code === 'EVENT_FAILED';
}

/** The failure of what is being processed; what is wrong with the program, or with Millrace itself, stays what it is. */
export function eventFailure({ source, partition, offset }: Moment, cause: unknown, row?: string, operator = ''): Error {
  if (isOfTheProgram(cause) || isEventFailure(cause)) return cause as Error;
  const data = { source, partition, offset, reason: reasonOf(cause), ...(operator !== '' && { operator }) };
  return errors.EVENT_FAILED(row === undefined ? data : { ...data, row }, cause);
}
