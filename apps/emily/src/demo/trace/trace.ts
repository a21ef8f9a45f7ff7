import type { EpochMs } from '../../domain/names.ts';
import { traceBadLine, traceUnknown } from '../errors.ts';
import { azureCsv } from './azure-csv.ts';
import { mooncakeJsonl } from './mooncake-jsonl.ts';
import { servegenCsv } from './servegen-csv.ts';
import { hashFile, readLines } from './text-file.ts';
import { UnexpectedLine, type LineReader, type TraceFormat } from './trace-format.ts';
import type { TraceRow } from './trace-row.ts';

const formats: readonly TraceFormat[] = [azureCsv, mooncakeJsonl, servegenCsv];

/** A trace that was looked through once: every line is of its format. */
export interface Trace {
  readonly file: string;
  readonly seed: number;
  readonly format: string;
  /** Names the replay: the first 12 hex digits of SHA-256 over the content and the seed. */
  readonly hash: string;
  readonly rowCount: number;
  /** No row is later. */
  readonly latest: EpochMs;
  /** All rows in file order, read as they are taken. */
  rows(): AsyncGenerator<TraceRow>;
}

/**
 * Opens a trace in whichever of the known formats its first line is.
 *
 * The whole file is checked here, so that a bad line stops a replay before its first request.
 */
export async function openTrace(file: string, seed: number): Promise<Trace> {
  const format = await detect(file);
  const hash = await hashFile(file, seed);
  let rowCount = 0;
  const reader = format.open(seed);
  for await (const count of perLine(file, reader, (_reader, line) => reader.count(line))) rowCount += count;
  return { file, seed, format: format.name, hash, rowCount, latest: reader.latest, rows: () => rowsOf(file, format, seed) };
}

async function detect(file: string): Promise<TraceFormat> {
  let found = '';
  for await (const line of readLines(file)) {
    found = line;
    break;
  }
  const format = formats.find((candidate) => candidate.recognises(found));
  if (format !== undefined) return format;
  throw traceUnknown({ file, found, expected: formats.map(({ name, firstLine }) => `${name} (${firstLine})`) });
}

async function* rowsOf(file: string, format: TraceFormat, seed: number): AsyncGenerator<TraceRow> {
  let row = 0;
  for await (const arrivals of perLine(file, format.open(seed), (reader, line) => reader.arrivals(line))) {
    for (const arrival of arrivals) yield { row: row++, ...arrival };
  }
}

/** What `read` makes of each line that isn't blank; a line of another format becomes a named error. */
async function* perLine<T>(
  file: string,
  reader: LineReader,
  read: (reader: LineReader, line: string) => T,
): AsyncGenerator<T> {
  let line = 0;
  for await (const text of readLines(file)) {
    line++;
    if (text === '') continue;
    let result: T;
    try {
      result = read(reader, text);
    } catch (error) {
      if (error instanceof UnexpectedLine) throw traceBadLine({ file, line, expected: error.expected, text });
      throw error;
    }
    yield result;
  }
}
