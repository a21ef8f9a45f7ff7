import { Turns } from './turns.ts';

/*
 * Where the events of a body stand in its bytes: the lines of NDJSON, the members of a JSON list, or the one
 * value that the body is. One pass over the bytes finds and counts them, and makes nothing of them: a body of
 * millions of events is refused for the price of reading it once, and others have their turns meanwhile.
 */

/** The events of a body, as places in its bytes. */
export type Pieces = {
  /** How many there are; beyond the most that was asked for they are counted, and their places not kept. */
  readonly count: number;
  /** Start and end of each in turn. */
  readonly places: readonly number[];
  /** Why the body is no list of JSON, although it begins like one. */
  readonly flaw: string | undefined;
  /** The body is a list of JSON, and these are its members. */
  readonly isList: boolean;
};

/** So many bytes are looked at without a pause. */
const STEP_BYTES = 256 * 1_024;

const newline = 0x0a;
const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const byteOrderMark = Buffer.from('\ufeff');

/** Finds the events of a body: its lines that are not blank, or the members of its list, or the body itself. */
export async function piecesOf(bytes: Buffer, { asLines, max }: { readonly asLines: boolean; readonly max: number }): Promise<Pieces> {
  const begin = firstFrom(bytes, afterMark(bytes));
  const isList = !asLines && bytes[begin] === openBracket;
  if (!asLines && !isList) return { count: 1, places: [begin, bytes.length], flaw: undefined, isList };
  const scan = asLines ? new Lines(bytes, begin, max) : new Members(bytes, begin + 1, max);
  const turns = new Turns();
  while (scan.goOn()) if (turns.over) await turns.others();
  const { count, places, flaw } = scan;
  return { count, places: flaw === undefined ? places : [], flaw, isList };
}

/** Looks at bytes from a place on, some at a time. */
abstract class Scan {
  count = 0;
  flaw: string | undefined;
  readonly places: number[] = [];
  protected readonly bytes: Buffer;
  /** The next byte to be looked at. */
  protected at: number;
  /** Where the piece that is under way begins; -1: none is. */
  protected start = -1;
  readonly #max: number;

  constructor(bytes: Buffer, at: number, max: number) {
    this.bytes = bytes;
    this.at = at;
    this.#max = max;
  }

  /** Looks at the next bytes; false when that was the last of them. */
  goOn(): boolean {
    this.look(Math.min(this.at + STEP_BYTES, this.bytes.length));
    if (this.at < this.bytes.length) return true;
    if (this.flaw === undefined) this.end();
    return false;
  }

  /** Looks at the bytes up to a place, and leaves `at` there or behind it; at the end of the bytes where the rest does not matter. */
  protected abstract look(to: number): void;
  protected abstract end(): void;

  protected add(end: number): void {
    this.count += 1;
    if (this.count <= this.#max) this.places.push(this.start, end);
    this.start = -1;
  }
}

class Lines extends Scan {
  protected look(to: number): void {
    const { bytes } = this;
    for (let i = this.at; i < to; i++) {
      const byte = bytes[i]!;
      if (byte === newline) {
        if (this.start >= 0) this.add(i);
      } else if (this.start < 0 && byte > space) this.start = i;
    }
    this.at = to;
  }

  protected end(): void {
    if (this.start >= 0) this.add(this.bytes.length);
  }
}

class Members extends Scan {
  #depth = 0;
  #isInText = false;
  #isClosed = false;

  protected look(to: number): void {
    const { bytes } = this;
    let i = this.at;
    for (; i < to; i++) {
      const byte = bytes[i]!;
      if (this.#isInText) {
        if (byte === backslash) i += 1;
        else if (byte === quote) this.#isInText = false;
        continue;
      }
      if (byte <= space) continue;
      if (this.#isClosed) return this.#broken('goes on after its list');
      if (this.#depth === 0 && (byte === comma || byte === closeBracket)) {
        if (this.start >= 0) this.add(i);
        else if (byte === comma || this.count > 0) return this.#broken('has an empty place in its list');
        this.#isClosed = byte === closeBracket;
        continue;
      }
      if (this.start < 0) this.start = i;
      if (byte === quote) this.#isInText = true;
      else if (byte === openBrace || byte === openBracket) this.#depth += 1;
      else if (byte === closeBrace || byte === closeBracket) this.#depth -= 1;
      if (this.#depth < 0) return this.#broken('closes what it has not opened');
    }
    this.at = i;
  }

  protected end(): void {
    if (!this.#isClosed) this.#broken('ends within its list');
  }

  #broken(flaw: string): void {
    this.flaw = flaw;
    this.at = this.bytes.length;
  }
}

/** Where the text begins: some programs write a byte order mark before it. */
const afterMark = (bytes: Buffer): number => (bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0);

/** The first byte from a place on that is no white space, or the end. */
function firstFrom(bytes: Buffer, from: number): number {
  let i = from;
  while (i < bytes.length && bytes[i]! <= space) i += 1;
  return i;
}
