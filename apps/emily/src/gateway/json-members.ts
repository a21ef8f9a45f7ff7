/*
 * Where the members of a JSON object stand in its bytes.
 *
 * With their places known, one member can be read, replaced or cut out while every other byte
 * stays as it came. The scan trusts nothing: on bytes that are no JSON it ends as well, and
 * what it found then means nothing.
 */

export type Member = {
  /** The first byte of the name, its quote. */
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
};

export type JsonObject = {
  readonly bytes: Buffer;
  /** In the order they came; empty where the bytes are no object. */
  readonly members: readonly Member[];
  /** The place of the closing brace. */
  readonly close: number;
  /** Brackets open at the same time; when it exceeds the limit the scan stopped there. */
  readonly depth: number;
};

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const space = 0x20;

export function scanObject(bytes: Buffer, depthMax: number): JsonObject {
  const members: Member[] = [];
  let depth = 0;
  let deepest = 0;
  let isObject = false;
  let inName = true;
  let nameStart = -1;
  let nameEnd = -1;
  let valueStart = -1;
  let lastByte = -1; // The newest byte that is no white space: where a value ends when its comma comes.
  let close = -1;
  const endMember = (): void => {
    if (valueStart >= 0) members.push({ nameStart, nameEnd, valueStart, valueEnd: lastByte + 1 });
    valueStart = -1;
    inName = true;
  };

  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte <= space) continue;
    if (depth === 1 && isObject) {
      if (byte === comma) endMember();
      else if (byte === colon && inName) {
        inName = false;
        lastByte = i;
        continue;
      } else if (!inName && valueStart < 0 && byte !== closeBrace) valueStart = i;
    }
    if (byte === quote) {
      const start = i;
      i = endOfString(bytes, i);
      if (depth === 1 && isObject && inName) {
        nameStart = start;
        nameEnd = i + 1;
      }
    } else if (byte === openBrace || byte === openBracket) {
      if (depth === 0) isObject = byte === openBrace;
      if (++depth > deepest) deepest = depth;
      if (depth > depthMax) break;
    } else if (byte === closeBrace || byte === closeBracket) {
      if (--depth === 0) {
        if (isObject) endMember();
        close = i;
        break;
      }
    }
    lastByte = i;
  }
  return { bytes, members, close, depth: deepest };
}

/** The place of the quote that ends the string that begins at `start`, or the end of the bytes. */
function endOfString(bytes: Buffer, start: number): number {
  let i = start + 1;
  while (i < bytes.length && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1;
  return i;
}

/** The members of this name, which is ASCII without escapes; an object of good manners has at most one. */
export function membersNamed(object: JsonObject, name: string): Member[] {
  return object.members.filter((member) => isNamed(object.bytes, member, name));
}

/** The member of this name; of several the last, as `JSON.parse` has it. */
export function memberNamed(object: JsonObject, name: string): Member | undefined {
  return object.members.findLast((member) => isNamed(object.bytes, member, name));
}

function isNamed(bytes: Buffer, { nameStart, nameEnd }: Member, name: string): boolean {
  if (nameEnd - nameStart === name.length + 2) return bytes.toString('latin1', nameStart + 1, nameEnd - 1) === name;
  const text = bytes.toString('latin1', nameStart, nameEnd);
  return text.includes('\\') && unescaped(text) === name;
}

function unescaped(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined; // No JSON string, so nobody's name.
  }
}

export const valueOf = ({ bytes }: JsonObject, { valueStart, valueEnd }: Member): Buffer => bytes.subarray(valueStart, valueEnd);
export const valueText = (object: JsonObject, member: Member): string => valueOf(object, member).toString();

/** The object's bytes with another value for this member. */
export function withValue({ bytes }: JsonObject, { valueStart, valueEnd }: Member, value: string): Buffer {
  return Buffer.concat([bytes.subarray(0, valueStart), Buffer.from(value), bytes.subarray(valueEnd)]);
}

/** The object's bytes with one member more, at its end. */
export function withMember({ bytes, members, close }: JsonObject, name: string, value: string): Buffer {
  const text = `${members.length === 0 ? '' : ','}${JSON.stringify(name)}:${value}`;
  return Buffer.concat([bytes.subarray(0, close), Buffer.from(text), bytes.subarray(close)]);
}

/** The object's bytes without this member and the comma that parted it from the others. */
export function withoutMember({ bytes, members }: JsonObject, member: Member): Buffer {
  const index = members.indexOf(member);
  const before = members[index - 1];
  const after = members[index + 1];
  if (before !== undefined) return cut(bytes, before.valueEnd, member.valueEnd);
  return cut(bytes, member.nameStart, after === undefined ? member.valueEnd : after.nameStart);
}

const cut = (bytes: Buffer, from: number, to: number): Buffer => Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
