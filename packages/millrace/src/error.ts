import { changelogErrors } from './error-changelog.ts';
import { eventErrors } from './error-event.ts';
import { outsideErrors } from './error-outside.ts';
import { producerErrors } from './error-producer.ts';
import { programErrors } from './error-program.ts';
import { storeErrors } from './error-store.ts';

/**
 * Every failure a user can meet, as data: a code to program against, the facts of the case,
 * a sentence made of those facts, and what to do about it.
 *
 * Failures that cannot happen unless Millrace is wrong are assertions, not entries here.
 */

/** A catalogued failure. `code` and `data` are the interface; `message` is for people. */
export class MillraceError<Code extends string = string, Data extends object = object> extends Error {
  readonly code: Code;
  readonly data: Data;
  /** What to do about it, in a sentence. */
  readonly cure: string;

  constructor(code: Code, data: Data, message: string, cure: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MillraceError';
    this.code = code;
    this.data = data;
    this.cure = cure;
  }
}

/** One kind of failure: its sentence as a function of the facts, and its cure. */
interface Entry {
  readonly message: (data: never) => string;
  readonly cure: string;
}

type DataOf<E extends Entry> = Parameters<E['message']>[0];

/** For each code a function that makes its error: `throw errors.CODE(data, cause)`. */
export type Catalogue<Entries extends Record<string, Entry>> = {
  readonly [Code in keyof Entries & string]: (
    data: DataOf<Entries[Code]>,
    cause?: unknown,
  ) => MillraceError<Code, DataOf<Entries[Code]>>;
};

/** Turns entries into the functions that make their errors; the stack starts where the error was raised. */
export function catalogue<const Entries extends Record<string, Entry>>(entries: Entries): Catalogue<Entries> {
  const makers: Record<string, (data: object, cause?: unknown) => MillraceError> = {};
  for (const [code, entry] of Object.entries(entries)) {
    const message = entry.message as (data: object) => string;
    const make = (data: object, cause?: unknown): MillraceError => {
      const error = new MillraceError(code, data, message(data), entry.cure, cause);
      Error.captureStackTrace(error, make);
      return error;
    };
    makers[code] = make;
  }
  return makers as unknown as Catalogue<Entries>;
}

const entries: typeof storeErrors & typeof eventErrors & typeof programErrors & typeof outsideErrors & typeof producerErrors & typeof changelogErrors = { ...storeErrors, ...eventErrors, ...programErrors, ...outsideErrors, ...producerErrors, ...changelogErrors };

export const errors: Catalogue<typeof entries> = catalogue(entries);
