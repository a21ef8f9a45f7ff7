import { endOfString } from '../gateway/json-members.ts';

/*
 * Where the events of a body stand in its bytes: the lines of NDJSON, the members of a JSON list, or the one
 * value that the body is. One pass over the bytes finds and counts them, and makes nothing of them: a body of
 * millions of events is refused for the price of reading it once.
 */

/** The events of a body, as places in its bytes. */
export type Pieces = {
  /** How many there are; beyond the most that was asked for they are counted, and their places not kept. */
  readonly count: number;
  /** Start and end of each in turn. */
  readonly places: readonly number[];
  /** Why the body is no list of JSON, although it begins like one. */
  readonly flaw?: string;
};

const newline = 0x0a;
const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const byteOrderMark = Buffer.from('\ufeff');

/** The lines of a body that are not blank. */
export function linesOf(bytes: Buffer, max: number): Pieces {
  const found = new Found(max);
  let start = -1;
  for (let i = afterMark(bytes); i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === newline) {
      if (start >= 0) found.add(start, i);
      start = -1;
    } else if (start < 0 && byte > space) start = i;
  }
  if (start >= 0) found.add(start, bytes.length);
  return found;
}

/** The members of a body that is a list, or the body itself. */
export function membersOf(bytes: Buffer, max: number): Pieces {
  const found = new Found(max);
  const open = firstFrom(bytes, afterMark(bytes));
  if (bytes[open] !== openBracket) {
    found.add(open, bytes.length);
    return found;
  }
  let depth = 0;
  let start = -1;
  for (let i = open + 1; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte <= space) continue;
    if (depth === 0 && (byte === comma || byte === closeBracket)) {
      if (start >= 0) found.add(start, i);
      else if (byte === comma || found.count > 0) return found.broken('has an empty place in its list');
      start = -1;
      if (byte === comma) continue;
      return firstFrom(bytes, i + 1) === bytes.length ? found : found.broken('goes on after its list');
    }
    if (start < 0) start = i;
    if (byte === quote) i = endOfString(bytes, i);
    else if (byte === openBrace || byte === openBracket) depth += 1;
    else if (byte === closeBrace || byte === closeBracket) depth -= 1;
    if (depth < 0) return found.broken('closes what it has not opened');
  }
  return found.broken('ends within its list');
}

class Found implements Pieces {
  count = 0;
  readonly places: number[] = [];
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(start: number, end: number): void {
    this.count += 1;
    if (this.count <= this.#max) this.places.push(start, end);
  }

  broken(flaw: string): Pieces {
    return { count: this.count, places: [], flaw };
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
