/** What was asked of the file of a store, in order. */
export type Step =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Buffer; /** It is durable when the call returns. */ readonly isThrough: boolean }
  | { readonly kind: 'synced' }
  /** The file is in its place. */
  | { readonly kind: 'published' }
  /** The file that says that there is a store has come. */
  | { readonly kind: 'marked' }
  /** The process says what it is about to commit, or has committed. */
  | { readonly kind: 'said'; readonly isDone: boolean; readonly content: string };

/** The calls of the kernel that matter, for strace. */
export const CALLS = 'openat,write,writev,pwrite64,pwritev,pwritev2,lseek,fdatasync,fsync,msync,ftruncate,link,linkat';

const DATA = 'data.mdb';
const MARK = 'has-data';

/**
 * Reads what strace -y -xx has noted of a writer. Whatever it has not been taught is an error: what it leaves out would
 * not be tried.
 */
export function stepsOf(trace: string): readonly Step[] {
  const steps: Step[] = [];
  const places = new Map<string, number>();
  const through = new Set<string>();
  const write = (fd: string, at: number, bytes: Buffer): void => void steps.push({ kind: 'write', at, bytes, isThrough: through.has(fd) });
  for (const line of whole(trace.split('\n'))) {
    if (/^\d+ +link(at)?\(.* = 0$/.test(line)) steps.push({ kind: 'published' });
    const found = /^\d+ +(\w+)\((?:AT_FDCWD|(\d+))<((?:\\x[0-9a-f]{2})*)>(?:, )?(.*)\) += (-?\d+)(.*)$/.exec(line);
    if (found === null) continue;
    const [, call, fd = '', pathText = '', rest = '', result = '', resultPath = ''] = found;
    const path = textOf(pathText);
    if (call === 'openat') {
      const opened = textOf(/<((?:\\x[0-9a-f]{2})*)>/.exec(resultPath)?.[1] ?? '');
      if (opened.endsWith(MARK)) steps.push({ kind: 'marked' });
      through.delete(result);
      if (opened.endsWith(DATA) && rest.includes('O_DSYNC')) through.add(result);
      continue;
    }
    if (call === 'write' && fd === '1') {
      const [what, content = ''] = bytesOf(rest).toString().trim().split(' ');
      steps.push({ kind: 'said', isDone: what === 'committed', content });
    }
    if (!path.endsWith(DATA)) continue;
    if (Number(result) < 0) throw new Error(`a call failed while it was noted: ${line.slice(0, 200)}`);
    const bytes = bytesOf(rest);
    if (call === 'lseek') places.set(fd, Number(result));
    else if (call === 'pwrite64') write(fd, Number(/, (\d+)$/.exec(rest)?.[1]), bytes);
    else if (call === 'writev') {
      const at = places.get(fd) as number;
      let done = 0;
      for (const [text] of rest.matchAll(/iov_base="(?:\\x[0-9a-f]{2})*"/g)) {
        const part = bytesOf(text);
        write(fd, at + done, part);
        done += part.length;
      }
      if (done !== Number(result)) throw new Error(`${done} bytes were noted of a write of ${result}`);
      places.set(fd, at + done);
    } else if (call === 'fdatasync' || call === 'fsync') steps.push({ kind: 'synced' });
    else throw new Error(`expected LMDB to write with pwrite64 and writev, and to sync with fdatasync or fsync; it asked for ${call}`);
  }
  return steps;
}

/** A call during which another thread had its turn is noted in two parts: it stands where it ended. */
function* whole(lines: readonly string[]): Iterable<string> {
  const begun = new Map<string, string>();
  for (const line of lines) {
    const [thread = ''] = line.split(' ', 1);
    const beginning = /^(.*) <unfinished \.\.\.>$/.exec(line)?.[1];
    const ending = /^\d+ +<\.\.\. \w+ resumed>(.*)$/.exec(line)?.[1];
    if (beginning !== undefined) begun.set(thread, beginning);
    else if (ending !== undefined) yield `${begun.get(thread) ?? ''}${ending}`;
    else yield line;
  }
}

const bytesOf = (text: string): Buffer => Buffer.from((/"((?:\\x[0-9a-f]{2})*)"/.exec(text)?.[1] ?? '').replaceAll(String.raw`\x`, ''), 'hex');
const textOf = (hex: string): string => Buffer.from(hex.replaceAll(String.raw`\x`, ''), 'hex').toString();
