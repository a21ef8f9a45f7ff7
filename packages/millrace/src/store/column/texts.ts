import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { plausible } from './limits.ts';
import { readNumbers, writeNumbers } from './numbers.ts';

/*
 * Strings, exactly: a lone surrogate comes back as one.
 *
 *   texts      := form:u8 ( dictionary | lengths characters )
 *   dictionary := count:u32 texts indexes               the different strings, and which one each row has
 *   lengths    := numbers                               in UTF-16 units
 *   characters := latin-1 (form 1) | UTF-16 (form 2)    all strings in one run
 *
 * Decoding makes each string on its own, not as a slice of the run: a string that is kept must not
 * keep its whole block alive. Rows that share a dictionary entry share the string.
 */
const ONE_BYTE = 1;
const TWO_BYTES = 2;
const DICTIONARY = 3;

/** When this many first strings all differ, no dictionary is tried. */
const SAMPLE = 64;
const BEYOND_LATIN_1 = /[^\0-\xff]/;

export function writeTexts(out: ByteWriter, values: readonly string[]): void {
  const dictionary = dictionaryOf(values);
  if (dictionary === undefined) return writeEach(out, values);
  out.u8(DICTIONARY);
  out.u32(dictionary.entries.length);
  writeEach(out, dictionary.entries);
  writeNumbers(out, dictionary.indexes);
}

export function readTexts(input: ByteReader, rows: number): string[] {
  const form = input.u8();
  if (form !== DICTIONARY) return readEach(input, rows, form);
  const entries = readEach(input, plausible(input.u32(), rows), input.u8());
  const indexes = readNumbers(input, rows);
  const values = new Array<string>(rows);
  for (let i = 0; i < rows; i += 1) values[i] = entries[indexes[i] as number] as string;
  return values;
}

/** The different strings and the index of each row's, if there are at most half as many as rows. */
function dictionaryOf(values: readonly string[]): { entries: string[]; indexes: number[] } | undefined {
  const countMax = values.length / 2;
  const known = new Map<string, number>();
  const indexes = new Array<number>(values.length);
  let last: string | undefined;
  let lastIndex = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as string;
    if (value !== last) {
      let index = known.get(value);
      if (index === undefined) {
        index = known.size;
        if (index + 1 > countMax || (index === i && i === SAMPLE)) return undefined;
        known.set(value, index);
      }
      last = value;
      lastIndex = index;
    }
    indexes[i] = lastIndex;
  }
  return { entries: [...known.keys()], indexes };
}

function writeEach(out: ByteWriter, values: readonly string[]): void {
  const lengths = values.map((value) => value.length);
  const run = values.join('');
  const form = BEYOND_LATIN_1.test(run) ? TWO_BYTES : ONE_BYTE;
  out.u8(form);
  writeNumbers(out, lengths);
  const start = out.reserve(run.length * form);
  out.bytes.write(run, start, form === ONE_BYTE ? 'latin1' : 'utf16le');
}

function readEach(input: ByteReader, rows: number, form: number): string[] {
  if (form !== ONE_BYTE && form !== TWO_BYTES) throw new RangeError(`texts of form ${form}`);
  const encoding = form === ONE_BYTE ? 'latin1' : 'utf16le';
  const lengths = readNumbers(input, rows);
  const { bytes } = input;
  const values = new Array<string>(rows);
  for (let i = 0; i < rows; i += 1) {
    const length = (lengths[i] as number) * form;
    const start = input.skip(length);
    values[i] = bytes.toString(encoding, start, start + length);
  }
  return values;
}
