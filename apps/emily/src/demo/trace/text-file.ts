import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { traceBadLine, traceUnreadable } from '../errors.ts';

/*
 * The only window of this room to the disk: trace files, read a piece at a time.
 */

/** The longest line of a trace, in characters: a prompt of a million tokens in blocks takes 20,000. */
export const lineLengthMax: number = 4 * 1024 * 1024;

/** A file's lines from the first, without their ends (`\n` or `\r\n`). */
export async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  let number = 0;
  const checked = (text: string): string => {
    if (text.length <= lineLengthMax) return text.endsWith('\r') ? text.slice(0, -1) : text;
    throw traceBadLine({ file, line: number, expected: `at most ${lineLengthMax} characters`, text });
  };
  for await (const piece of pieces(file, 'utf8')) {
    // Some editors begin a file with a byte order mark.
    const text = number === 0 && rest === '' ? (piece as string).replace(/^\uFEFF/, '') : (piece as string);
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      number++;
      yield checked(line);
    }
    if (rest.length > lineLengthMax) break;
  }
  number++;
  if (rest !== '') yield checked(rest);
}

/** SHA-256 of a file's content and a seed, the first 12 hex digits: the name of a replay. */
export async function hashFile(file: string, seed: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces(file)) hash.update(piece);
  return hash.update(`:${seed}`).digest('hex').slice(0, 12);
}

async function* pieces(file: string, encoding?: 'utf8'): AsyncGenerator<Buffer | string> {
  try {
    yield* createReadStream(file, { encoding, highWaterMark: 256 * 1024 });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) throw traceUnreadable({ file, reason: cause.message }, cause);
    throw cause;
  }
}
