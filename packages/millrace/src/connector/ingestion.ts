import { isUtf8 } from 'node:buffer';
import { MillraceError } from '../error.ts';
import type { PostHandlers } from '../port/http-post.ts';
import { HttpProblem } from '../port/http-problem.ts';
import type { LogHandle } from '../task/log-handle.ts';
import { RecordSplitter } from './record-splitter.ts';

/** How many events of a stream become durable together. */
const STREAM_ROWS_MAX = 500;
/** How many of the bad ones an answer tells of; all are in the program's `bad`. */
const BAD_TOLD_MAX = 100;
const RETRY_AFTER_SECONDS = 5;

export interface IngestLimits {
  /** The longest body of a JSON request, in bytes. */
  readonly bodyBytesMax: number;
  /** The most events in one JSON request. */
  readonly eventsMax: number;
  /** The longest line of a stream, in bytes; a longer one is set aside. */
  readonly lineBytesMax: number;
  readonly connectionsMax: number;
}

/** What is posted: its name for people, and why a piece of parsed JSON is none. */
export interface Ingested {
  readonly name: 'event' | 'message';
  readonly flaw: (value: unknown) => string | undefined;
}

/** Appends what is posted to a log, and answers when it is durable. */
export class Ingestion<T> implements PostHandlers {
  readonly #log: LogHandle<T>;
  readonly #limits: IngestLimits;
  readonly #ingested: Ingested;

  constructor(log: LogHandle<T>, limits: IngestLimits, ingested: Ingested) {
    this.#log = log;
    this.#limits = limits;
    this.#ingested = ingested;
  }

  async json(body: Buffer): Promise<string> {
    const value = await this.#parsed(body);
    const events: unknown[] = Array.isArray(value) ? value : [value];
    const { eventsMax } = this.#limits;
    if (events.length > eventsMax) throw tooManyEvents(events.length, eventsMax);
    const verdict = new Verdict('index');
    const { name, flaw: flawOf } = this.#ingested;
    for (let i = 0; i < events.length; i += 1) {
      const flaw = flawOf(events[i]);
      if (flaw === undefined) verdict.accepted += 1;
      else {
        verdict.refuse(i, flaw);
        events[i] = this.#log.bad('malformed', `${name} ${i} of a request ${flaw}`, events[i]);
      }
    }
    await stored(this.#log.append(events as T[]));
    return verdict.text();
  }

  /** Takes lines as they come: while some become durable, the next ones are read, and no more than those. */
  async lines(body: AsyncIterable<Uint8Array>): Promise<string> {
    const splitter = new RecordSplitter('line', undefined, this.#limits.lineBytesMax);
    const verdict = new Verdict('line');
    let rows: T[] = [];
    let pending: Promise<unknown> = Promise.resolve();
    const flush = async (): Promise<void> => {
      await pending;
      if (rows.length === 0) return;
      pending = stored(this.#log.append(rows));
      // Whoever flushes next is told; until then a failure is not unhandled.
      pending.catch(() => {});
      rows = [];
    };
    for await (const chunk of body) {
      splitter.feed(chunk);
      for (let line = splitter.next(); line !== undefined; line = splitter.next()) {
        rows.push(this.#rowOf(line, splitter, verdict));
        if (rows.length === STREAM_ROWS_MAX) await flush();
      }
      await flush();
    }
    const last = splitter.end();
    if (last !== undefined) rows.push(this.#rowOf(last, splitter, verdict));
    await flush();
    await pending;
    return verdict.text();
  }

  #rowOf(line: string, { first, flaw }: RecordSplitter, verdict: Verdict): T {
    let reason = flaw === 'not-utf8' ? 'is not UTF-8' : flaw && `is longer than ${this.#limits.lineBytesMax} bytes`;
    if (reason === undefined) {
      try {
        const event = JSON.parse(line) as unknown;
        reason = this.#ingested.flaw(event);
        if (reason === undefined) {
          verdict.accepted += 1;
          return event as T;
        }
      } catch (error) {
        reason = `is not JSON: ${(error as Error).message}`;
      }
    }
    verdict.refuse(first, reason);
    return this.#log.bad(flaw === 'too-large' ? 'too-large' : 'malformed', `line ${first} of a stream ${reason}`, line);
  }

  /** What the body says; when that is no JSON, it is set aside as a whole. */
  async #parsed(body: Buffer): Promise<unknown> {
    let reason = 'not UTF-8';
    const text = body.toString();
    if (isUtf8(body)) {
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        reason = (error as Error).message;
      }
    }
    await stored(this.#log.append([this.#log.bad('malformed', `the body of a request is not JSON: ${reason}`, text)]));
    throw new HttpProblem({
      status: 400,
      code: 'MALFORMED_JSON',
      message: 'The body is not JSON.',
      expected: 'a JSON object, or a list of them',
      got: reason,
      cure: 'Correct the body; as it came, it was set aside.',
    });
  }
}

/** What becomes of the events of one request. */
class Verdict {
  accepted = 0;
  readonly #place: 'index' | 'line';
  readonly #told: { readonly reason: string }[] = [];
  #refused = 0;

  constructor(place: 'index' | 'line') {
    this.#place = place;
  }

  refuse(place: number, flaw: string): void {
    this.#refused += 1;
    if (this.#told.length < BAD_TOLD_MAX) this.#told.push({ [this.#place]: place, reason: flaw } as never);
  }

  text(): string {
    if (this.#refused === 0) return `{"accepted":${this.accepted},"bad":[]}`;
    const untold = this.#refused - this.#told.length;
    return JSON.stringify({ accepted: this.accepted, bad: this.#told, ...(untold > 0 && { moreBad: untold }) });
  }
}

/** Waits until rows are durable. Why they are not is told inside; outside only that they are not. */
async function stored(append: Promise<number>): Promise<void> {
  try {
    await append;
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    throw new HttpProblem({
      status: 503,
      code: error.code,
      message: error.code === 'LOG_ENDED' ? 'The source has ended.' : 'The events could not be stored.',
      expected: 'a program that takes events',
      got: error.code,
      cure: 'Send the request again later; of a JSON request nothing was stored.',
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}

function tooManyEvents(got: number, max: number): HttpProblem {
  return new HttpProblem({
    status: 413,
    code: 'TOO_MANY_EVENTS',
    message: 'The request has too many events.',
    expected: `at most ${max} events`,
    got: `${got}`,
    cure: 'Send them in several requests, or as a stream of application/x-ndjson, which has no limit.',
  });
}
