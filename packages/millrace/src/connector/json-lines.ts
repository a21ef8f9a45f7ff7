import { jsonFlaw } from '../json-flaw.ts';
import type { SourceSpec } from '../task/source.ts';
import { pathsOf } from './paths.ts';
import { type TextFormat, openTexts } from './text-reader.ts';

/**
 * Reads files that have one JSON value on each line, to their ends; each file is a partition.
 *
 * Lines end with LF or CRLF, the last one also without; empty ones are passed over. A line that is no
 * JSON is set aside with its number and the parser's reason, and so is one that nests deeper than 32 or has
 * a field named `__proto__`, as over HTTP; one of more than 16 MiB with its beginning.
 * A file must not change while it is read, nor between the runs of a program with a store.
 */
export function jsonLines<T>(path: string | readonly string[]): SourceSpec<T> {
  const paths = pathsOf('jsonLines', path);
  return {
    text: `json lines ${paths.join(', ')}`,
    partitions: paths.length,
    again: (context) => openTexts(paths, context, [], () => ({ format: format as TextFormat<T> })),
    open: (context, cursors) => openTexts(paths, context, cursors, () => ({ format: format as TextFormat<T> })),
  };
}

const format: TextFormat<unknown> = { ending: 'line', kind: 'JSON', parse: (text) => JSON.parse(text) as unknown, flaw: jsonFlaw };
