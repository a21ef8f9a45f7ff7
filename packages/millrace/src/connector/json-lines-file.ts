import { checkText } from '../argument.ts';
import { errors } from '../error.ts';
import { FileWriter } from '../port/file-writer.ts';
import type { Parcel, SinkContext, SinkDriver, SinkSpec } from '../task/sink.ts';
import type { Json } from '../task/source.ts';
import { TryAgain } from '../try-again.ts';
import { jsonText } from './json-text.ts';

/*
 * The rows of a commit, on their way to the file.
 *
 *   payload := start:f64 lines           little-endian; lines is UTF-8, each row's JSON and a line feed
 *
 * `start` is the place in the file, so writing a payload twice is writing it once.
 */
const HEADER_BYTES = 8;

/** What a file system says when it has no room. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Writes each row as one line of JSON; for what JSON has no word for, see json-text.ts.
 *
 * With a store, every row is in the file exactly once, also after a crash; the file then belongs to the
 * program alone. Without a store it is emptied at the start.
 */
export function jsonLinesFile<T>(path: string): SinkSpec<T> {
  checkText('jsonLinesFile(path)', path, 'the path of a file');
  return {
    text: `json lines ${path}`,
    async open({ durable, position }: SinkContext): Promise<SinkDriver<T>> {
      const file = await opened(path);
      try {
        if (durable) checkLength(path, file, position);
        else await file.truncate(0);
        return new JsonLinesFile(path, file, endOf(position));
      } catch (error) {
        await file.close();
        throw error;
      }
    },
  };
}

async function opened(path: string): Promise<FileWriter> {
  try {
    return await FileWriter.open(path);
  } catch (error) {
    throw errors.SINK_UNWRITABLE({ path, reason: (error as Error).message }, error);
  }
}

/** Where the lines of the last durable commit end. */
function endOf(position: Json | undefined): number {
  return (position as { readonly end: number } | null | undefined)?.end ?? 0;
}

/** Only what a durable commit held is ever written, so a longer file was written by somebody else. */
function checkLength(path: string, { length }: FileWriter, position: Json | undefined): void {
  const end = endOf(position);
  if (length <= end) return;
  const expected = end === 0 ? 'an empty file or none, because no row has been written yet' : `at most ${end} bytes`;
  throw errors.SINK_FILE_CHANGED({ path, expected, actual: `${length} bytes` });
}

class JsonLinesFile<T> implements SinkDriver<T> {
  readonly #path: string;
  readonly #file: FileWriter;
  /** The length of the file once everything encoded so far is in it. */
  #end: number;
  /** In memory: lines that are not in the file yet. */
  #lines = '';

  constructor(path: string, file: FileWriter, end: number) {
    this.#path = path;
    this.#file = file;
    this.#end = end;
  }

  write(row: T): void {
    this.#lines += `${jsonText(row)}\n`;
  }

  flush(): Promise<void> | undefined {
    if (this.#lines === '') return undefined;
    const lines = Buffer.from(this.#lines);
    const start = this.#end;
    this.#lines = '';
    this.#end += lines.length;
    return this.#file.writeAt(lines, start);
  }

  encode(rows: readonly T[]): Uint8Array {
    let lines = '';
    for (const row of rows) lines += `${jsonText(row)}\n`;
    const payload = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(lines));
    payload.writeDoubleLE(this.#end, 0);
    payload.write(lines, HEADER_BYTES);
    this.#end += payload.length - HEADER_BYTES;
    return payload;
  }

  async deliver(parcels: readonly Parcel[]): Promise<void> {
    for (const { payload } of parcels) {
      const start = new DataView(payload.buffer, payload.byteOffset).getFloat64(0, true);
      const { length } = this.#file;
      if (length < start) throw errors.SINK_FILE_CHANGED({ path: this.#path, expected: `at least ${start} bytes`, actual: `${length} bytes` });
      await this.#room(() => this.#file.writeAt(payload.subarray(HEADER_BYTES), start));
    }
    await this.#room(() => this.#file.sync());
  }

  /** Where there is none it waits for it: a place that was written in part is written again. */
  async #room(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      throw FULL.has(code) ? new TryAgain(`${this.#path}: ${message}`, { cause: error }) : error;
    }
  }

  position(): Json {
    return { end: this.#end };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
