/*
 * What can go wrong for a person who replays a trace: each case with its facts, a sentence made of
 * them, and the cure.
 */

/** A catalogued failure of this room. `code` and `data` are the interface; `message` is for people. */
export class DemoError<Code extends string = string, Data extends object = object> extends Error {
  readonly code: Code;
  readonly data: Data;
  /** What to do about it, in a sentence. */
  readonly cure: string;

  constructor(code: Code, data: Data, message: string, cure: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DemoError';
    this.code = code;
    this.data = data;
    this.cure = cure;
  }
}

type Unreadable = { readonly file: string; readonly reason: string };
export const traceUnreadable = (d: Unreadable, cause?: unknown): DemoError<'TRACE_UNREADABLE', Unreadable> =>
  new DemoError(
    'TRACE_UNREADABLE', d, `the trace ${d.file} cannot be read: ${d.reason}`,
    'Name a file that exists and that this process may read.', cause,
  );

type Unknown = { readonly file: string; readonly expected: readonly string[]; readonly found: string };
export const traceUnknown = (d: Unknown): DemoError<'TRACE_UNKNOWN', Unknown> =>
  new DemoError(
    'TRACE_UNKNOWN', d,
    `${d.file} is no trace of a known format: expected ${d.expected.join(', or ')}; its first line is ${excerpt(d.found)}`,
    'Replay one of these formats; the content decides, not the name of the file.',
  );

type BadLine = { readonly file: string; readonly line: number; readonly expected: string; readonly text: string };
export const traceBadLine = (d: BadLine): DemoError<'TRACE_BAD_LINE', BadLine> =>
  new DemoError(
    'TRACE_BAD_LINE', d, `${d.file}, line ${d.line}: expected ${d.expected}, found ${excerpt(d.text)}`,
    'Correct or remove the line, then give the same command again.',
  );

type OutOfOrder = { readonly row: number; readonly backMs: number; readonly maxSpanMs: number };
export const traceOutOfOrder = (d: OutOfOrder): DemoError<'TRACE_OUT_OF_ORDER', OutOfOrder> =>
  new DemoError(
    'TRACE_OUT_OF_ORDER', d,
    `row ${d.row} of the trace is ${d.backMs} ms earlier than a row before it, at most ${d.maxSpanMs} ms are allowed`,
    'Sort the file by time: a row so late would come after its windows have closed.',
  );

type Stopped = { readonly sent: string; readonly key: string; readonly attempts: number; readonly answer: string };
export const replayStopped = (d: Stopped, cause?: unknown): DemoError<'REPLAY_STOPPED', Stopped> =>
  new DemoError(
    'REPLAY_STOPPED', d,
    `${d.sent} of the replay (${d.key}) was not taken after ${d.attempts} ${d.attempts === 1 ? 'attempt' : 'attempts'}: ${excerpt(d.answer)}`,
    'Cure what the answer says, then give the same command again: it goes on where it stopped.', cause,
  );

/** The longest piece of foreign text that an error repeats, in characters. */
const excerptMax = 200;

const excerpt = (text: string): string =>
  text.length === 0 ? 'nothing' : text.length <= excerptMax ? text : `${text.slice(0, excerptMax)}…`;
