import { checkFunction, checkOptions, refuse } from '../argument.ts';
import { errors } from '../error.ts';
import { FileReader } from '../port/file-reader.ts';
import type { SourceSpec } from '../task/source.ts';
import { csvFields } from './csv-fields.ts';
import { RecordSplitter } from './record-splitter.ts';
import { pathsOf } from './paths.ts';
import { type TextFile, openTexts } from './text-reader.ts';

export interface CsvOptions {
  /** The names of the columns, of a file that does not begin with them. */
  readonly columns?: readonly string[];
}

/** Makes an event of a record; `line` is the one it begins on, from 1. What it throws says why it is none. */
export type CsvParse<T> = (record: Record<string, string>, line: number) => T;

/**
 * Reads CSV files to their ends; each file is a partition.
 *
 * Fields are separated by commas, and in quotes where they hold commas, quotes (doubled) or line breaks.
 * Lines end with LF or CRLF. The first record names the columns, unless `columns` does. A record with another number of fields, or
 * of which `parse` makes no event, is set aside with its line number.
 * A file must not change while it is read, nor between the runs of a program with a store.
 */
export function csv(path: string | readonly string[], options?: CsvOptions): SourceSpec<Record<string, string>>;
export function csv<T>(path: string | readonly string[], options: CsvOptions & { readonly parse: CsvParse<T> }): SourceSpec<T>;
export function csv(path: string | readonly string[], options: CsvOptions & { readonly parse?: CsvParse<unknown> } = {}): SourceSpec<unknown> {
  const paths = pathsOf('csv', path);
  checkOptions('csv(path, options)', options, ['columns', 'parse']);
  const { columns, parse = (record) => record } = options;
  checkFunction('csv(path, { parse })', parse);
  if (columns !== undefined && !(Array.isArray(columns) && columns.every((name) => typeof name === 'string'))) refuse('csv(path, { columns })', 'a list of names', columns);
  return {
    text: `csv ${paths.join(', ')}`,
    partitions: paths.length,
    again: (context) => openTexts(paths, context, [], (file) => withColumns(file, columns, parse)),
    open: (context, cursors) => openTexts(paths, context, cursors, (file) => withColumns(file, columns, parse)),
  };
}

async function withColumns<T>(path: string, given: readonly string[] | undefined, parse: CsvParse<T>): Promise<TextFile<T>> {
  if (given !== undefined) return fileOf(checked(path, given), parse);
  const splitter = new RecordSplitter('csv');
  const header = await firstRecord(path, splitter);
  const start = { byte: splitter.byte, line: splitter.line };
  return { ...fileOf(header === undefined ? [] : columnsOf(path, header, splitter.flaw), parse), start };
}

/** The first record of a file that has one. */
async function firstRecord(path: string, splitter: RecordSplitter): Promise<string | undefined> {
  const file = await FileReader.open(path);
  try {
    for (;;) {
      const record = splitter.next();
      if (record !== undefined) return record;
      await file.ready();
      const chunk = file.take() as Uint8Array;
      if (chunk.length === 0) return splitter.end();
      splitter.feed(chunk);
    }
  } finally {
    await file.close();
  }
}

function columnsOf(path: string, header: string, flaw: RecordSplitter['flaw']): readonly string[] {
  if (flaw !== undefined) throw errors.BAD_HEADER({ path, reason: flaw === 'too-large' ? 'it is too long' : 'it is not UTF-8' });
  let columns: readonly string[];
  try {
    columns = csvFields(header);
  } catch (error) {
    throw errors.BAD_HEADER({ path, reason: (error as Error).message }, error);
  }
  return checked(path, columns);
}

function checked(path: string, columns: readonly string[]): readonly string[] {
  const twice = columns.find((name, i) => columns.indexOf(name) < i);
  if (twice !== undefined) throw errors.BAD_HEADER({ path, reason: `it has two columns named '${twice}'` });
  // Setting it would change what the records inherit, and name no field.
  if (columns.includes('__proto__')) throw errors.BAD_HEADER({ path, reason: `it has a column named '__proto__'` });
  return columns;
}

function fileOf<T>(columns: readonly string[], parse: CsvParse<T>): TextFile<T> {
  return { format: { ending: 'csv', kind: 'an event', parse: (text, line) => parse(recordOf(csvFields(text), columns), line) } };
}

function recordOf(fields: readonly string[], columns: readonly string[]): Record<string, string> {
  if (fields.length !== columns.length) throw new Error(`it has ${fields.length} fields, the file has ${columns.length} columns`);
  const record: Record<string, string> = {};
  for (let i = 0; i < columns.length; i += 1) record[columns[i] as string] = fields[i] as string;
  return record;
}
