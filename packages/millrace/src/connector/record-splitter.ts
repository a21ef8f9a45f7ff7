import { isAscii, isUtf8 } from 'node:buffer';

/** The longest record in bytes; what is longer is skipped without being kept. */
export const RECORD_BYTES_MAX: number = 16 * 1024 * 1024;
/** How much of a record that is too large is shown. */
const HEAD_BYTES = 4096;

const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;
const BOM = [0xef, 0xbb, 0xbf];

/** Where a record may end: at every line feed, or, in CSV, at those that are not inside quotes. */
export type Ending = 'line' | 'csv';

/** A place between two records. */
export interface Place {
  readonly byte: number;
  /** The number of lines before it. */
  readonly line: number;
}

/** Where the bytes of a CSV record stand: only at the start of a field does a quote mean anything. */
const FIELD_START = 0;
const PLAIN = 1;
const QUOTED = 2;
/** Behind a quote inside quotes: another one makes both a character, anything else means that it closed. */
const QUOTE_SEEN = 3;

/**
 * Cuts bytes that come in chunks, cut anywhere, into text records.
 *
 * - Line feeds end records, and so does the end; a carriage return before them is not part of the record.
 * - Empty records are passed over, but their lines are counted. A byte order mark at the start is no text.
 * - A record of more than the limit, or that is not UTF-8, is given with its `flaw`.
 */
export class RecordSplitter {
  /** Behind the last record given. */
  byte: number;
  /** The number of lines before `byte`. */
  line: number;
  /** The line, from 1, on which the last record given begins. */
  first = 0;
  /** What is wrong with the last record given. */
  flaw: 'too-large' | 'not-utf8' | undefined;
  readonly #ending: Ending;
  readonly #bytesMax: number;
  #chunk: Buffer = Buffer.alloc(0);
  /** The chunk is ASCII, which is faster to make text of. */
  #ascii = false;
  /** Where in the chunk the next record begins, or goes on. */
  #from = 0;
  /** The parts of the next record that earlier chunks ended with. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** The line feeds seen inside the next record. */
  #innerLines = 0;
  #state = FIELD_START;

  constructor(ending: Ending, { byte, line }: Place = { byte: 0, line: 0 }, bytesMax: number = RECORD_BYTES_MAX) {
    this.#ending = ending;
    this.byte = byte;
    this.line = line;
    this.#bytesMax = bytesMax;
  }

  /** The bytes that follow; once `next` has nothing more to give of those before. They may be reused when it has none again. */
  feed(chunk: Uint8Array): void {
    this.#chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    this.#ascii = isAscii(chunk);
    this.#from = 0;
  }

  /** No more bytes will come: what is left, if anything, is the last record. */
  end(): string | undefined {
    if (this.#heldBytes === 0) return undefined;
    const text = this.#take(this.#from, 0);
    return text === '' ? undefined : text;
  }

  /** The next record that is not empty; undefined when it needs more bytes. */
  next(): string | undefined {
    for (;;) {
      const to = this.#ending === 'line' ? this.#chunk.indexOf(LF, this.#from) : this.#endOfCsv();
      if (to < 0) {
        this.#hold(this.#chunk.subarray(this.#from));
        this.#from = this.#chunk.length;
        return undefined;
      }
      const text = this.#take(to, 1);
      if (text !== '') return text;
    }
  }

  #hold(part: Buffer): void {
    if (this.#heldBytes <= this.#bytesMax && part.length > 0) {
      // Of a record that has become too large only the head is kept.
      if (this.#heldBytes + part.length > this.#bytesMax) {
        this.#held = [Buffer.concat([...this.#held, part.subarray(0, HEAD_BYTES)]).subarray(0, Math.min(HEAD_BYTES, this.#bytesMax))];
      } else this.#held.push(Buffer.from(part));
    }
    this.#heldBytes += part.length;
  }

  /** The record that ends at `to` in the chunk, and moves behind it. */
  #take(to: number, ending: 0 | 1): string {
    const bytes = this.#heldBytes + to - this.#from;
    let text: string;
    if (this.#heldBytes === 0 && bytes <= this.#bytesMax) text = this.#text(this.#chunk, this.#from, to);
    else {
      this.#hold(this.#chunk.subarray(this.#from, to));
      const held = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held);
      text = this.#text(held, 0, held.length);
    }
    if (bytes > this.#bytesMax) this.flaw = 'too-large';
    this.first = this.line + 1;
    this.line += this.#innerLines + 1;
    this.byte += bytes + ending;
    this.#from = to + ending;
    this.#held = [];
    this.#heldBytes = 0;
    this.#innerLines = 0;
    this.#state = FIELD_START;
    return text;
  }

  #text(bytes: Buffer, start: number, end: number): string {
    let from = start;
    let to = end;
    if (to > from && bytes[to - 1] === CR) to -= 1;
    if (this.byte === 0 && BOM.every((byte, i) => bytes[from + i] === byte)) from += BOM.length;
    this.flaw = undefined;
    if (this.#ascii && bytes === this.#chunk) return bytes.toString('latin1', from, to);
    const text = bytes.toString('utf8', from, to);
    if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(from, to))) this.flaw = 'not-utf8';
    return text;
  }

  /** Where in the chunk the next CSV record ends, −1 if not here. */
  #endOfCsv(): number {
    const chunk = this.#chunk;
    let state = this.#state;
    for (let i = this.#from; i < chunk.length; i += 1) {
      const byte = chunk[i];
      if (state === QUOTED) {
        if (byte === QUOTE) state = QUOTE_SEEN;
        else if (byte === LF) this.#innerLines += 1;
      } else if (byte === LF) return i;
      else if (byte === QUOTE) state = state === PLAIN ? PLAIN : QUOTED;
      else if (byte === COMMA) state = FIELD_START;
      else if (state !== FIELD_START || !this.#isBom(i, byte as number)) state = PLAIN;
    }
    this.#state = state;
    return -1;
  }

  #isBom(i: number, byte: number): boolean {
    return this.byte + this.#heldBytes + i - this.#from < BOM.length && BOM.includes(byte);
  }
}
