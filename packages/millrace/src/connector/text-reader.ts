import type { Clock } from '../port/clock.ts';
import { FileReader } from '../port/file-reader.ts';
import type { BadInput, Batch, Json, Reader, SourceContext } from '../task/source.ts';
import { messageOf } from '../reason.ts';
import { type Ending, type Place, RECORD_BYTES_MAX, RecordSplitter } from './record-splitter.ts';

/** How the records of a text file become events. */
export interface TextFormat<T> {
  readonly ending: Ending;
  /** What a record should have been, for messages: 'JSON'. */
  readonly kind: string;
  /** The event of a record; what it throws says why the record is none. `line` is the first one it stands on, from 1. */
  parse(text: string, line: number): T;
  /** What is wrong with an event that could be parsed: 'nests too deep'; undefined if nothing is. */
  readonly flaw?: (event: T) => string | undefined;
}

/** How one file is read. */
export interface TextFile<T> {
  readonly format: TextFormat<T>;
  /** Where its records begin, if not at its beginning. */
  readonly start?: Place;
}

/** Opens one reader per file; each goes on from its cursor. */
export async function openTexts<T>(
  paths: readonly string[],
  context: SourceContext,
  cursors: readonly (Json | undefined)[],
  fileOf: (path: string) => TextFile<T> | Promise<TextFile<T>>,
): Promise<readonly Reader<T>[]> {
  const readers: TextReader<T>[] = [];
  try {
    for (const [i, path] of paths.entries()) {
      const { format, start } = await fileOf(path);
      const place = (cursors[i] as Place | undefined) ?? start;
      readers.push(new TextReader(await FileReader.open(path, place?.byte), format, context.clock, place));
    }
    return readers;
  } catch (error) {
    for (const reader of readers) await reader.close();
    throw error;
  }
}

/**
 * Reads the records of one file as events, to its end.
 *
 * The cursor is the place behind the last record given, so a record is one of its file's bytes however
 * the reads were cut.
 */
export class TextReader<T> implements Reader<T> {
  readonly #file: FileReader;
  readonly #format: TextFormat<T>;
  readonly #clock: Clock;
  readonly #splitter: RecordSplitter;
  readonly #bytesMax: number;
  /** A bad record that comes after the rows given last. */
  #bad: BadInput | undefined;
  /** When the chunk came that is being cut. */
  #arrival = 0;

  constructor(file: FileReader, format: TextFormat<T>, clock: Clock, place?: Place, bytesMax: number = RECORD_BYTES_MAX) {
    this.#file = file;
    this.#format = format;
    this.#clock = clock;
    this.#bytesMax = bytesMax;
    this.#splitter = new RecordSplitter(format.ending, place, bytesMax);
  }

  read(max: number): Batch<T> | BadInput | undefined | 'ended' {
    if (this.#bad !== undefined) return this.#takeBad();
    const splitter = this.#splitter;
    const rows: T[] = [];
    let cursor = this.#cursor();
    while (rows.length < max) {
      let text = splitter.next();
      if (text === undefined) {
        // A batch is of one chunk, so that its arrival is one moment.
        if (rows.length > 0) break;
        const chunk = this.#file.take();
        if (chunk === undefined) return undefined;
        this.#arrival = this.#clock.now();
        if (chunk.length > 0) {
          splitter.feed(chunk);
          continue;
        }
        text = splitter.end();
        if (text === undefined) return 'ended';
      }
      this.#bad = this.#parse(text, rows);
      if (this.#bad !== undefined) break;
      cursor = this.#cursor();
    }
    return rows.length === 0 ? this.#takeBad() : { rows, arrival: this.#arrival, cursor };
  }

  ready(): Promise<void> {
    return this.#file.ready();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Adds the record's event to `rows`, or says why it is none. */
  #parse(text: string, rows: T[]): BadInput | undefined {
    const { flaw, first } = this.#splitter;
    if (flaw === 'too-large') return this.#flawed('too-large', `is longer than ${this.#bytesMax} bytes`, text);
    if (flaw === 'not-utf8') return this.#flawed('malformed', 'is not UTF-8', text);
    try {
      const event = this.#format.parse(text, first);
      const wrong = this.#format.flaw?.(event);
      if (wrong !== undefined) return this.#flawed('malformed', wrong, text);
      rows.push(event);
      return undefined;
    } catch (error) {
      return this.#flawed('malformed', `is not ${this.#format.kind}: ${messageOf(error)}`, text);
    }
  }

  #flawed(reason: 'malformed' | 'too-large', what: string, raw: string): BadInput {
    const message = `line ${this.#splitter.first} of ${this.#file.path} ${what}`;
    return { bad: { reason, message, raw }, arrival: this.#arrival, cursor: this.#cursor() };
  }

  #takeBad(): BadInput {
    const bad = this.#bad as BadInput;
    this.#bad = undefined;
    return bad;
  }

  #cursor(): Json {
    return { byte: this.#splitter.byte, line: this.#splitter.line };
  }
}
