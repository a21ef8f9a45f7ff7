import { afterEach } from 'vitest';
import { type HttpIngestOptions, type HttpIngestSource, httpIngest } from '../connector/http-ingest.ts';
import type { Backend } from '../port/backend.ts';
import { type Clock, systemClock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { Log } from '../store/log.ts';
import { takeEpoch } from '../store/meta.ts';
import { GroupCommit } from '../task/group-commit.ts';
import { LogHandle } from '../task/log-handle.ts';
import type { Reader } from '../task/source.ts';

export const LOG_ID = 1;
export const JSON_TYPE = 'application/json';
export const LINES_TYPE = 'application/x-ndjson';

/** An ingest that listens, with its log and its reader. */
export interface Opened {
  readonly spec: HttpIngestSource<unknown>;
  readonly handle: LogHandle<unknown>;
  readonly reader: Reader<unknown>;
}

/** Called after each test. */
export const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

export async function opened(options: Partial<HttpIngestOptions> = {}, backend: Backend = memoryBackend(new MemoryDisk()), clock: Clock = systemClock): Promise<Opened> {
  const commit = new GroupCommit(backend, clock, takeEpoch(backend));
  const handle = new LogHandle<unknown>(new Log(backend, LOG_ID, 'requests'), 'processed', commit, clock);
  const spec: HttpIngestSource<unknown> = httpIngest<unknown>({ port: 0, ...options } as HttpIngestOptions & { messages: true });
  const [reader] = await spec.open({ name: 'requests', clock: systemClock, log: <T>() => handle as LogHandle<T> }, [undefined]);
  closers.push(() => (reader as Reader<unknown>).close());
  return { spec, handle, reader: reader as Reader<unknown> };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export async function send({ spec }: Opened, body: NonNullable<RequestInit['body']> | null, type: string = JSON_TYPE, init: RequestInit = {}): Promise<Answer> {
  const streams = body instanceof ReadableStream ? { duplex: 'half' } : {};
  const response = await fetch(spec.address().url, { method: 'POST', body, headers: { 'content-type': type }, ...streams, ...init } as RequestInit);
  return { status: response.status, body: await response.json(), headers: response.headers };
}

/** What the program would be given: rows as they are, bad ones with reason, message and raw. */
export function given({ reader }: Opened): unknown[] {
  const records: unknown[] = [];
  for (let next = reader.read(512); next !== undefined && next !== 'ended'; next = reader.read(512)) {
    records.push(...('bad' in next ? [next.bad] : next.rows));
  }
  return records;
}
